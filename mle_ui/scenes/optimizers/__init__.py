"""The page /optimizers: a race over the likelihood surface."""
