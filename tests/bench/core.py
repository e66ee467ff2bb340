"""mle_core beside scipy, statsmodels and iminuit in one run: time ratios, and how far they stay below the maximum."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np
from scipy import integrate, stats

import mle_core as mle
from tests.bench.rivals import RIVALS, Rival, by_iminuit, by_statsmodels


def best_of(call: Callable[[], object], budget: float = 0.6) -> float:
    """Seconds of the fastest call, repeated for about `budget` seconds.

    Seconds of this thread on the processor: what else runs on the machine counts for nothing (`tests.bench` holds the
    linear algebra to one thread).
    """
    times: list[float] = []
    while sum(times) < budget and len(times) < 300:
        start = time.thread_time()
        call()
        times.append(time.thread_time() - start)
    return min(times)


def _rivals(rival: Rival) -> dict[str, Callable[[np.ndarray], tuple[float, ...]]]:
    found = {"statsmodels": lambda x: by_statsmodels(rival, x), "iminuit": lambda x: by_iminuit(rival, x)}
    return found if rival.scipy is None else {"scipy": rival.scipy, **found}


def fits() -> None:
    print("\nFits: time of the rival / time of mle.fit, and how many nats the rival stays below the best of all")
    print("(mle.fit checks its arguments and returns standard errors; scipy's rv.fit does not return them)")
    print(
        f"{'family':<19}{'n':>10}{'mle.fit ms':>12}"
        + "".join(f"{name:>24}" for name in ("scipy", "statsmodels", "iminuit"))
    )
    for family, rival in RIVALS.items():
        for n in (1_000, 1_000_000):
            x = mle.FAMILIES[family].sample(rival.theta, n, np.random.default_rng(1))
            ours = best_of(lambda x=x, family=family: mle.fit(family, x))
            top = mle.fit(family, x).loglik
            cells = {}
            for name, call in _rivals(rival).items():
                with warnings.catch_warnings(), np.errstate(all="ignore"):
                    warnings.simplefilter("ignore")
                    # The first call is kept as well: the slow rivals need no second one.
                    answers: list[tuple[float, ...]] = []
                    took = best_of(lambda c=call, x=x, a=answers: a.append(c(x)), 0.3)
                    cells[name] = (took, float(mle.loglik(family, x, np.array(answers[0], dtype=float))))
            best = max(top, *(value for _, value in cells.values()))
            words = "".join(
                f"{cells[name][0] / ours:>11.1f}× {best - cells[name][1]:>11.1e}" if name in cells else f"{'–':>24}"
                for name in ("scipy", "statsmodels", "iminuit")
            )
            print(f"{family:<19}{n:>10,}{1e3 * ours:>12.3f}{words}   ours {best - top:.1e}")


def surfaces() -> None:
    print(
        "\nSurface 200 × 200: mle.surface, the data pass (one log-likelihood), and scipy's logpdf over 10 × 10 cells × 400"
    )
    print(f"{'family':<12}{'n':>12}{'surface ms':>12}{'pass ms':>10}{'after it ms':>13}{'logpdf / surface':>18}")
    frozen = {
        "normal": lambda x, a, b: stats.norm.logpdf(x, a, b),
        "gamma": lambda x, a, b: stats.gamma.logpdf(x, a, scale=1 / b),
        "beta": lambda x, a, b: stats.beta.logpdf(x, a, b),
        "lognormal": lambda x, a, b: stats.lognorm.logpdf(x, b, scale=np.exp(a)),
        "weibull": lambda x, a, b: stats.weibull_min.logpdf(x, a, scale=b),
        "cauchy": lambda x, a, b: stats.cauchy.logpdf(x, a, b),
    }
    for family, log_prob in frozen.items():
        law = mle.FAMILIES[family]
        theta = (2.0, 5.0) if family == "beta" else (3.0, 1.0)
        grids = {name: np.linspace(0.8, 1.2, 200) * value for name, value in zip(law.names, theta, strict=True)}
        cells = [grid[::20] for grid in grids.values()]
        for n in (1_000, 100_000, 10_000_000):
            if n > (1_000 if family == "cauchy" else 100_000) and not law.likelihood.sufficient:
                continue
            x = law.sample(theta, n, np.random.default_rng(1))
            one = best_of(lambda x=x, law=law, theta=theta: mle.loglik(law, x, theta))
            whole = best_of(lambda x=x, law=law, grids=grids: mle.surface(law, x, grids))
            if n <= 100_000:
                a, b = np.meshgrid(*cells)
                slow = 400 * best_of(
                    lambda x=x, a=a, b=b, f=log_prob: [f(x, u, v).sum() for u, v in zip(a.flat, b.flat, strict=True)]
                )
                ratio = f"{slow / whole:>17.0f}×"
            else:
                ratio = f"{'–':>18}"
            print(
                f"{family:<12}{n:>12,}{1e3 * whole:>12.3f}{1e3 * one:>10.3f}{1e3 * max(whole - one, 0):>13.3f}{ratio}"
            )
    x = mle.FAMILIES["gamma"].sample((3, 1), 10_000_000, np.random.default_rng(1))
    tracemalloc.start()
    mle.fit("gamma", x)
    mle.surface("gamma", x, {"shape": np.linspace(2, 4, 200), "rate": np.linspace(0.5, 2, 200)})
    print(
        f"peak beside 10⁷ observations (80 MB), gamma fit and surface: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MiB"
    )
    tracemalloc.stop()


def intervals() -> None:
    print(
        "\nLikelihood intervals (both ends), after the fit: mle.interval, and iminuit's MINOS / mle.interval at n = 10³"
    )
    from iminuit import Minuit

    for family in ("normal", "gamma", "weibull", "beta", "negative_binomial", "student_t"):
        rival = RIVALS[family]
        x = mle.FAMILIES[family].sample(rival.theta, 1_000, np.random.default_rng(1))
        result = mle.fit(family, x)
        minuit = Minuit(lambda *theta, r=rival, x=x: -float(np.sum(r.log_prob(x, *theta))), *result.theta)
        minuit.errordef = Minuit.LIKELIHOOD
        minuit.migrad()
        for j, name in enumerate(result.names):
            ours = best_of(lambda r=result, name=name: mle.interval(r, name))
            theirs = best_of(lambda m=minuit, j=j: m.minos(j, cl=0.95), 0.3)
            print(f"{family:<19}{name:<8}{1e3 * ours:>8.2f} ms{theirs / ours:>10.1f}×")


def sweeps() -> None:
    print("\nSweep: 100 positions × a density of 400 points, one call")
    for family in ("normal", "gamma", "beta", "student_t", "negative_binomial"):
        law = mle.FAMILIES[family]
        theta = np.tile(law.default, (100, 1)) * np.linspace(0.9, 1.1, 100)[:, None]
        x = law.quantile(np.linspace(0.001, 0.999, 400), law.default)
        print(f"{family:<12}{1e3 * best_of(lambda law=law, x=x, theta=theta: law.prob(x, theta)):>8.2f} ms")


def divergences() -> None:
    print(
        "\nKL of two normals: scipy's quadrature of p log(p/q) / mle.divergence, and the closed form over 200 × 200 cells"
    )
    p, q = mle.Distribution("normal", mu=0, sigma=1), mle.Distribution("normal", mu=1, sigma=2)

    def by_quad() -> float:
        return integrate.quad(
            lambda x: stats.norm.pdf(x) * (stats.norm.logpdf(x) - stats.norm.logpdf(x, 1, 2)), -np.inf, np.inf
        )[0]

    quad = best_of(by_quad)
    for method in ("closed_form", "quadrature", "monte_carlo"):
        ours = best_of(lambda m=method: mle.divergence("kl", p, q, method=m))
        print(f"{method:<14}{1e3 * ours:>9.3f} ms{quad / ours:>10.1f}×")
    mu, sigma = np.linspace(-3, 3, 200), np.linspace(0.3, 3, 200)[:, None]
    print(f"{'200 × 200':<14}{1e3 * best_of(lambda: mle.kl_normal(0.0, 1.0, mu, sigma)):>9.3f} ms")


def information() -> None:
    print("\nExpected information of one observation, at one theta")
    for family in ("gamma", "student_t", "negative_binomial"):
        law = mle.FAMILIES[family]
        print(f"{family:<19}{1e3 * best_of(lambda law=law: law.fisher(law.default)):>8.3f} ms")


def imports() -> None:
    """In processes of their own, in turn, so that all see the same disk cache."""
    base = "import numpy, scipy.special"
    seconds = {
        code: min(float(subprocess.check_output([sys.executable, "-c", _TIMED.format(code)])) for _ in range(5))
        for code in (base, f"{base}; import mle_core")
    }
    both, alone = seconds[f"{base}; import mle_core"], seconds[base]
    print(f"\nImport: numpy and scipy.special {alone:.3f} s, mle_core after them {both - alone:.3f} s")


_TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"


def main() -> None:
    fits()
    surfaces()
    intervals()
    sweeps()
    information()
    divergences()
    imports()
