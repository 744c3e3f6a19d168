"""The month on the terminal while it happens: live where there is one, plain lines elsewhere."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Final, Protocol, Self

from msgspec import Struct
from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from router.demo.rhythm import COMPANY_ZONE
from router.demo.tally import Occurrence
from router.demo.telling import METRIC_STYLES, day, line_of
from router.model.invitation_states import INVITATION_STATES, PUBLISHED_STATES

Invitations = Mapping[tuple[str, str, str, str], int]
"""How many there are by rule, survey, metric and state."""

STATES: Final[dict[str, tuple[str, ...]]] = {
    "planned so far": INVITATION_STATES,
    "sent": tuple(sorted(PUBLISHED_STATES)),
    "waiting to be due": ("planned", "queued"),
    "cancelled, displaced": ("cancelled", "displaced", "expired"),
}


class DemoState(Struct, frozen=True):
    """How far the demo is. `moment` is the latest time that was decided about, None before the first."""

    phase: str
    moment: datetime | None
    handled: int
    total: int
    decided: int
    repeated: int
    dead: int
    invitations: Invitations


class Show(Protocol):
    """Where the month is shown."""

    pause: float
    """Seconds between two lines, so that they can be read."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tell(self, occurrence: Occurrence) -> None:
        """Shows one of the things that happened."""

    def stand(self, standing: DemoState) -> None:
        """Shows how far it is."""


def show_on(console: Console) -> Show:
    """The live view on a terminal, plain lines where there is none."""
    return Screen(console) if console.is_terminal else Lines(console)


class Screen:
    """What happens scrolls by; below it stand date, progress and the totals of CES and NPS."""

    pause = 0.28

    def __init__(self, console: Console) -> None:
        self._console = console
        self._spinner = Spinner("dots")
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def tell(self, occurrence: Occurrence) -> None:
        """Shows a line above the totals."""
        line = line_of(occurrence)
        line.truncate(self._console.width, overflow="ellipsis")
        self._console.print(line, highlight=False)

    def stand(self, standing: DemoState) -> None:
        """Draws date, progress and totals anew."""
        self._live.update(self._panel(standing), refresh=True)

    def _panel(self, standing: DemoState) -> Panel:
        date = day(standing.moment) if standing.moment else "before the first day"
        head = Table.grid(expand=True, padding=(0, 1))
        head.add_column(width=20)
        head.add_column(ratio=1)
        head.add_column(justify="right", width=5)
        share = standing.handled / standing.total
        bar = ProgressBar(standing.total, standing.handled, complete_style="green")
        head.add_row(Text(date, "bold"), bar, f"{share:.0%}")
        self._spinner.update(text=Text(standing.phase, "dim"))
        counts = Text(
            f"{standing.decided:,} interactions decided, {standing.repeated} repeats recognised,"
            f" {standing.dead} dead letters"
        )
        return Panel(
            Group(head, counts, "", totals(standing.invitations, STATES), "", self._spinner),
            title="A month at a made-up company",
            title_align="left",
            box=box.ROUNDED,
            border_style="dim",
            padding=(0, 1),
        )


class Lines:
    """Fewer lines, and how far it is after every few days: for logs."""

    pause = 0.9
    days = 3

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._shown = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to clear away."""

    def tell(self, occurrence: Occurrence) -> None:
        """Prints a line."""
        self._print(line_of(occurrence))

    def stand(self, standing: DemoState) -> None:
        """Prints the totals when some days have passed, and every new phase."""
        if standing.phase != self._phase:
            self._phase = standing.phase
            self._print(Text(standing.phase))
        if standing.moment is None:
            return
        date = standing.moment.astimezone(COMPANY_ZONE).toordinal()
        if not self._shown:
            self._shown = date
        if date - self._shown < self.days:
            return
        self._shown = date
        counted = counts_by_metric(standing.invitations, STATES["sent"])
        sent = ", ".join(f"{counted[metric]} {metric.upper()}" for metric in sorted(counted)) or "none"
        self._print(
            Text(f"== {day(standing.moment)}: {standing.decided:,} interactions decided; sent: {sent}")
        )

    def _print(self, line: Text) -> None:
        self._console.print(line, highlight=False, soft_wrap=True)


def counts_by_metric(invitations: Invitations, states: tuple[str, ...]) -> Counter[str]:
    """How many invitations of each metric are in one of the states."""
    counted: Counter[str] = Counter()
    for (_, _, metric, state), number in invitations.items():
        if state in states:
            counted[metric] += number
    return counted


def totals(invitations: Invitations, rows: Mapping[str, tuple[str, ...]]) -> Table:
    """The metrics side by side; each row counts the invitations in some states."""
    metrics = sorted(METRIC_STYLES.keys() | {metric for _, _, metric, _ in invitations})
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("invitations", style="dim", min_width=22, header_style="dim")
    for metric in metrics:
        style = METRIC_STYLES.get(metric, "blue")
        table.add_column(metric.upper(), justify="right", min_width=6, header_style=f"bold {style}")
    for name, states in rows.items():
        counted = counts_by_metric(invitations, states)
        table.add_row(name, *(f"{counted[metric]:,}" for metric in metrics))
    return table
