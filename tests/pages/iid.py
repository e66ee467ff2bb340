"""Links of /iid: each picture as it opens, and its corners."""

STATES = (
    {},
    {"view": "law"},
    {"view": "dependence"},
    {"data": "drawn", "m": "785", "over": "sigma"},
    {"view": "law", "law": "gamma", "m": "1", "seed": "9"},
    {"view": "dependence", "rho": "-0.95", "m": "2"},
    {"data": "toxocara", "family": "poisson", "m": "1"},
    {"data": "michelson", "family": "cauchy"},
)

#: The other two pictures have sliders and marks of their own.
BROWSER = (1, 2)
