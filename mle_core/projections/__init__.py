"""The normal nearest to a mixture of normals under a divergence, in one dimension and in several."""

from .mixtures import NormalMixture
from .multivariate import MultivariateProjection, project_multivariate
from .onto_normal import Projection, project

__all__ = ["MultivariateProjection", "NormalMixture", "Projection", "project", "project_multivariate"]
