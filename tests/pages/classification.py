"""/classification."""

STATES = (
    {},
    {"b": "1.5", "w": "-1.2", "ridge": "0.5", "step": "8", "at": "40"},
    {"data": "separable", "step": "100", "method": "newton"},
    {"data": "iris", "w": "2.5"},
    {"view": "softmax"},
    {"view": "softmax", "z1": "-1.5", "label": "3", "smooth": "0.2", "temperature": "0.5", "shift": "1"},
    {"view": "two"},
    {"view": "two", "plane": "xor", "features": "product", "w12": "-2.5", "threshold": "0.3", "ridge": "0.5"},
    {"view": "two", "plane": "iris", "ridge": "0.1"},
    {"x": "53 1 60 1 70 1 81 1"},
    {"view": "two", "step": "20", "w2": "-2", "ridge": "0.5"},
    {"view": "two", "plane": "separable", "step": "8", "method": "newton"},
    {"view": "two", "plane": "iris", "whose": "2", "w_21": "3.5", "step": "10", "ridge": "0.1"},
    {"view": "two", "plane": "overlapping", "classes": "5", "whose": "4", "b_2": "-1.5"},
    {"view": "two", "plane": "separable", "classes": "4", "step": "6", "method": "newton"},
)

#: The simplex has handles and hidden sliders of its own; two features a way that is gone.
BROWSER = (4, 10, 12)
