"""The functions that make a family: its probability law and its likelihood, as records of plain functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import ArrayLike

from .domain import Array
from .sample import Sample

__all__ = ["Estimate", "Law", "Likelihood"]


@dataclass(frozen=True)
class Law:
    """The probability law. Arguments broadcast; parameters are inside their domains and x inside the support.

    ``log_prob(x, *params)`` in nats, ``cdf(x, *params)``, ``quantile(p, *params)`` for p in [0, 1], and
    ``sample(rng, size, *params)``. ``landmarks(*params)``, optional: places (m, ...) between which the density is nearly
    straight, for a law whose quantiles leave out a bend (one with several peaks).
    """

    log_prob: Callable[..., Array]
    cdf: Callable[..., Array]
    quantile: Callable[..., Array]
    sample: Callable[..., Array]
    landmarks: Callable[..., Array] | None = None


@dataclass(frozen=True)
class Estimate:
    """What a family's own rule for the maximum answers: theta in the order of the parameters, and how it was found.

    Where the parameters are not ``identified`` (a mixture fitted to one normal) there are no standard errors.
    """

    theta: tuple[float, ...]
    method: str = "closed form"
    converged: bool = True
    message: str = ""
    warnings: tuple[str, ...] = ()
    identified: bool = True


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of a sample, through the summary that it depends on.

    Parameters
    ----------
    summarise : callable
        ``summarise(sample)`` → the summary, an object of the family's own.
    loglik, score, information : callable
        ``f(summary, *params)``, parameters of shape (...): the sum over the sample in nats, its k first derivatives,
        and the k rows of its negative second derivatives (the observed information).
    start : callable
        ``start(summary)`` → rough parameters for an iteration (k,), or several (m, k) where there may be several
        maxima, the most plausible first.
    mle : callable or None
        ``mle(summary)`` → `Estimate`, all parameters free. None leaves it to the general Newton iteration.
    rivals : callable or None
        ``rivals(summary, theta)`` → parameters (m, s, k) or (1, s, k), s may be 0: where else a search has to start that
        holds some parameters of theta (m, k), as the likelihood may then have several maxima. Those held are put in
        their places, and it climbs from the `climbed` highest of the starts.
    climbed : int
    given : mapping
        Name → ``f(summary, *others)``, the best value of that one parameter, the others given in order; closed forms
        only, they make profiles exact.
    expansion : callable or None
        ``f(summary, *params)`` → (loglik, score, information) where the three share one pass over the sample.
    floor : mapping
        Name → ``f(summary)``, the bound below which the likelihood is unbounded and no maximum is looked for.
    at_infinity : mapping
        Name → ``f(summary, theta, free)``, for a parameter whose domain includes infinity: the best theta (m, k) with
        it there, over the parameters named in `free`, the others as in theta (m, k). Every such parameter needs it.
    fisher : callable or None
        ``fisher(*params)``, the k rows of the expected information of one observation; NaN in the rows and columns of
        parameters that have none (an end point of the support). None if no parameter has one.
    errors_from : "observed" or "expected"
        The information that standard errors come from. "expected" where the log-likelihood is not smooth (Laplace).
    stack : callable
        ``stack(x)`` for x (m, n): the summaries of m samples of n observations, as one summary whose arrays have shape
        (m,) (and a `Stack` in the place of a `Sample`). With parameters of shape (m,) the functions above then answer
        for each sample at its own parameters.
    stack_mle : callable or None
        ``stack_mle(summary)`` → theta (m, k) of such a stack, where it has a closed form, Newton's method does not
        apply, or would stop beside an end of the domain.
    stack_given : mapping
        The functions of `given` that answer for a stack as well, each sample at its own parameters.
    em_step : callable or None
        ``em_step(summary, *params)`` → the parameters after one iteration of EM, for families with missing data behind
        them (mixtures).
    sufficient : tuple of str
        Names of the sufficient statistics; empty if the sample itself is needed.
    collapse : tuple of str
        With all these free and all observations equal the likelihood is unbounded ...
    collapse_limit : str
        ... as this happens, such as "sigma → 0".
    """

    summarise: Callable[[Sample], Any]
    loglik: Callable[..., Array]
    score: Callable[..., Sequence[Array]]
    information: Callable[..., Sequence[Sequence[Array]]]
    start: Callable[[Any], ArrayLike]
    mle: Callable[[Any], Estimate] | None = None
    rivals: Callable[[Any, Array], Array] | None = None
    climbed: int = 4
    given: Mapping[str, Callable[..., Array]] = field(default_factory=dict)
    expansion: Callable[..., tuple[Array, Sequence[Array], Sequence[Sequence[Array]]]] | None = None
    floor: Mapping[str, Callable[[Any], float]] = field(default_factory=dict)
    at_infinity: Mapping[str, Callable[[Any, Array, Collection[str]], Array]] = field(default_factory=dict)
    fisher: Callable[..., Sequence[Sequence[Array]]] | None = None
    errors_from: Literal["observed", "expected"] = "observed"
    stack: Callable[[Array], Any] | None = None
    stack_mle: Callable[[Any], Array] | None = None
    stack_given: Mapping[str, Callable[..., Array]] = field(default_factory=dict)
    em_step: Callable[..., tuple[Array, ...]] | None = None
    sufficient: tuple[str, ...] = ()
    collapse: tuple[str, ...] = ()
    collapse_limit: str = ""
