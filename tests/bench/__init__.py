"""Benchmarks: ratios inside one run, never times against a clock of their own. `make bench` prints them all."""
