"""Several noise models fitted to the same points: their lines, their losses, and how much each listens to one point."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.live import moving
from mle_ui.live.shown import Readout
from mle_ui.live.tables import Slider, Tables, Track
from mle_ui.numbers import nats, show, with_error
from mle_ui.scenes.regression import design, noise_marks, points, settings, source
from mle_ui.scenes.regression.design import Design
from mle_ui.scenes.regression.pairs import Pairs
from mle_ui.scenes.samples import Problem
from mle_ui.state import Asking, Control

Array = npt.NDArray[np.float64]
Fits = Mapping[str, mle.RegressionResult]

STUDENT = "student_t"
CELLS = ("loglik", "aic", "intercept", "slope", "noise", "move")


@dataclass(frozen=True, eq=False)
class Noises:
    """The fits, the point that is marked on every chart, and ν of Student t."""

    design: Design
    gaussian: mle.RegressionResult
    fits: Fits
    band: str
    focus: str
    sliders: tuple[Slider, ...]
    steps: tuple[int, ...]
    items: Sequence[tuple[Control, object]]
    left_out: tuple[str, ...] = ()

    page = "regression"
    picture = settings.NOISE

    @property
    def pairs(self) -> Pairs:
        return self.design.pairs

    @cached_property
    def stamp(self) -> str:
        return moving.stamp(self.page, self.items)

    @property
    def view(self) -> str:
        return moving.digest(self.picture, self.pairs.frame, self.reach, self.focus, tuple(self.fits))

    def charts(self) -> tuple[str, ...]:
        return ("points", *noise_marks.CURVES, "qq")

    @cached_property
    def theta(self) -> Array:
        """The marked row, then ν where Student t is among the models."""
        return moving.values(self)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.fits)

    @property
    def nu(self) -> float | None:
        return float(self.theta[1]) if len(self.theta) > 1 else None

    def place(self, row: float) -> int:
        """Where in the points a row stands; the first where it is gone."""
        return self.pairs.rows.index(int(row)) if int(row) in self.pairs.rows else 0

    @property
    def marked(self) -> int:
        return self.place(self.theta[0])

    def fit_at(self, key: str, nu: float | None) -> mle.RegressionResult:
        """A model's fit, Student t with this ν."""
        if key != STUDENT or nu is None or nu == self.nu:
            return self.fits[key]
        found = design.fit(self.design, STUDENT, nu)
        return self.fits[key] if isinstance(found, Problem) else found

    @cached_property
    def reference(self) -> Fits:
        """The fits that the axes are made for: they do not follow ν, so that the axes stay while it moves."""
        if self.nu is None:
            return self.fits
        slider = self.sliders[1]
        return {**self.fits, STUDENT: self.fit_at(STUDENT, slider.values[slider.default])}

    @cached_property
    def reach(self) -> float:
        """End of the residuals' axis: the largest residual of all models."""
        size = max(float(np.abs(fit.residuals).max()) for fit in (self.gaussian, *self.reference.values()))
        return float(f"{1.08 * size:.2g}") or 1.0

    # -- numbers ---------------------------------------------------------------------------------------------------------

    def tracks(self, theta: Array, moved: Collection[str]) -> list[Track]:
        return noise_marks.tracks(self, theta, moved)

    def readouts(self, theta: Array, moved: Collection[str]) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        places = [self.place(row) for row in theta[:, 0]]
        if "pick" in moved:
            out["picked"] = [f"{show(self.pairs.x[i], 4)}, {show(self.pairs.y[i], 4)}" for i in places]
        for key in self.keys:
            if "pick" not in moved and key != STUDENT:
                continue
            nus = theta[:, 1] if key == STUDENT else [None] * len(theta)
            found = [self.fit_at(key, nu) for nu in nus]
            out[f"pull-{key}"] = [show(noise_marks.pull(fit, i), 3) for fit, i in zip(found, places, strict=True)]
            rows = [self.row(key, fit, i) for fit, i in zip(found, places, strict=True)]
            for name, texts in zip(CELLS, zip(*rows, strict=True), strict=True):
                if name == "move" or "nu" in moved:
                    out[f"cell-{key}-{name}"] = list(texts)
        return out

    def row(self, key: str, fit: mle.RegressionResult, place: int) -> tuple[str, ...]:
        """What the table says of a fit: log L, AIC, intercept, slope, noise, and the marked point's part in the slope."""
        errors = fit.standard_errors
        noise = ", ".join(f"{_symbol(fit, name)} = {show(value, 4)}" for name, value in fit.noise_params.items())
        return (
            nats(fit.loglik),
            show(fit.aic, 6),
            with_error(fit.params["intercept"], errors["intercept"]),
            with_error(fit.params["slope"], errors["slope"]),
            noise or "variance = mean",
            show(float(fit.coefficient_influence[place, 1]), 3),
        )

    def cells(self) -> dict[str, str]:
        """What stands in the table, by the cell's name."""
        rows = {key: self.row(key, fit, self.marked) for key, fit in self.fits.items()}
        return {f"cell-{key}-{name}": text for key, row in rows.items() for name, text in zip(CELLS, row, strict=True)}

    def strip(self) -> list[Readout]:
        now = moving.strings(self)
        out = [
            Readout("picked", "marked point: x, y", now["picked"], "The ringed point; drag any, or move its slider.")
        ]
        for key in self.keys:
            words = "ψ, nats for each unit of y: how much log L of this point would gain if the fit came nearer to it."
            out.append(Readout(f"pull-{key}", f"pull, {mle.NOISES[key].name}", now[f"pull-{key}"], words))
        return out

    def remarks(self) -> list[str]:
        out = [
            f"{mle.NOISES[key].name}: {text}"
            for key, fit in self.fits.items()
            for text in fit.warnings
            if key != STUDENT
        ]
        if self.nu is not None:
            out.append("ν of Student t is held at its slider and counted as known: its AIC has one parameter less.")
        if any(slider.key == "pick" and len(slider.values) < self.pairs.m for slider in self.sliders):
            out.append(f"The marked point’s slider runs over {len(self.sliders[0].values)} of the {self.pairs.m} rows.")
        return out

    @property
    def counted(self) -> bool:
        """Whether the model is shown that takes counts alone, and there are no others yet."""
        return "poisson" in self.fits and bool(np.all(self.pairs.y == np.floor(self.pairs.y)))

    # -- dragging --------------------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        return moving.tables(
            self,
            handles=points.handles(self, self.marked, counts=self.counted),
            pads=points.pads(self),
            play=tuple(slider.key for slider in reversed(self.sliders)),
            links=((("points", "data"), ("qq", "qq")),),
        )

    def answer(self, values: Mapping[str, float]) -> tuple[Sequence[Track], Mapping[str, str]]:
        """All models fitted anew while a point is dragged."""
        found = points.moved(self.pairs, values)
        if found.problem:
            return [], {}
        of = design.design.__wrapped__(found, self.design.degree, self.design.where)
        if isinstance(of, Problem):
            return [], {}
        fits = {key: design.fit_now(of, key, self.nu if key == STUDENT else None) for key in self.fits}
        # A model that has no fit there stays where it was, and says so when the point is dropped.
        good = {key: self.fits[key] if isinstance(fit, Problem) else fit for key, fit in fits.items()}
        scene = replace(self, design=of, fits=good)
        row = next(int(key[2:-1]) for key in values)
        theta = self.theta.copy()
        theta[0] = row
        keys = [slider.key for slider in self.sliders]
        strings = scene.readouts(theta[None], {*keys, "nu"})
        tracks = noise_marks.everything(scene, theta, self)
        return tracks, {name: texts[0] for name, texts in strings.items()}

    def edit(self, values: Mapping[str, float | None]) -> Mapping[str, object]:
        """What a point dropped, added or removed makes of the data; it is the marked one from then on."""
        fit = self.gaussian

        def height(x: float) -> float:
            return float(fit.predict(self.design.at(np.array([x])))[0])

        out = points.edit(self.pairs, values, height)
        rows = {key[2:-1] for key, value in values.items() if value is not None}
        row = next(iter(rows), "")
        if row == "+":
            out["pick"] = float(self.pairs.next_row if self.pairs.data != settings.OWN else self.pairs.m + 1)
        elif row.isdigit():
            out["pick"] = float(row)
        return out


def _symbol(fit: mle.RegressionResult, name: str) -> str:
    return next(param.symbol for param in fit.parameters if param.name == name)


def _pick(pairs: Pairs, gaussian: mle.RegressionResult, asked: float | None) -> Slider:
    """The slider of the marked row: at first the one farthest from the Gaussian line."""
    default = pairs.rows[int(np.argmax(np.abs(gaussian.residuals)))]
    stride = -(-pairs.m // settings.MOST_PICKS)
    rows = {*pairs.rows[::stride], default} | ({int(asked)} if asked in pairs.rows else set())
    values = tuple(float(row) for row in sorted(rows))
    return Slider(
        "pick",
        "row",
        "of the marked point",
        values,
        tuple(f"{v:g}" for v in values),
        values.index(default),
        counted=True,
    )


def _nus(of: Design) -> Slider:
    """ν from where Student t has a maximum."""
    kept = [i for i, nu in enumerate(settings.NU.values) if not isinstance(design.fit(of, STUDENT, nu), Problem)]
    values, labels = [settings.NU.values[i] for i in kept], [settings.NU.labels[i] for i in kept]
    wanted = settings.NU.values[settings.NU.default]
    default = next((k for k, nu in enumerate(values) if nu >= wanted), len(values) - 1)
    return replace(settings.NU, values=tuple(values), labels=tuple(labels), default=default)


def build(ask: Asking) -> Noises | None:
    """The scene of the controls' state; None where nothing can be fitted (the reason stands beside a control)."""
    pairs = source.ask_for(ask)
    if pairs is None:
        return None
    chosen = ask.several(settings.MODELS)
    degree, origin = ask.whole(settings.DEGREE), ask.choice(settings.ORIGIN, segmented=True)
    of = design.design(pairs, degree, origin)
    gaussian = of if isinstance(of, Problem) else design.fit(of, "gaussian")
    if isinstance(of, Problem) or isinstance(gaussian, Problem):
        problem = of if isinstance(of, Problem) else gaussian
        assert isinstance(problem, Problem)
        ask.complain(problem.control, problem.message)
        return None
    sliders, steps = [_pick(pairs, gaussian, ask.asked("pick"))], []
    steps.append(ask.slider(sliders[0]))
    nu: float | None = None
    refused: dict[str, str] = {}
    if STUDENT in chosen:
        slider = _nus(of)
        if len(slider.values) > 1:
            sliders.append(slider)
            steps.append(ask.slider(slider))
            nu = slider.values[steps[-1]]
        else:
            refused[STUDENT] = "no ν gives a maximum"
    fits: dict[str, mle.RegressionResult] = {}
    for key in chosen:
        found = design.fit(of, key, nu if key == STUDENT else None)
        if isinstance(found, Problem):
            refused[key] = found.message
        elif not np.all(np.isfinite(found.theta[: found.p])):
            refused[key] = "; ".join(found.warnings) or "some coefficients are infinite."
        else:
            fits[key] = found
    if refused:
        ask.complain(settings.MODELS.key, " ".join(f"{mle.NOISES[key].name}: {text}" for key, text in refused.items()))
    if not fits:
        return None
    band = ask.choice(settings.BAND, segmented=True)
    focus = ask.choice(settings.focus(tuple(fits)))
    return Noises(of, gaussian, fits, band, focus, tuple(sliders), tuple(steps), tuple(ask.items), tuple(refused))
