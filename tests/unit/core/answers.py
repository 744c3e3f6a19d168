"""Answers to an invitation that was planned and released, as a batch decides them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from msgspec.structs import replace

from router.decide.batch import Batch, key_of
from router.decide.responses import answered, heard
from router.model.interaction import RESPONSE_TYPE, Interaction
from router.model.ledger import Answerable, Ask
from router.model.responses import AskedContext, ResponseRow
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import T0, moment

ROOT, REMINDER, FALLBACK = (uuid5(UUID(int=0), name) for name in ("root", "reminder", "fallback"))

CES = AskedContext("ces", "ces", (1, 5), "lower_is_better", "v1", "likert", "ask", 1, T0 - timedelta(hours=2))
NPS = AskedContext(
    "nps", "nps", (0, 10), "higher_is_better", "v1", "likert", "ask", 1, T0 - timedelta(hours=2)
)


def ask(id_: UUID = ROOT, at: str | None = "0h", **given: Any) -> Ask:
    """A message that went out by e-mail at a time; None: it has not."""
    facts: dict[str, Any] = {
        "kind": {ROOT: "invitation", REMINDER: "reminder", FALLBACK: "fallback"}[id_],
        "state": "planned" if at is None else "sent",
        "channel": "email",
    }
    return Ask(id=id_, released_at=None if at is None else moment(at), **(facts | given))


def answer(at: str | datetime, score: Any = None, *, to: UUID = ROOT, **given: Any) -> Interaction:
    """An answer of the customer; its id is made of all that it says."""
    data = {"invitation_id": str(to), **given} | ({} if score is None else {"score": score})
    time = moment(at) if isinstance(at, str) else at
    return Interaction("/tool", f"{time}{data}", RESPONSE_TYPE, time, "c-1", attributes=data)


def response(
    rules: RuleSet,
    answers: Iterable[Interaction],
    *asks: Ask,
    context: AskedContext | None = CES,
    stood: ResponseRow | None = None,
) -> ResponseRow | None:
    """The response after one batch with these answers."""
    known = Answerable("c-1", ROOT, context, asks or (ask(),), stood)
    batch = Batch(InForce(rules), {}, set())
    for one in answers:
        batch.take(one, key_of(one), one.time)
    named = answered(batch)
    found = heard(batch, named, dict.fromkeys(named, known))
    assert all(one.before == stood for one in found)
    return found[0].response if found else stood


def in_batches(rules: RuleSet, batches: Iterable[Iterable[Interaction]], *asks: Ask) -> ResponseRow | None:
    """The response after several batches."""
    stood = None
    for batch in batches:
        stood = response(rules, batch, *asks, stood=stood)
    return stood


def excluded(row: ResponseRow) -> ResponseRow:
    """A response that a person took out."""
    return replace(
        row, status="excluded", excluded_by="maria", excluded_at=moment("1d"), excluded_because="a test"
    )
