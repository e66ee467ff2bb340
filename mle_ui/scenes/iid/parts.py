"""Read, Try, Check, Code and Share of the picture that is shown."""

from __future__ import annotations

from mle_ui.scenes.iid import dependence_parts, law_parts, product_parts
from mle_ui.scenes.iid.law import Law
from mle_ui.scenes.iid.product import Product
from mle_ui.scenes.iid.scene import Scene
from mle_ui.words import Parts


def parts(scene: Scene) -> Parts:
    if isinstance(scene, Product):
        return product_parts.parts(scene)
    return law_parts.parts(scene) if isinstance(scene, Law) else dependence_parts.parts(scene)
