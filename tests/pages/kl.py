"""Links of /kl: as it opens, and its corners."""

STATES = (
    {},
    {"mu_p": "0", "sigma_p": "5", "mu_q": "0", "sigma_q": "0.005", "window": "close", "estimate": "renyi"},
    {"mu_p": "0", "sigma_p": "1", "mu_q": "0.1", "sigma_q": "1.06", "unit": "bits", "n": "10"},
    {"mu_p": "1", "sigma_p": "1", "mu_q": "1", "sigma_q": "1", "alpha": "1"},
    {"view": "fit"},
    {"view": "fit", "third": "js", "land": "renyi", "apart": "0", "unit": "bits", "weight": "0.05"},
    {"view": "bars"},
    {"view": "bars", "p": "1 2 3 4 0 3 2 1", "q": "1,1,1,1,1,1,1,0", "unit": "bits"},
    {"mu_p": "-5", "sigma_p": "0.3", "mu_q": "5", "sigma_q": "0.123", "look": "log"},
    {"view": "plane"},
    {"view": "plane", "x_1": "0", "y_1": "0", "x_2": "0", "y_2": "0", "rho_1": "0.8", "rho_2": "-0.8",
     "unit": "bits", "step": "14", "third": "js"},
)  # fmt: skip

#: The other pictures have sliders and marks of their own.
BROWSER = (4, 6, 9)
