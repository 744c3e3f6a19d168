"""A made-up insurer's spring, and the rule set of `init --example insurer` that decides it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from router.authoring.backtest import Backtest, DecisionLine, Follower
from router.authoring.language.load import load_directory
from router.cli.example_sets import Trade, example_set
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE
from tests.running.eventlog import LATEST, backtest, entries, event
from tests.running.topics import Entry

BEGIN = datetime(2026, 3, 30, 6, tzinfo=UTC)
"""A Monday. Good Friday's weekend ends with a holiday on 6 April, King's Day is the 27th."""

CUSTOMERS = 150
HANDLER = "A7"
_END = timedelta(days=60)
_LATER = timedelta(hours=26)


def insurer_rules(directory: Path) -> Path:
    """The set as `init` writes it."""
    for name, text in example_set(Trade.INSURER).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return directory


def insurer_log(rules: Path) -> tuple[Entry, ...]:
    """Two months in order of time; what senders and customers say of invitations goes by what `rules` would send.

    The last of all are preferences: read first, from a topic of their own, they leave the clock to the rest.
    """
    happened = sorted(_happened(), key=lambda one: str(one["time"]))
    planned = backtest(entries(happened), rules).decisions.values()
    said = [one for line in planned for one in _said(line)]
    last = event(999_999, "who comes last", BEGIN + _END + timedelta(days=1), PREFERENCES_TYPE, locale="nl")
    return entries([*sorted([*happened, *said], key=lambda one: str(one["time"])), last])


def followers(log: tuple[Entry, ...], rules: Path) -> dict[str, Follower]:
    """The reminders and fallbacks of a backtest by their ids."""
    run = Backtest(load_directory(rules))
    for _ in run.run((entry.value or b"" for entry in log), LATEST):
        """Only what follows is looked at."""
    return run.followers


def _happened() -> Iterator[dict[str, Any]]:
    numbers = iter(range(100_000))
    for n in range(CUSTOMERS):
        customer, claim = f"c-{n:03}", f"S{n}"
        day = BEGIN + timedelta(days=n % 30, minutes=n)

        def told(
            type_: str, after: timedelta, begin: datetime = day, whose: str = customer, **data: Any
        ) -> dict[str, Any]:
            return event(next(numbers), whose, begin + after, type_, **data)

        known: dict[str, Any] = {
            "consent": {"email": n % 10 != 9, "sms": n % 3 == 0},
            "locale": ("nl", "en")[n % 2],
        }
        if n % 4 == 0:
            known["policy_start"] = f"2022-{BEGIN + timedelta(days=n % 40):%m-%d}"
        yield told(PREFERENCES_TYPE, timedelta(), BEGIN, **known)
        if n % 5 == 1:
            yield told("policy.bought", timedelta(days=1), policy_id=f"P{n}", channel="web")
        if n % 2:
            continue
        yield told("claim.reported", timedelta(), claim_id=claim, channel="phone", agent_id=HANDLER)
        yield told("claim.assessed", timedelta(days=2), claim_id=claim)
        if n % 14 == 6:
            yield told("claim.rejected", timedelta(days=3), claim_id=claim, channel="phone")
            continue
        channel = ("phone", "app", "app", "phone", "letter")[n // 2 % 5]
        # The payment names nobody, neither the handler nor the customer: a system that knows only the claim.
        paid: dict[str, Any] = {"claim_id": claim, "channel": channel}
        yield told("claim.paid", timedelta(days=3), **paid, **({"sensitive": True} if n % 26 == 0 else {}))
        if n % 18 == 2:
            yield told("claim.reopened", timedelta(days=4), claim_id=claim, channel="phone")
        if n % 22 == 10:
            yield told("bereavement.reported", timedelta(days=5), case_id=f"B{n}", channel="phone")
    yield event(next(numbers), "nobody-else", BEGIN + _END, "consent.given", channel="email")


def _said(line: DecisionLine) -> Iterator[dict[str, Any]]:
    """A day after it is due one in three bounces, and one in three is answered."""
    if line.invitation_id is None or line.due_at is None:
        return
    number = int(line.invitation_id[:8], 16)
    about = {"invitation_id": line.invitation_id}
    at = line.due_at + _LATER
    if number % 3 == 0:
        yield event(
            900_000 + number % 50_000, line.customer_id, at, DELIVERY_TYPE, **about, status="hard_bounced"
        )
    elif number % 3 == 1:
        yield event(950_000 + number % 50_000, line.customer_id, at, RESPONSE_TYPE, **about, score=2)
