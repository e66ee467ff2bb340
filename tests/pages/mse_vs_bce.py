"""Links of /mse-vs-bce: as it opens, its other pictures, and their corners."""

STATES = (
    {},
    {"z": "8", "y": "0", "also": ["hinge", "focal", "smoothed_bce"], "x": "0"},
    {"z": "-0.4", "y": "0.35", "also": ["hinge"], "x": "-2.5"},
    {"view": "duel"},
    {"view": "duel", "inputs": "2", "data": "apart", "eta": "best", "optimiser": "momentum", "look": "3d"},
    {"view": "duel", "data": "single", "w": "-8", "b": "8", "eta": "30", "epochs": "1000", "optimiser": "adam", "t": "50"},
    {"view": "network"},
    {"view": "network", "shape": "xor", "hidden": "2", "scale": "10", "optimiser": "adam", "favour": "16", "t": "0"},
)  # fmt: skip

#: The other pictures have sliders and marks of their own.
BROWSER = (3, 6)
