"""Training of small models under the losses, every epoch kept, and the landscapes that the training walks on."""

from .landscape import Landscape, loss_landscape
from .network import NetworkRuns, train_network
from .shapes import SHAPES, points_in_shape
from .starts import NeuronPaths, train_from
from .step_search import StepSearch, best_step
from .train import train_layer, train_neuron
from .trajectory import Trajectory, epochs_to_recover

__all__ = [
    "SHAPES",
    "Landscape",
    "NetworkRuns",
    "NeuronPaths",
    "StepSearch",
    "Trajectory",
    "best_step",
    "epochs_to_recover",
    "loss_landscape",
    "points_in_shape",
    "train_from",
    "train_layer",
    "train_network",
    "train_neuron",
]
