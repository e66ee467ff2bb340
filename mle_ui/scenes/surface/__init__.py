"""/surface: the likelihood surface, fit by hand, MLE, profiles."""
