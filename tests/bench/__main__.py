"""Print every benchmark's table."""

from tests.bench import commit, core, drag, script

if __name__ == "__main__":
    core.main()
    script.main()
    drag.main()
    commit.main()
