"""One function p(x; θ), two slices: the density at fixed θ, the likelihood at fixed data."""
