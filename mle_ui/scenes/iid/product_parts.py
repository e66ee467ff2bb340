"""What stands under the picture of product and sum."""

from __future__ import annotations

import io
import math
import textwrap
from pathlib import Path

import numpy as np

import mle_core as mle
from mle_ui.numbers import nats, show
from mle_ui.scenes.iid import settings
from mle_ui.scenes.iid.product import FORMATS, Product
from mle_ui.scenes.iid.states import opened, sets
from mle_ui.state import query
from mle_ui.words import Check, Parts, Question, Reading

READING = Reading(
    (Path(__file__).parent / "read_product.md").read_text(encoding="utf-8"),
    "3, Independent and identically distributed",
)
FAITHFUL = {"view": settings.PRODUCT, "data": "faithful_waiting"}
MICHELSON = {"view": settings.PRODUCT, "data": "michelson"}


def _exits(scene: Product, factor: float = 1.0) -> dict[str, int]:
    factors = scene.family.prob(scene.x, scene.theta) * factor
    return {key: int(mle.range_exit(factors, key)[0]) for key in FORMATS}


def _questions() -> tuple[Question, ...]:
    waits, speeds = opened(FAITHFUL), opened(MICHELSON)
    ends, up, down = _exits(waits), _exits(speeds), _exits(speeds, 1e-3)
    whole = float(mle.loglik(waits.family, waits.x, waits.theta))
    best = waits.curves.best(waits.m, waits.theta)[0]
    return (
        Question(
            f"{waits.x.size} waits for Old Faithful, with densities of about 0.02 per minute. After how many points is the float32 product "
            "exactly 0? Then drag m until it is.",
            (f"about {2 * ends['float16']}", str(ends["float32"]), f"about {4 * ends['float32']}", "never: it is positive"),
            1,
            f"float16 ends at m = {ends['float16']}, float32 at {ends['float32']}, float64 at {ends['float64']}. The log-sum of all "
            f"{waits.x.size} points is {nats(whole)} nats, a number like any other.",
            sets(FAITHFUL | {"m": "1"}),
        ),
        Question(
            "Michelson's speeds, in 1000 km/s, spread by 0.08. What becomes of their raw product as you drag m to the right?",
            ("it goes to 0", "it goes to ∞", "it stays in range"),
            1,
            f"The densities are mostly above 1: float16 overflows at m = {up['float16']}, float32 at m = {up['float32']}. In km/s each is "
            f"a thousand times smaller, and float32 would underflow at m = {down['float32']}: only the unit has changed.",
            sets(MICHELSON | {"m": "1"}),
        ),
        Question(
            "L is a narrow peak, ℓ a wide parabola. Drag μ to the top of ℓ: where do you stand on L?",
            ("at its top, too", "on its flank, nearer to the middle of the axis", "it depends on m"),
            0,
            f"The logarithm is increasing: with m = {waits.m} both have their argmax at {show(best)}. Play m: the peak wanders and "
            "narrows, and both marks ✕ wander together.",
            sets(FAITHFUL),
        ),
        Question(
            f"With m = {waits.m} waits the float32 product is 0 at every θ (the orange dots). Drag μ: which θ does an optimiser of this "
            "product choose?",
            ("the right one", "none: all tie", "the one that you start from, and it is right"),
            1,
            "A curve that is 0 everywhere has no argmax and no slope: an optimiser stays where it starts. The sum's slope tells it where "
            "to go.",
            sets(FAITHFUL),
        ),
    )  # fmt: skip


def _stepwise(factors: np.ndarray, key: str) -> int:
    """Multiply one by one and count; 0 if all are multiplied and the product is still a number."""
    kind = np.dtype(key).type
    product = kind(1)
    with np.errstate(all="ignore"):
        for count, factor in enumerate(factors, 1):
            product = kind(product * kind(factor))
            if not 0 < product < math.inf:
                return count
    return 0


def _checks(scene: Product) -> tuple[Check, ...]:
    family, m, theta = scene.family, scene.m, scene.theta
    x = scene.x[:m]
    terms = family.log_prob(x, theta)
    value = float(mle.loglik(family, x, theta))
    # What the last bits of the data are worth: a narrow density far from the origin turns them into many nats.
    bits = x * (1 + 64 * np.finfo(float).eps)
    last = 0.0 if family.discrete else float(np.abs(family.log_prob(bits, theta) - terms).sum())
    rounding = 1e-12 * float(np.abs(terms).sum() + np.sum(np.abs(x) * family.discrete)) + last + 1e-12
    ways: list[tuple[str, float, float]] = [
        ("likelihood of the sample", value, rounding),
        ("log p of each point, summed", float(terms.sum()), rounding),
    ]
    mantissa, exponent = 1.0, 0
    for factor in family.prob(x, theta).tolist():
        mantissa, more = math.frexp(mantissa * factor)
        exponent += more
    if mantissa > 0:  # else one density alone is below the range of float64
        tracked = math.log(mantissa) + exponent * math.log(2)
        ways.append(("product with its power of two kept apart, then the logarithm", tracked, rounding))
    checks = [Check(f"ℓ(θ) of {m} points, nats", tuple(ways))]
    factors = family.prob(scene.x, theta)
    for key, found in _exits(scene).items():
        if found:
            checks.append(
                Check(
                    f"m at which the {key} product ends",
                    (("all at once", found, 0.0), ("one multiplication after the other", _stepwise(factors, key), 0.0)),
                )
            )
    return (*checks, *_argmax(scene))


def _argmax(scene: Product) -> tuple[Check, ...]:
    from scipy import optimize  # heavy, and only this tab needs it

    curve, theta, x = scene.curves, scene.theta, scene.x[: scene.m]
    at, height, width = curve.best(scene.m, theta)
    low, high = max(at - 3 * width, curve.steps[0]), min(at + 3 * width, curve.steps[-1])
    if not low < at < high:
        return ()

    def below(value: float) -> float:
        there = theta.copy()
        there[curve.place] = value
        return height - float(mle.loglik(scene.family, x, there))

    by_sum = optimize.minimize_scalar(below, bounds=(low, high), method="bounded", options={"xatol": 1e-9 * width})
    by_product = optimize.minimize_scalar(
        lambda v: -math.exp(-below(v)), bounds=(low, high), method="bounded", options={"xatol": 1e-9 * width}
    )
    # A flat top hides its place: a difference in height of one rounding is √(2·rounding) errors wide.
    flat = width * math.sqrt(2e-13 * (1 + abs(height))) + 1e-3 * width
    if scene.family.likelihood.errors_from == "expected":  # a kink at each point: between two of them it may be flat
        order = np.sort(x)
        place = int(np.clip(np.searchsorted(order, at), 1, order.size - 1)) if order.size > 1 else 0
        flat += float(np.ptp(order[max(place - 1, 0) : place + 1]))
    return (
        Check(
            "argmax over " + scene.family.params[curve.place].symbol,
            (
                ("of ℓ, by the fit", at, 0.0),
                ("of ℓ, by search", float(by_sum.x), flat),
                ("of L, by search", float(by_product.x), flat),
            ),
        ),
    )


_CODE = """\
import numpy as np
from scipy import stats

{data}
{theta}
m = {m}  # points so far

law = {law}
terms = law.{log}(x[:m])
print(f"sum of log p over {{m}} points: {{terms.sum():.3f}} nats")

p = np.exp(law.{log}(x))
for kind in (np.float16, np.float32, np.float64):
    with np.errstate(all="ignore"):
        products = np.multiply.accumulate(p.astype(kind))  # every product rounded to the format
    ended = np.flatnonzero((products == 0) | ~np.isfinite(products))
    end = f"first 0 or inf at m = {{ended[0] + 1}}" if ended.size else "still a number"
    print(f"{{kind.__name__}}: product of {{m}} = {{products[m - 1]:.3g}}; {{end}}")
"""


def _code(scene: Product) -> str:
    family, observed = scene.family, scene.observed
    seed = {control.key: value for control, value in scene.items}.get("seed")
    if seed is not None:
        mu, sigma = settings.DRAWN_AT
        data = f"x = stats.norm({mu:g}, {sigma:g}).ppf(np.random.default_rng({seed}).random({settings.DRAWN_N}))"
    else:
        numbers = textwrap.fill(
            ", ".join(f"{v:.15g}" for v in scene.x), 96, initial_indent="    ", subsequent_indent="    "
        )
        data = f"# {observed.quantity}; {observed.source}\nx = np.array([\n{numbers}\n])"
    theta = "; ".join(f"{name} = {float(value)!r}" for name, value in zip(family.names, scene.theta, strict=True))
    return _CODE.format(
        data=data, theta=theta, m=scene.m, law=family.scipy, log="logpmf" if family.discrete else "logpdf"
    )


def _table(scene: Product) -> str:
    """Every point with its term, the running sum and the running products."""
    factors = scene.family.prob(scene.x, scene.theta)
    terms = scene.family.log_prob(scene.x, scene.theta)
    columns = [np.arange(1, scene.x.size + 1), scene.x, terms, np.cumsum(terms)]
    columns += [mle.running_product(factors, key) for key in FORMATS]
    out = io.StringIO()
    out.write("m,x,log_p_nats,sum_nats," + ",".join(f"product_{key}" for key in FORMATS) + "\n")
    for row in zip(*columns, strict=True):
        out.write(f"{int(row[0])}," + ",".join(repr(float(v)) for v in row[1:]) + "\n")
    return out.getvalue()


def parts(scene: Product) -> Parts:
    return Parts(
        reading=READING,
        questions=_questions,
        checks=lambda: _checks(scene),
        code=lambda: _code(scene),
        table=lambda: _table(scene),
        link=query(scene.items),
        file=f"iid-product-{scene.observed.data}-{scene.family.key}",
        table_name="Terms, sums and products",
        charts={"product": "Product and sum", "points": "Points", "terms": "Terms", "likelihood": "L", "loglik": "ℓ"},
    )
