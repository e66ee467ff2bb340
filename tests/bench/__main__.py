"""Print every benchmark's table."""

from tests.bench import core, drag

if __name__ == "__main__":
    core.main()
    drag.main()
