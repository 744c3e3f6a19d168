"""Test files: nodes to tests of the rule set."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, get_args

from router.authoring.language.amounts import duration
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.read_preferences import read_preferences
from router.authoring.language.reader import Reader
from router.model.customer import InvitationKind
from router.model.decision import REASONS
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.rule_tests import (
    NOBODY,
    OF_RULE,
    ONLY_CUSTOMER,
    Draws,
    ExpectedInvitation,
    GivenEvent,
    GivenPolicy,
    PastInvitation,
    RuleTest,
)

START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""When the clock of a test begins, unless `given.start` says otherwise: a Monday."""

SOURCE: Final = "/test"
"""The source of a test's interactions, unless they name one."""


def read_tests(node: Node, problems: Problems) -> list[RuleTest]:
    """The tests of one file."""
    reader = Reader(node, problems, "a test file")
    tests = [test for item in reader.items("tests", "a test") if (test := _test(item)) is not None]
    reader.finish()
    return tests


def _test(reader: Reader) -> RuleTest | None:
    before = len(reader.problems.found)
    name = reader.text("name", need=True)
    given = reader.reader("given", "`given`", need=True)
    if given is None:
        return None
    situation = _Situation(given)
    expect = _expected(reader, situation)
    because = _reasons(reader, "because")
    reader.finish()
    if "because" not in reader.pairs and "expect" in reader.pairs and reader.pairs["expect"][1].value == []:
        hint = "say why nothing is sent, such as `because: no_consent`"
        reader.problems.add("R011", reader.at("expect"), "a test that expects nothing lacks `because`", hint)
    if len(reader.problems.found) > before:
        return None
    return RuleTest(
        name or "",
        situation.start,
        situation.customers,
        situation.events,
        expect,
        because,
        situation.history,
        situation.draws,
        situation.policy,
        reader.position,
    )


class _Situation:
    """The `given` block of a test."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.start = reader.moment("start") or START
        draws: Any = reader.choice("draws", get_args(Draws), default="asked")
        self.draws: Draws = draws
        self.policy = self._policy()
        self.customers = self._customers()
        self.history = tuple(map(self._past, reader.items("history", "a past invitation")))
        reader.need("events")
        items = enumerate(reader.items("events", "an event"), start=1)
        self.events = tuple(event for number, item in items if (event := self._event(item, number)))
        reader.finish()

    def _policy(self) -> GivenPolicy | None:
        block = self.reader.reader("policy", "`policy`")
        if block is None:
            return None
        recipient = block.choice("recipient", ("required", "optional"))
        locale = block.reader("locale", "`locale`")
        otherwise = locale.text("otherwise") if locale else None
        if locale:
            locale.finish()
        block.finish()
        return GivenPolicy(None if recipient is None else recipient == "required", otherwise)

    def _customers(self) -> dict[str, dict[str, Any]]:
        reader = self.reader
        one, several = reader.get("customer"), reader.reader("customers", "`customers`")
        if one is not None and several is not None:
            reader.problems.add(
                "R012", reader.at("customers"), "`customer` and `customers` exclude each other", "keep one"
            )
        named = {name: body for name, (_, body) in several.pairs.items()} if several else {}
        if one is not None:
            named[ONLY_CUSTOMER] = one
        if not named:
            return {ONLY_CUSTOMER: {}}
        problems = reader.problems
        return {
            name: read_preferences(Reader(body, problems, "a customer"), problems)
            for name, body in named.items()
        }

    def customer(self, reader: Reader, *, need: bool = True) -> str | None:
        """The customer that an entry is about; with one customer it need not say."""
        name = reader.text("customer", need=need and len(self.customers) > 1)
        if name is None:
            return next(iter(self.customers)) if need else None
        if name not in self.customers and name != NOBODY:
            place = reader.pairs["customer"][1].position
            reader.problems.unknown("R104", place, "customer of this test:", name, list(self.customers))
        return name

    def when(self, reader: Reader, key: str, *, need: bool = False) -> datetime | None:
        """A moment: `2h` after the start, `-14d` before it, or a time with its offset."""
        node = reader.need(key) if need else reader.get(key)
        if node is None:
            return None
        text = node.value if isinstance(node.value, str) else ""
        span = duration(text.removeprefix("-"))
        if span is not None:
            return self.start - span if text.startswith("-") else self.start + span
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            expected = "a time from the start such as 2h, -14d, or 2026-03-02T11:00:00+01:00"
            reader.wrong(node, key, expected, "2h: two hours after the start; -14d: two weeks before it")
            return None
        return moment.astimezone(UTC)

    def _past(self, reader: Reader) -> PastInvitation:
        known = ("invited", "at", "customer", "rule", "channel", "journey", "delivered", "answered")
        return PastInvitation(
            customer=self.customer(reader) or "",
            survey=reader.name("invited", need=True) or "",
            at=self.when(reader, "at", need=True) or self.start,
            rule=reader.name("rule"),
            channel=reader.text("channel"),
            journey=reader.name("journey"),
            delivered_at=self.when(reader, "delivered"),
            answered_at=self.when(reader, "answered"),
            attributes=_others(reader, known),
            position=reader.position,
        )

    def _event(self, reader: Reader, number: int) -> GivenEvent | None:
        at = self.when(reader, "at", need=True) or self.start
        heard = self.when(reader, "heard") or at
        customer = self.customer(reader) or ""
        customer = "" if customer == NOBODY else customer
        kind, told = _kind(reader)
        if kind is None:
            return None
        if heard < at:
            place = reader.pairs["heard"][1].position
            reader.problems.add("R012", place, "`heard` must not be before `at`", "nobody knows the future")
        read: Callable[[str], str | None] = reader.text
        known = ("at", "heard", "customer", "type", "id", "source", "channel", "locale")
        interaction = Interaction(
            source=read("source") or SOURCE,
            id=read("id") or f"{number}",
            type=kind,
            time=at,
            customer_id=customer,
            channel=read("channel"),
            locale=read("locale"),
            attributes=_others(reader, (*known, "recipient")) if told is None else told,
            recipient=_recipient(reader),
        )
        if told is not None:
            reader.finish()
        return GivenEvent(interaction, heard, reader.position)


def _kind(reader: Reader) -> tuple[str | None, dict[str, Any] | None]:
    """The type of an event; for one that is no interaction of the journeys, with what it says."""
    block = reader.reader("preferences", "`preferences`")
    if block is not None:
        return PREFERENCES_TYPE, read_preferences(block, reader.problems)
    if "delivery" in reader.pairs:
        status = reader.choice("delivery", DELIVERY_STATUSES)
        return DELIVERY_TYPE if status else None, {"status": status, OF_RULE: reader.name("of")}
    if "answer" in reader.pairs:
        node = reader.get("answer")
        return RESPONSE_TYPE, {"score": node.plain() if node else None, OF_RULE: reader.name("of")}
    return reader.text("type", need=True), None


def _recipient(reader: Reader) -> dict[str, str]:
    block = reader.reader("recipient", "`recipient`")
    if block is None:
        return {}
    return {channel: address for channel in block.pairs if (address := block.text(channel)) is not None}


def _others(reader: Reader, known: tuple[str, ...]) -> dict[str, Any]:
    return {name: node.plain() for name, (_, node) in reader.pairs.items() if name not in known}


def _expected(reader: Reader, situation: _Situation) -> tuple[ExpectedInvitation, ...]:
    reader.need("expect")
    return tuple(_invitation(item, situation) for item in reader.items("expect", "an expected invitation"))


def _invitation(reader: Reader, situation: _Situation) -> ExpectedInvitation:
    reasons = _reasons(reader, "reason")
    expected = ExpectedInvitation(
        customer=situation.customer(reader, need=False),
        rule=reader.name("rule"),
        survey=reader.name("survey"),
        channel=reader.text("channel"),
        locale=reader.text("locale"),
        at=situation.when(reader, "at"),
        reason=reasons[0] if reasons else None,
        kind=reader.choice("kind", get_args(InvitationKind)),  # type: ignore[arg-type]
        position=reader.position,
    )
    reader.finish()
    return expected


def _reasons(reader: Reader, key: str) -> tuple[Any, ...]:
    node = reader.get(key)
    found = []
    for item in (node.value if isinstance(node.value, list) else [node]) if node else ():
        if item.value in REASONS:
            found.append(item.value)
        else:
            reader.problems.unknown(
                "R013", item.position, f"value of `{key}`", str(item.value), list(REASONS)
            )
    return tuple(found)
