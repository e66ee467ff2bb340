"""The normal nearest to a mixture of normals under a divergence, in one dimension and in several."""

from .mixtures import NormalMixture
from .multivariate import MultivariateProjection, project_multivariate
from .onto_normal import Projection, project
from .stack import StackedProjection, mixture_divergences, project_stack

__all__ = [
    "MultivariateProjection",
    "NormalMixture",
    "Projection",
    "StackedProjection",
    "mixture_divergences",
    "project",
    "project_multivariate",
    "project_stack",
]
