"""Numerical tools that know no statistics: special functions, roots, Newton steps, coordinates."""
