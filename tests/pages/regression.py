"""Links of /regression: as it opens, and its corners."""

STATES = (
    {},
    {"data": "faithful", "residuals": "sticks", "pair": "slope-sigma", "sigma": "0.5"},
    {"data": "stackloss", "degree": "3", "origin": "zero", "edits": "4=70,50 21=- 22=65,12", "pair": "intercept-sigma"},
    {"data": "own", "xy": "1,2 2,3.5 3,3 4,6", "residuals": "none"},
    {"data": "generated", "law": "heteroscedastic", "shape": "wave", "degree": "5", "m": "60"},
    {"view": "noise"},
    {
        "view": "noise",
        "data": "stackloss",
        "noise": ["gaussian", "laplace", "student_t", "huber", "heteroscedastic", "poisson"],
        "degree": "2",
        "band": "observation",
        "focus": "student_t",
        "nu": "1.2",
        "pick": "3",
    },
    {
        "view": "noise",
        "data": "faithful",
        "noise": ["gaussian", "heteroscedastic"],
        "focus": "heteroscedastic",
        "band": "none",
    },
    {"view": "noise", "data": "own", "xy": "1 2 2 2 3 5 4 4 5 9 6 7 7 12", "noise": ["poisson", "huber"], "nu": "3"},
)

#: The noise models have sliders and marks of their own.
BROWSER = (5,)
