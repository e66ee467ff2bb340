"""The normal nearest to a mixture of normals under a divergence, in one dimension and in several."""

from .landscapes import mixture_landscapes
from .mixtures import NormalMixture
from .multivariate import MultivariateProjection, project_multivariate
from .onto_normal import Projection, project
from .plane import PlaneNormals, plane_divergences, project_plane
from .plane_between import project_plane_between
from .plane_mixtures import plane_log_density
from .stack import StackedProjection, mixture_divergences, project_stack

__all__ = [
    "MultivariateProjection",
    "NormalMixture",
    "PlaneNormals",
    "Projection",
    "StackedProjection",
    "mixture_divergences",
    "mixture_landscapes",
    "plane_divergences",
    "plane_log_density",
    "project",
    "project_multivariate",
    "project_plane",
    "project_plane_between",
    "project_stack",
]
