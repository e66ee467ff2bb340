"""Losses of a classifier in its logits: values, gradients, curvatures and the factors of their chain rule."""

from .chain_rule import ChainRule, chain_rule
from .registry import LOSSES, Loss

__all__ = ["LOSSES", "ChainRule", "Loss", "chain_rule"]
