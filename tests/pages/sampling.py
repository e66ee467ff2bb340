"""Links of /sampling: as it opens, the corrected variance of few observations, shapes on logarithmic axes, one parameter, a wrong
family, and the bootstrap of one and of two parameters.
"""

STATES = (
    {},
    {"family": "gamma", "of": "shape", "n": "5", "r": "12", "shape": "1.1"},
    {"family": "bernoulli", "p": "0.05", "n": "20"},
    {"source": "student_t", "nu": "4.5", "n": "200", "of": "variance"},
    {"source": "bootstrap", "data": "groundbeef", "family": "weibull", "r": "7", "level": "0.8"},
    {"source": "bootstrap", "data": "toxocara", "family": "poisson"},
)

#: The other sources have sliders and marks of their own.
BROWSER = (3, 4)
