"""Links of /regression: as it opens, and its corners."""

STATES = (
    {},
    {"data": "faithful", "residuals": "sticks", "pair": "slope-sigma", "sigma": "0.5"},
    {"data": "stackloss", "degree": "3", "origin": "zero", "edits": "4=70,50 21=- 22=65,12", "pair": "intercept-sigma"},
    {"data": "own", "xy": "1,2 2,3.5 3,3 4,6", "residuals": "none"},
    {"data": "generated", "law": "heteroscedastic", "shape": "wave", "degree": "5", "m": "60"},
)
