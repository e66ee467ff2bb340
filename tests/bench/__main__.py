"""Print every benchmark's table."""

from tests.bench import commit, core, drag

if __name__ == "__main__":
    core.main()
    drag.main()
    commit.main()
