"""Benchmarks: ratios inside one run, never times against a clock of their own. `make bench` prints them all."""

import os

# Set before numpy is imported: times are those of one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
