"""Whether a value changed, by what is remembered of it. Messages may come late or again: each is judged by its own time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from router.model.remembered import MOST_RUNS, Change, RememberedRow, Run, Runs, Seen, encode_runs


class Memory:
    """The values that are remembered, as a batch goes through it: first it is asked, then it notes."""

    def __init__(self, known: Mapping[UUID, Runs] | None = None) -> None:
        self._stored = dict(known or {})
        self._runs = dict(self._stored)

    def hold(self, changes: Iterable[Change]) -> bool:
        """Whether all of these are changes."""
        return all(changed(self._runs.get(one.seen.key, ()), one) for one in changes)

    def note(self, seen: Iterable[Seen]) -> None:
        """Remembers what a message told."""
        for one in seen:
            self._runs[one.key] = noted(self._runs.get(one.key, ()), one)

    def rows(self, today: date) -> list[RememberedRow]:
        """What is to be stored, in the order of the keys."""
        return [
            RememberedRow(key, encode_runs(runs), today, new=key not in self._stored)
            for key, runs in sorted(self._runs.items(), key=lambda one: one[0].int)
            if self._stored.get(key) != runs
        ]


def changed(runs: Runs, change: Change) -> bool:
    """Whether the value became one of those that are waited for with this message.

    The message with which a run began says the same whenever it comes again. One that comes late is no change where the next
    value that is known is one of those too: it was counted with that one.
    """
    seen, place = change.seen, _place(runs, change.seen)
    if place >= 0 and (runs[place].value, runs[place].first) == (seen.value, seen.at):
        place, later = place - 1, None
    else:
        later = _after(runs, place, seen)
    if place >= 0:
        before_is_other = runs[place].value not in change.to
    else:
        # Where the oldest runs were dropped, what was before is not known any more, and is no change.
        before_is_other = change.unseen and len(runs) < MOST_RUNS
    return before_is_other and (later is None or later not in change.to)


def noted(runs: Runs, seen: Seen) -> Runs:
    """The runs with one more message in them."""
    place = _place(runs, seen)
    new = Run(seen.value, seen.at, seen.at)
    if place < 0:
        known = bool(runs) and (runs[0].value == seen.value or len(runs) == MOST_RUNS)
        return runs if known else (new, *runs)
    run = runs[place]
    if run.value == seen.value:
        if seen.at <= run.last:
            return runs
        return (*runs[:place], Run(run.value, run.first, seen.at), *runs[place + 1 :])
    if seen.at < run.last:
        # Between two messages that told the other value.
        around = (Run(run.value, run.first, run.first), new, Run(run.value, run.last, run.last))
        return (*runs[:place], *around, *runs[place + 1 :])[-MOST_RUNS:]
    if _after(runs, place, seen) == seen.value:
        return runs
    return (*runs[: place + 1], new, *runs[place + 1 :])[-MOST_RUNS:]


def _place(runs: Sequence[Run], seen: Seen) -> int:
    """Of the runs that began by then the one that began with this message, else the last; -1: none had."""
    place = -1
    for number, run in enumerate(runs):
        if run.first > seen.at:
            break
        place = number
        if run.first == seen.at and run.value == seen.value:
            break
    return place


def _after(runs: Sequence[Run], place: int, seen: Seen) -> str | None:
    """The value that is known to have come after the message."""
    if place >= 0 and seen.at < runs[place].last:
        return runs[place].value
    return runs[place + 1].value if place + 1 < len(runs) else None
