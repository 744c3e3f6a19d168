"""Drawings of a page: made here, as wide as there is room, without a script.

Places across are given in percent, so that text and dots keep their form at every width. Lines and bands lie in an inner
drawing that is stretched.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from router.pages.frame import text

Place = tuple[float, float]
"""A place on a plot: across and up, in the units of its axes."""


class Scale(NamedTuple):
    """From the lowest to the highest value that is shown; they differ."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies, in percent from the lowest; kept inside."""
        return 100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def percent(self, value: float) -> str:
        """Where a value lies, as a drawing has it: `41.67%`."""
        return f"{self.at(value):.2f}%"


def interval_bar(scale: Scale, low: float, high: float, point: float, label: str) -> Markup:
    """A point with its interval, for a cell of a table."""
    drawn = Markup(
        '<svg role="img" aria-label="{label}"><line class="grid" x1="0" x2="100%" y1="11" y2="11"/>'
        '<line class="whisker" x1="{low}" x2="{high}" y1="11" y2="11"/>'
        '<circle class="dot" cx="{point}" cy="11" r="4.5"/></svg>'
    )
    return drawn.format(
        label=text(label), low=scale.percent(low), high=scale.percent(high), point=scale.percent(point)
    )


class Line(NamedTuple):
    """A line through places; `style` is `path`, `limit`, `limit far` (dashed) or `centre`."""

    places: Sequence[Place]
    style: str = "path"


class Band(NamedTuple):
    """What lies between two lines that have the same places across."""

    low: Sequence[Place]
    high: Sequence[Place]


class Dot(NamedTuple):
    """A place with what is said of it; `out` where it stands out. `low` and `high` are its interval, where it has one."""

    across: float
    up: float
    label: str
    out: bool = False
    low: float | None = None
    high: float | None = None


class Mark(NamedTuple):
    """A line from top to bottom, such as where a text changed."""

    across: float
    label: str


class Plot(NamedTuple):
    """All that is drawn between two axes, and what somebody who cannot see it is told. Ticks are values with words."""

    label: str
    across: Scale
    up: Scale
    ticks_across: Sequence[tuple[float, str]]
    ticks_up: Sequence[tuple[float, str]]
    lines: Sequence[Line] = ()
    bands: Sequence[Band] = ()
    dots: Sequence[Dot] = ()
    marks: Sequence[Mark] = ()


def plot(drawn: Plot, caption: str) -> Markup:
    """The drawing with its caption."""
    across, up = drawn.across, drawn.up
    parts = [_TICK_UP.format(y=_down(up, value), words=text(words)) for value, words in drawn.ticks_up]
    parts += [
        _TICK_ACROSS.format(x=across.percent(value), anchor=_anchor(across.at(value)), words=text(words))
        for value, words in drawn.ticks_across
    ]
    stretched = [
        Markup('<path class="band" d="{}Z"/>').format(_path([*band.low, *reversed(band.high)], across, up))
        for band in drawn.bands
    ]
    stretched += [
        Markup('<path class="{}" d="{}"/>').format(line.style, _path(line.places, across, up))
        for line in drawn.lines
    ]
    parts.append(_STRETCHED.format(Markup("").join(stretched)))
    parts += [_MARK.format(x=across.percent(mark.across), words=text(mark.label)) for mark in drawn.marks]
    parts += [_dot(dot, across, up) for dot in drawn.dots]
    return _FIGURE.format(label=text(drawn.label), inner=Markup("").join(parts), caption=text(caption))


_TICK_UP: Final = Markup(
    '<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
    '<text x="-8" y="{y}" text-anchor="end" dominant-baseline="middle">{words}</text>'
)
_TICK_ACROSS: Final = Markup('<text x="{x}" y="100%" dy="18" text-anchor="{anchor}">{words}</text>')
_STRETCHED: Final = Markup('<svg viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>')
_MARK: Final = Markup(
    '<line class="cut" x1="{x}" x2="{x}" y1="0" y2="100%"/><text x="{x}" y="0" dx="4" dy="11">{words}</text>'
)
_WHISKER: Final = Markup('<line class="whisker" x1="{x}" x2="{x}" y1="{high}" y2="{low}"/>')
_DOT: Final = Markup('<circle class="{style}" cx="{x}" cy="{y}" r="4"><title>{label}</title></circle>')
_FIGURE: Final = Markup(
    '<figure><div class="plot"><svg role="img" aria-label="{label}">{inner}</svg></div>'
    "<figcaption>{caption}</figcaption></figure>"
)


def _dot(dot: Dot, across: Scale, up: Scale) -> Markup:
    x, interval = across.percent(dot.across), Markup("")
    if dot.low is not None and dot.high is not None:
        interval = _WHISKER.format(x=x, high=_down(up, dot.high), low=_down(up, dot.low))
    style = "dot out" if dot.out else "dot"
    return interval + _DOT.format(style=style, x=x, y=_down(up, dot.up), label=text(dot.label))


def _down(up: Scale, value: float) -> str:
    return f"{100 - up.at(value):.2f}%"


def _path(places: Sequence[Place], across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{across.at(x):.2f},{100 - up.at(y):.2f}" for x, y in places)


def _anchor(percent: float) -> str:
    """Words at the ends stay inside the drawing."""
    return "start" if percent < 4 else "end" if percent > 96 else "middle"
