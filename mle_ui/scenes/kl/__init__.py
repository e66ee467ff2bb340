"""The page /kl: two Gaussians in both directions, forward and reverse fits, histograms."""
