"""Links of /optimizers: as it opens, everyone on a ridge, EM on a mixture, divergence, and a long race with the noise in view."""

STATES = (
    {},
    {
        "data": "groundbeef",
        "family": "gamma",
        "racer": ["gradient", "momentum", "newton", "fisher", "bfgs", "adam", "sgd"],
        "against": "passes",
        "coordinates": "log",
        "batch": "50",
    },
    {"data": "faithful_waiting", "family": "normal_mixture", "racer": ["em", "newton", "adam"], "look": "3d"},
    {"pace": "6", "racer": ["gradient", "momentum", "newton", "sgd"], "newton": "full", "step": "5"},
    {
        "data": "generated",
        "n": "1000",
        "family": "student_t",
        "racer": ["fisher", "sgd"],
        "look": "noise",
        "draw": "with",
        "decay": "1/t",
        "length": "200",
        "against": "passes",
    },
    {"data": "toxocara", "family": "negative_binomial", "racer": ["gradient", "bfgs"], "look": "noise"},
)
BROWSER = (4,)
