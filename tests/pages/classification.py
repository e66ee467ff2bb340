"""/classification."""

STATES = (
    {},
    {"b": "1.5", "w": "-1.2", "ridge": "0.5", "step": "8", "at": "40"},
    {"data": "separable", "step": "100", "method": "newton"},
    {"data": "iris", "w": "2.5"},
    {"x": "53 1 60 1 70 1 81 1"},
)
