"""Drawings of a page: made here, as wide as there is room, without a script.

Places across are given in percent, so that text and dots keep their form at every width. Lines and bands lie in an inner
drawing that is stretched.
"""

from collections.abc import Sequence
from typing import NamedTuple

from router.cli.pages.frame import Markup, text

Place = tuple[float, float]
"""A place on a plot: across and up, in the units of its axes."""


class Scale(NamedTuple):
    """From the lowest to the highest value that is shown; they differ."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies, in percent from the lowest; kept inside."""
        return 100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def interval_bar(scale: Scale, low: float, high: float, point: float, label: str) -> Markup:
    """A point with its interval, for a cell of a table."""
    ends = f'x1="{scale.at(low):.2f}%" x2="{scale.at(high):.2f}%"'
    return (
        f'<svg role="img" aria-label="{text(label)}"><line class="grid" x1="0" x2="100%" y1="11" y2="11"/>'
        f'<line class="whisker" {ends} y1="11" y2="11"/>'
        f'<circle class="dot" cx="{scale.at(point):.2f}%" cy="11" r="4.5"/></svg>'
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
    parts = [
        f'<line class="grid" x1="0" x2="100%" y1="{_down(up, value)}" y2="{_down(up, value)}"/>'
        f'<text x="-8" y="{_down(up, value)}" text-anchor="end" dominant-baseline="middle">{text(words)}</text>'
        for value, words in drawn.ticks_up
    ]
    parts += [
        f'<text x="{across.at(value):.2f}%" y="100%" dy="18" text-anchor="{_anchor(across.at(value))}">{text(words)}</text>'
        for value, words in drawn.ticks_across
    ]
    stretched = [
        f'<path class="band" d="{_path([*band.low, *reversed(band.high)], across, up)}Z"/>'
        for band in drawn.bands
    ]
    stretched += [
        f'<path class="{line.style}" d="{_path(line.places, across, up)}"/>' for line in drawn.lines
    ]
    inner = "".join(stretched)
    parts.append(f'<svg viewBox="0 0 100 100" preserveAspectRatio="none">{inner}</svg>')
    parts += [
        f'<line class="cut" x1="{across.at(mark.across):.2f}%" x2="{across.at(mark.across):.2f}%" y1="0" y2="100%"/>'
        f'<text x="{across.at(mark.across):.2f}%" y="0" dx="4" dy="11">{text(mark.label)}</text>'
        for mark in drawn.marks
    ]
    parts += [_dot(dot, across, up) for dot in drawn.dots]
    return (
        f'<figure><div class="plot"><svg role="img" aria-label="{text(drawn.label)}">{"".join(parts)}</svg></div>'
        f"<figcaption>{text(caption)}</figcaption></figure>"
    )


def _dot(dot: Dot, across: Scale, up: Scale) -> Markup:
    x, interval = f"{across.at(dot.across):.2f}%", ""
    if dot.low is not None and dot.high is not None:
        interval = (
            f'<line class="whisker" x1="{x}" x2="{x}" y1="{_down(up, dot.high)}" y2="{_down(up, dot.low)}"/>'
        )
    style = "dot out" if dot.out else "dot"
    return (
        f'{interval}<circle class="{style}" cx="{x}" cy="{_down(up, dot.up)}" r="4"><title>{text(dot.label)}'
        "</title></circle>"
    )


def _down(up: Scale, value: float) -> str:
    return f"{100 - up.at(value):.2f}%"


def _path(places: Sequence[Place], across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{across.at(x):.2f},{100 - up.at(y):.2f}" for x, y in places)


def _anchor(percent: float) -> str:
    """Words at the ends stay inside the drawing."""
    return "start" if percent < 4 else "end" if percent > 96 else "middle"
