"""What linear predictors share: the design matrix, noise models as data, exact least-squares and least-absolute solvers."""
