"""The figures as tables."""

from collections.abc import Callable, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Round

Figure = Callable[[Round], float]

FIGURES: tuple[tuple[str, Figure], ...] = (
    ("events/s", lambda one: one.rate),
    ("service CPU µs/event", lambda one: one.micros(one.service_cpu)),
    ("PostgreSQL CPU µs/event", lambda one: one.micros(one.database_cpu)),
    ("Kafka CPU µs/event", lambda one: one.micros(one.broker_cpu)),
)


def show_round(console: Console, name: str, one: Round) -> None:
    """One line as a round ends."""
    parts = [f"{one.events:>7,} events in {one.seconds:6.2f} s"]
    parts += [f"{figure(one):>9,.1f} {title}" for title, figure in FIGURES]
    console.print(f"{name:>15}: " + ", ".join(parts), highlight=False, soft_wrap=True)


def show_summary(
    console: Console,
    name: str,
    others: Sequence[Round],
    ours: Sequence[Round],
    ours_name: str = "this service",
) -> None:
    """Both sides and how many times as much ours comes to, over all rounds."""
    table = Table("", name, ours_name, "ratio of medians", "ratio of each pair", title="min / median / max")
    for title, figure in FIGURES:
        theirs, mine = sorted(map(figure, others)), sorted(map(figure, ours))
        pairs = sorted(_ratio(figure(a), figure(b)) for a, b in zip(others, ours, strict=True))
        table.add_row(
            title,
            _spread(theirs),
            _spread(mine),
            f"{_ratio(median(theirs), median(mine)):.3g}",
            " / ".join(f"{pair:.3g}" for pair in (pairs[0], median(pairs), pairs[-1])),
        )
    console.print(table)


def rate_ratio(one_by_one: Sequence[Round], ours: Sequence[Round]) -> float:
    """The ratio of the median rates."""
    return median(one.rate for one in ours) / median(one.rate for one in one_by_one)


def _ratio(theirs: float, mine: float) -> float:
    return mine / theirs if theirs else 0.0


def _spread(values: Sequence[float]) -> str:
    return f"{values[0]:,.0f} / {median(values):,.0f} / {values[-1]:,.0f}"
