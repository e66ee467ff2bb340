"""/surface."""

BEEF, WAITING = "groundbeef", "faithful_waiting"
STATES = (
    {},
    {"data": BEEF, "family": "gamma", "shape": "4", "rate": "0.05"},
    {"data": "toxocara", "family": "negative_binomial", "view": "3d"},
    {"data": WAITING, "family": "student_t", "nu": "∞", "third": "fixed"},
    {"data": "own", "x": "1 2 3 4 9", "family": "logistic"},
    {"data": "toxocara", "family": "poisson"},
    {"data": BEEF, "family": "uniform"},
    {"data": BEEF, "family": "weibull", "shape": "0.5"},
    {"data": WAITING, "family": "student_t", "pair": "mu-nu", "third": "fixed"},
    {"data": WAITING, "family": "normal_mixture_common"},
    {"data": "generated", "draws": "200", "true_mu": "0"},
)
