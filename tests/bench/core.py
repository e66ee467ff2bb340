"""mle_core beside scipy in one run: time ratios, and how far scipy's fit stays below the maximum."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
from scipy import stats

import mle_core as mle

#: Family → scipy's fit, turned into theta.
SCIPY: dict[str, Callable[[np.ndarray], tuple[float, ...]]] = {
    "normal": lambda x: stats.norm.fit(x),
    "lognormal": lambda x: (lambda s, _, scale: (np.log(scale), s))(*stats.lognorm.fit(x, floc=0)),
    "gamma": lambda x: (lambda a, _, scale: (a, 1 / scale))(*stats.gamma.fit(x, floc=0)),
    "weibull": lambda x: (lambda c, _, scale: (c, scale))(*stats.weibull_min.fit(x, floc=0)),
    "student_t": lambda x: (lambda nu, mu, sigma: (mu, sigma, nu))(*stats.t.fit(x)),
}
THETA = {"normal": (3, 2), "lognormal": (0, 0.5), "gamma": (3, 1), "weibull": (2, 3), "student_t": (1, 2, 5)}


def best_of(call: Callable[[], object], budget: float = 1.0) -> float:
    """Seconds of the fastest call, repeated for about `budget` seconds."""
    times: list[float] = []
    while sum(times) < budget and len(times) < 200:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def fits() -> None:
    print("\nFits: scipy.stats rv.fit time / mle.fit time (mle.fit returns standard errors as well); scipy's shortfall")
    print(f"{'family':<12}{'n':>10}{'time ratio':>12}{'nats below the maximum':>26}")
    for family, theirs in SCIPY.items():
        for n in (1_000, 1_000_000):
            if family == "student_t" and n > 1_000:
                n = 100_000  # scipy takes most of a minute at a million
            x = mle.FAMILIES[family].sample(THETA[family], n, np.random.default_rng(1))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theta = np.array(theirs(x), dtype=float)
                slow = best_of(lambda x=x, theirs=theirs: theirs(x))
            ours = best_of(lambda x=x, family=family: mle.fit(family, x))
            shortfall = mle.fit(family, x).loglik - float(mle.loglik(family, x, theta))
            print(f"{family:<12}{n:>10,}{slow / ours:>12.1f}{shortfall:>26.2e}")


def surfaces() -> None:
    print(
        "\nSurface 200 × 200: time at n = 10⁶ / time at n = 10³ (one pass over the data included), and after that pass"
    )
    for family in ("normal", "lognormal", "gamma"):
        law = mle.FAMILIES[family]
        grids = {name: np.linspace(0.8, 1.2, 200) * value for name, value in zip(law.names, THETA[family], strict=True)}
        if family == "lognormal":
            grids["mu"] = np.linspace(-0.2, 0.2, 200)
        small = law.sample(THETA[family], 1_000, np.random.default_rng(1))
        large = law.sample(THETA[family], 1_000_000, np.random.default_rng(1))
        one_pass = best_of(lambda large=large, family=family: mle.loglik(family, large, THETA[family]))
        t_small = best_of(lambda small=small, family=family, grids=grids: mle.surface(family, small, grids))
        t_large = best_of(lambda large=large, family=family, grids=grids: mle.surface(family, large, grids))
        after = max(t_large - one_pass, 0) / t_small
        print(f"{family:<12}{t_large / t_small:>8.2f} with the pass, {after:>6.2f} after it")


def main() -> None:
    fits()
    surfaces()
