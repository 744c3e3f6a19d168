"""A made-up company's log in order of time, and what a backtest of it says."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from router.authoring.backtest import Backtest, DecisionLine, decision_line
from router.authoring.language.load import load_directory
from router.demo.company import month
from tests.running.topics import Entry

RULES = Path(__file__).parents[2] / "rules"
START = datetime(2026, 3, 2, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class Expected(Struct, frozen=True):
    """The backtest's word: the first decision on every interaction, and how the invitations ended."""

    decisions: dict[tuple[str, str], DecisionLine]
    finals: dict[str, str]

    @property
    def sent(self) -> set[str]:
        """The invitations that are published and stay so."""
        return {id_ for id_, final in self.finals.items() if final == "sent"}

    def published_once(self, ids: Sequence[str]) -> bool:
        """Whether these are the published ones, each once. One that was withdrawn may have been published before."""
        withdrawn = {id_ for id_, final in self.finals.items() if final == "withdrawn"}
        return len(ids) == len(set(ids)) and self.sent <= set(ids) <= self.sent | withdrawn


@cache
def company_log(customers: int, seed: int = 7) -> tuple[Entry, ...]:
    """Some eight events a customer, sorted by when they happened; repeats of an id among them."""
    return entries(sorted(month(seed, START, customers), key=lambda event: str(event["time"])))


def entries(events: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    """CloudEvents as records keyed by customer."""
    return tuple(
        Entry(str(event.get("subject", "")).encode(), json.dumps(event).encode()) for event in events
    )


def rebased(log: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    """The same log with the last event at `now`."""
    events = [json.loads(entry.value or b"") for entry in log]
    shift = now - max(datetime.fromisoformat(event["time"]) for event in events)
    for event in events:
        moved: datetime = datetime.fromisoformat(event["time"]) + shift
        event["time"] = moved.isoformat()
    return entries(events)


def backtest(log: Sequence[Entry], rules: Path = RULES) -> Expected:
    """Run the log through the core alone."""
    run = Backtest(load_directory(rules))
    decided = list(run.run((entry.value or b"" for entry in log), LATEST))
    decisions: dict[tuple[str, str], DecisionLine] = {}
    for one in decided:
        line = decision_line(one)
        decisions.setdefault((line.source, line.id), line)
    return Expected(decisions, dict(run.finals))


def event(number: int, customer: str, at: datetime, kind: str, **data: Any) -> dict[str, Any]:
    """One CloudEvent of the test itself."""
    return {
        "specversion": "1.0",
        "id": f"t-{number}",
        "source": "/test",
        "type": kind,
        "subject": customer,
        "time": at.isoformat(),
        "data": data,
    }


HOUR = timedelta(hours=1)
