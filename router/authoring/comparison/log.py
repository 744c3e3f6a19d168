"""A log of interactions through two rule sets, on the clock of the log."""

from collections.abc import Iterable
from datetime import datetime

from router.authoring.comparison.simulation import RuleSetComparison
from router.decode import decode_line
from router.model.record import DeadLetter


class LogComparison:
    """Feeds lines to a comparison. `dead` holds the lines that could not be read; the caller may take them away."""

    def __init__(self, comparison: RuleSetComparison, latest: datetime) -> None:
        """`latest` is the latest time accepted."""
        self.dead: list[DeadLetter] = []
        self._comparison = comparison
        self._latest = latest
        self._now: datetime | None = None

    def take(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """Takes lines with their numbers."""
        for number, line in lines:
            decoded = decode_line(line, number, self._latest)
            if decoded.dead is not None:
                self.dead.append(decoded.dead)
            for interaction in decoded.interactions:
                self._now = interaction.time if self._now is None else max(self._now, interaction.time)
                self._comparison.take(interaction, self._now)
