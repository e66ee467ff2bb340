"""The page has three pictures at one address: product and sum, the sample and its law, dependence."""

from __future__ import annotations

from mle_ui.scenes.iid import dependence, law, product, settings
from mle_ui.scenes.iid.dependence import Dependence
from mle_ui.scenes.iid.law import Law
from mle_ui.scenes.iid.product import Product
from mle_ui.state import Asking

Scene = Product | Law | Dependence
_BUILD = {settings.PRODUCT: product.build, settings.LAW: law.build, settings.DEPENDENCE: dependence.build}


def build(ask: Asking) -> Scene | None:
    """The picture that the link or the reader chose; None where it cannot be drawn (the reason stands beside the control)."""
    return _BUILD[ask.choice(settings.VIEW, segmented=True)](ask)
