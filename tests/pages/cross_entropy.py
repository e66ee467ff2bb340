"""Links of /cross-entropy: each picture as it opens, and its corners."""

STATES = (
    {},
    {"view": "theta"},
    {"view": "codes"},
    {"mu_p": "-3", "sigma_p": "0.1", "mu_q": "2.005", "sigma_q": "0.25", "cell": "0.25"},
    {"view": "theta", "truth": "mixture", "over": "sigma", "m": "2", "sigma": "0.4", "scale": "0.25", "shift": "1"},
    {"view": "theta", "truth": "student_t", "nu": "100", "width": "0.1", "m": "2000", "mu": "-3", "seed": "7"},
    {"view": "codes", "p": "1 1 0", "q": "0.5 0 0.5 0", "harden": "1", "label": "b"},
)

#: The other two pictures have sliders and marks of their own.
BROWSER = (1, 2)
