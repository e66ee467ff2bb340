"""The same fits by the libraries that people use: scipy's rv.fit, statsmodels and iminuit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from iminuit import Minuit
from scipy import special, stats
from statsmodels.base.model import GenericLikelihoodModel


@dataclass(frozen=True)
class Rival:
    """A family as others fit it: log-density as a user would write it, a start, and scipy's own fit if it has one."""

    theta: tuple[float, ...]
    log_prob: Callable[..., np.ndarray]
    start: Callable[[np.ndarray], tuple[float, ...]]
    positive: tuple[bool, ...]
    scipy: Callable[[np.ndarray], tuple[float, ...]] | None


def _gamma(x, a, b):
    return a * np.log(b) - special.gammaln(a) + (a - 1) * np.log(x) - b * x


def _weibull(x, k, s):
    z = np.log(x / s)
    return np.log(k / s) + (k - 1) * z - np.exp(k * z)


def _student_t(x, m, s, v):
    z = (x - m) / s
    head = special.gammaln((v + 1) / 2) - special.gammaln(v / 2) - 0.5 * np.log(v * np.pi) - np.log(s)
    return head - (v + 1) / 2 * np.log1p(z * z / v)


def _beta(x, a, b):
    return (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - special.betaln(a, b)


def _negative_binomial(x, r, m):
    head = special.gammaln(x + r) - special.gammaln(r) - special.gammaln(x + 1)
    return head + r * np.log(r / (r + m)) + special.xlogy(x, m / (r + m))


def _moments_gamma(x):
    return x.mean() ** 2 / x.var(), x.mean() / x.var()


def _moments_beta(x):
    common = x.mean() * (1 - x.mean()) / x.var() - 1
    return x.mean() * common, (1 - x.mean()) * common


RIVALS: dict[str, Rival] = {
    "normal": Rival(
        (3, 2),
        lambda x, m, s: stats.norm.logpdf(x, m, s),
        lambda x: (np.median(x), x.std()),
        (False, True),
        stats.norm.fit,
    ),
    "exponential": Rival(
        (2,),
        lambda x, rate: np.log(rate) - rate * x,
        lambda x: (1 / np.median(x),),
        (True,),
        lambda x: (1 / stats.expon.fit(x, floc=0)[1],),
    ),
    "gamma": Rival(
        (3, 1),
        _gamma,
        _moments_gamma,
        (True, True),
        lambda x: (lambda a, _, s: (a, 1 / s))(*stats.gamma.fit(x, floc=0)),
    ),
    "weibull": Rival(
        (2, 3),
        _weibull,
        lambda x: (1.5, x.mean()),
        (True, True),
        lambda x: (lambda c, _, s: (c, s))(*stats.weibull_min.fit(x, floc=0)),
    ),
    "student_t": Rival(
        (1, 2, 5),
        _student_t,
        lambda x: (np.median(x), stats.iqr(x) / 1.5, 8.0),
        (False, True, True),
        lambda x: (lambda v, m, s: (m, s, v))(*stats.t.fit(x)),
    ),
    "beta": Rival((2, 5), _beta, _moments_beta, (True, True), lambda x: stats.beta.fit(x, floc=0, fscale=1)[:2]),
    "negative_binomial": Rival((2, 4), _negative_binomial, lambda x: (1.0, x.mean()), (True, True), None),
}


def by_statsmodels(rival: Rival, x: np.ndarray) -> tuple[float, ...]:
    """GenericLikelihoodModel with BFGS, which computes standard errors as well."""

    class Model(GenericLikelihoodModel):
        def loglikeobs(self, params):
            theta = [np.exp(p) if up else p for p, up in zip(params, rival.positive, strict=True)]
            return rival.log_prob(self.endog, *theta)

    start = [np.log(s) if up else s for s, up in zip(rival.start(x), rival.positive, strict=True)]
    found = Model(x, np.ones(x.size)).fit(start_params=np.array(start), method="bfgs", disp=0)
    return tuple(float(np.exp(p)) if up else float(p) for p, up in zip(found.params, rival.positive, strict=True))


def by_iminuit(rival: Rival, x: np.ndarray) -> tuple[float, ...]:
    """MIGRAD and HESSE on −ℓ."""
    names = [f"p{i}" for i in range(len(rival.theta))]
    minuit = Minuit(lambda *theta: -float(np.sum(rival.log_prob(x, *theta))), *rival.start(x), name=names)
    minuit.errordef = Minuit.LIKELIHOOD
    for name, up in zip(names, rival.positive, strict=True):
        minuit.limits[name] = (1e-10, None) if up else None
    minuit.migrad()
    minuit.hesse()
    return tuple(minuit.values)
