"""Links of /likelihood: one observation, several, counts, areas that diverge, families with jumps and with many parameters."""

STATES = (
    {},
    {"over": "sigma", "points": "3", "fixed": "θ", "sigma": "0.2"},
    {"family": "poisson", "points": "2", "x1": "0"},
    {"family": "uniform", "x1": "-0.5"},
    {"family": "normal_mixture_common", "over": "mu2"},
    {"family": "binomial", "p": "0.8"},
    {"family": "normal_mixture", "over": "mu1", "points": "2"},
    {"family": "uniform", "points": "2"},
    {"family": "cauchy", "points": "3", "x2": "-4.4"},
)

#: Bars, a map in cells, and an observation that is dragged on the chart alone.
BROWSER = (2,)
