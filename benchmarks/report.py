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


def show_summary(console: Console, one_by_one: Sequence[Round], ours: Sequence[Round]) -> None:
    """Both sides and the ratio, over all rounds."""
    table = Table(
        "", "one by one", "this service", "ratio of medians", "ratio of each pair", title="min / median / max"
    )
    for title, figure in FIGURES:
        theirs, mine = sorted(map(figure, one_by_one)), sorted(map(figure, ours))
        pairs = sorted(_better(figure(a), figure(b)) for a, b in zip(one_by_one, ours, strict=True))
        table.add_row(
            title,
            _spread(theirs),
            _spread(mine),
            f"{_better(median(theirs), median(mine)):.1f}",
            _spread(pairs),
        )
    console.print(table)


def rate_ratio(one_by_one: Sequence[Round], ours: Sequence[Round]) -> float:
    """The ratio of the median rates."""
    return median(one.rate for one in ours) / median(one.rate for one in one_by_one)


def _better(theirs: float, mine: float) -> float:
    low, high = sorted((theirs, mine))
    return high / low if low else 0.0


def _spread(values: Sequence[float]) -> str:
    return f"{values[0]:,.0f} / {median(values):,.0f} / {values[-1]:,.0f}"
