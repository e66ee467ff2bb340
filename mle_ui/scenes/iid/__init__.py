"""Independent and identically distributed: products, sums, and the sample."""
