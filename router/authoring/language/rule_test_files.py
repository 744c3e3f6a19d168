"""Files with tests: their keys, and the tests of the rule set that they make."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

from router.authoring.language.amounts import duration
from router.authoring.language.keys import (
    Block,
    Kind,
    Schema,
    block,
    listing,
    named,
    optional,
    pairs,
    required,
)
from router.authoring.language.kinds import (
    FLAG,
    MOMENT,
    NAME,
    TEXT,
    anything,
    choice,
    one_or_more,
    read_texts,
    shared,
)
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.customer import InvitationKind
from router.model.decision import REASONS, Reason
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.naming import members_meant
from router.model.preferences import (
    CHANNEL_PATTERN,
    MOST_CHANNELS,
    SUPPRESSION_PATTERN,
    SUPPRESSIONS,
    Unclear,
    read_consent,
    suppression_entry,
)
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
from router.model.zones import zone_name

START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""When the clock of a test begins, unless `given.start` says otherwise: a Monday."""

SOURCE: Final = "/test"
"""The source of a test's interactions, unless they name one."""

_ONE: Final = "one of `type`, `preferences`, `delivery`, `answer`"
_ALWAYS: Final = ("at", "heard", "customer", "id", "source", "channel", "locale", "recipient")
_ALSO: Final = {"preferences": (), "delivery": ("of",), "answer": ("of",)}
"""What an event can say that is no interaction of a journey, and takes no attributes: the keys that go with it."""


def _when(node: Node, key: str, problems: Problems) -> timedelta | datetime | None:
    """A moment: `2h` after the start, `-14d` before it, or a time with its offset."""
    text = node.value if isinstance(node.value, str) else ""
    span = duration(text.removeprefix("-"))
    if span is not None:
        return -span if text.startswith("-") else span
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    expected = "a time from the start such as 2h, -14d, or 2026-03-02T11:00:00+01:00"
    hint = "2h: two hours after the start; -14d: two weeks before it"
    problems.wrong(node, key, expected, hint)
    return None


def _reasons(node: Node, key: str, problems: Problems) -> tuple[Reason, ...]:
    for item in node.each():
        if item.value not in REASONS:
            problems.unknown("R013", item.position, f"value of `{key}`", item.word, list(REASONS))
    return tuple(item.value for item in node.each() if item.value in REASONS)


def _zone(node: Node, key: str, problems: Problems) -> str | None:
    zone = TEXT.read(node, key, problems)
    if zone is not None and zone_name(zone) is None:
        problems.wrong(node, key, "a time zone", "such as Europe/Amsterdam")
    return zone


def _consent(node: Node, key: str, problems: Problems) -> Node:
    try:
        read_consent(node.plain())
    except Unclear:
        expected = "a list of channels, or channels with true or false"
        problems.wrong(node, key, expected, "such as `consent: [email, sms]`; nobody asked: `[]`")
    return node


def _suppressed(node: Node, key: str, problems: Problems) -> tuple[str, ...]:
    entries = read_texts(node, key, problems)
    for entry in entries:
        try:
            suppression_entry(entry)
        except Unclear:
            problems.unknown("R013", node.position, f"value of `{key}`", entry, list(SUPPRESSIONS))
    return entries


def _recipient(node: Node, key: str, problems: Problems) -> dict[str, str]:
    texts = {
        channel: TEXT.read(address, channel, problems)
        for channel, (_, address) in pairs(node, f"`{key}`", problems).items()
    }
    return {channel: text for channel, text in texts.items() if text is not None}


_CHANNEL: Final[Schema] = {"type": "string", "pattern": CHANNEL_PATTERN}
_CONSENT: Final = Kind(
    _consent,
    {
        "anyOf": [
            {"type": "array", "maxItems": MOST_CHANNELS, "items": _CHANNEL},
            {
                "type": "object",
                "maxProperties": MOST_CHANNELS,
                "propertyNames": _CHANNEL,
                "additionalProperties": {"type": "boolean"},
            },
        ]
    },
)
_SUPPRESSED: Final = Kind(_suppressed, one_or_more({"type": "string", "pattern": SUPPRESSION_PATTERN}))
_WHEN: Final[Kind[timedelta | datetime]] = shared(
    "when",
    _when,
    {
        "description": "A time from the start, `2h` or `-14d`, or a time with its offset.",
        "type": "string",
        "pattern": "^(-?([0-9]{1,9}[wdhms]){1,5}|[0-9]{4}-.*)$",
    },
)
_REASONS: Final[Kind[tuple[Reason, ...]]] = shared(
    "reasons",
    _reasons,
    {"description": "A reason, or a list of them.", **one_or_more({"enum": list(REASONS)})},
)
_RECIPIENT: Final = Kind(
    _recipient, {"type": "object", "additionalProperties": TEXT.schema}, TEXT.definitions
)


class CustomerKeys(Block, free=True, apart=True):
    """What is known of the customer; any further key is an attribute."""

    locale = optional(TEXT, "the customer's language", without="unknown")
    zone = optional(Kind(_zone, TEXT.schema, TEXT.definitions), "the customer's time zone", without="unknown")
    consent = optional(
        _CONSENT,
        "the channels agreed to, or channels with `true` or `false`: `{email: true, sms: false}`",
        without="unknown, so that nobody is asked",
    )
    suppressed = optional(
        _SUPPRESSED,
        f"why this customer is never contacted: {', '.join(f'`{one}`' for one in SUPPRESSIONS)}, or confined such as"
        " `bounced/email`",
    )
    forget = optional(FLAG, "`true`: all preferences are unknown again", False)


class GivenLocaleKeys(Block):
    """Languages."""

    otherwise = optional(TEXT, "the locale to fall back to, or `none`", without="as the policy has it")


class GivenPolicyKeys(Block):
    """What the policy says otherwise in a test."""

    recipient = optional(
        choice("required", "optional"), "whether an address is needed", without="as the policy has it"
    )
    locale = optional(block(GivenLocaleKeys), "languages", without="as the policy has it")


class PastKeys(Block, free=True):
    """An invitation sent before the start; any further key is an attribute, as limits with `same` compare it."""

    invited = required(NAME, "the survey", names="survey")
    at = required(_WHEN, "when it was sent")
    customer = optional(TEXT, "to whom", without="required with several customers")
    rule = optional(NAME, "by which rule", names="rule")
    channel = optional(TEXT, "by which channel", names="channel")
    journey = optional(NAME, "about which journey", names="journey")
    delivered = optional(_WHEN, "when it was delivered", without="not delivered")
    answered = optional(_WHEN, "when it was answered", without="not answered")


class EventKeys(Block, free=True, more={"anyOf": [{"required": [key]} for key in ("type", *_ALSO)]}):
    """An interaction, or what is told of an invitation or of a customer; any further key is an attribute."""

    at = required(_WHEN, "when it happened")
    heard = optional(
        _WHEN, "when it was heard of, which is when it is decided, where that was later", without="as `at`"
    )
    customer = optional(TEXT, "whose it is", without="required with several customers")
    type = optional(TEXT, "the type of the interaction", without=_ONE, names="type")
    preferences = optional(
        block(CustomerKeys),
        "what the customer says about being asked, written as a customer is",
        without=_ONE,
    )
    delivery = optional(
        choice(*DELIVERY_STATUSES),
        "what the sender tells of an invitation: `delivered`, `hard_bounced`, `unsubscribed` …",
        without=_ONE,
    )
    answer = optional(anything({}), "what the customer answers to an invitation, on its scale", without=_ONE)
    of = optional(
        NAME, "the rule whose invitation a `delivery` or an `answer` is about", without="the latest one"
    )
    id = optional(TEXT, "its id; the same source and id is the same interaction", without="ids that count up")
    source = optional(TEXT, "which system told of it", without=f"`{SOURCE}`")
    channel = optional(TEXT, "where it happened", names="channel")
    locale = optional(TEXT, "the language that was used")
    recipient = optional(_RECIPIENT, "addresses by channel", {})


def _event(node: Node, what: str, problems: Problems) -> EventKeys:
    here = node.value if isinstance(node.value, dict) else {}
    said = next((key for key in _ALSO if key in here), None)
    if said is not None:
        return EventKeys(node, what, problems, known=(*_ALWAYS, said, *_ALSO[said]), closed=True)
    keys = EventKeys(node, what, problems, known=(*_ALWAYS, "type"))
    if "type" not in here:
        keys.lacks("type")
    return keys


class GivenKeys(
    Block,
    apart=True,
    more={
        "if": {
            "properties": {"customers": {"type": "object", "minProperties": 2}},
            "required": ["customers"],
        },
        "then": {
            "properties": {name: {"items": {"required": ["customer"]}} for name in ("events", "history")}
        },
    },
):
    """What is before, and what happens."""

    customer = optional(
        block(CustomerKeys, "a customer"), "the [customer](#given)", without="one of whom nothing is known"
    )
    customers = optional(
        named(CustomerKeys, "a customer"),
        "several, each under a name; the rest of the test then says `customer: name`; `nobody` is an event that names"
        " none",
    )
    history = optional(listing(PastKeys, "a past invitation"), "invitations that were sent before", [])
    events = required(
        listing(EventKeys, "an event", _event), "what happens, in the order in which it is heard of"
    )
    start = optional(
        MOMENT,
        "the moment of `0h`: a date, or a time with its offset in quotes",
        without="Monday 2 March 2026, 10:00 UTC",
    )
    policy = optional(
        block(GivenPolicyKeys), "what the policy says otherwise in this test", without="as it is"
    )
    draws = optional(choice(*get_args(Draws)), "how hold-out and samples fall; see [below](#draws)", "asked")


class ExpectedKeys(Block):
    """An invitation; what is not named is not compared."""

    customer = optional(TEXT, "to whom", without="any")
    rule = optional(NAME, "by which rule", without="any", names="rule")
    survey = optional(NAME, "which survey", without="any", names="survey")
    channel = optional(TEXT, "by which channel", without="any", names="channel")
    locale = optional(TEXT, "in which language", without="any")
    at = optional(_WHEN, "when it is handed to the sender", without="any")
    reason = optional(
        _REASONS, "the reason of the decision: `invited`, or the limit that deferred it", without="any"
    )
    kind = optional(
        choice(*get_args(InvitationKind)), "`invitation`, `reminder` or `fallback`", without="any"
    )


class RuleTestKeys(
    Block,
    more={
        "if": {"properties": {"expect": {"maxItems": 0}}, "required": ["expect"]},
        "then": {"required": ["because"]},
    },
):
    """One test, on a clock of its own."""

    name = required(TEXT, "what the test is about, in a sentence; unique in the set")
    given = required(block(GivenKeys), "[who there is, what was before, and what happens](#given)")
    expect = required(
        listing(ExpectedKeys, "an expected invitation"),
        "the [invitations](#expect) that are sent, all of them, in any order; `[]`: none",
    )
    because = optional(
        _REASONS,
        "a [reason](../contracts/reasons.md), or several, for which something was not asked, so that a test cannot"
        " pass by accident",
        (),
        without="required with `expect: []`",
    )


class RuleTestFile(Block):
    """What the rules should do."""

    tests = required(listing(RuleTestKeys, "a test"), "the tests")


def read_tests(file: RuleTestFile) -> list[RuleTest]:
    """The tests of one file that have no problem."""
    return [test for keys in file.tests or () if (test := _test(keys)) is not None]


def _test(keys: RuleTestKeys) -> RuleTest | None:
    """A test; None where there is any problem in it."""
    before = len(keys.problems.found)
    given = keys.given
    if "because" not in keys.pairs and keys.expect == []:
        message = "a test that expects nothing lacks `because`"
        hint = "say why nothing is sent, such as `because: no_consent`"
        keys.problems.add("R011", keys.key_place("expect"), message, hint)
    if given is None:
        return None
    situation = _Situation(given)
    expect = tuple(map(situation.expected, keys.expect or ()))
    if not keys.sound or len(keys.problems.found) > before:
        return None
    return RuleTest(
        keys.name or "",
        situation.start,
        situation.customers,
        situation.events,
        expect,
        keys.because,
        situation.history,
        given.draws,
        situation.policy,
        keys.node.position,
    )


class _Situation:
    """The `given` block of a test: names of customers and times mean something in it."""

    def __init__(self, keys: GivenKeys) -> None:
        self.problems = keys.problems
        self.start = keys.start or START
        self.policy = None
        if (policy := keys.policy) is not None:
            required = None if policy.recipient is None else policy.recipient == "required"
            self.policy = GivenPolicy(required, policy.locale.otherwise if policy.locale else None)
        if keys.customer and keys.customers is not None:
            message = "`customer` and `customers` exclude each other"
            self.problems.add("R012", keys.key_place("customers"), message, "keep one")
        customers = {**(keys.customers or {}), **({ONLY_CUSTOMER: keys.customer} if keys.customer else {})}
        self.customers = {name: _preferences(one) for name, one in customers.items()} or {ONLY_CUSTOMER: {}}
        self.history = tuple(map(self.past, keys.history))
        numbered = enumerate(keys.events or (), start=1)
        self.events = tuple(event for number, one in numbered if (event := self.event(one, number)))

    def moment(self, when: timedelta | datetime | None) -> datetime | None:
        """A time of the test as a moment."""
        return self.start + when if isinstance(when, timedelta) else when

    def customer(self, keys: PastKeys | EventKeys | ExpectedKeys) -> str | None:
        """The customer that is named, who must be one of the test's."""
        name = keys.customer
        if name is not None and name not in self.customers and name != NOBODY:
            place = keys.place("customer")
            self.problems.unknown("R104", place, "customer of this test:", name, list(self.customers))
        return name

    def whose(self, keys: PastKeys | EventKeys) -> str:
        """The customer that an entry is about; with one customer it need not say."""
        if len(self.customers) > 1 and "customer" not in keys.pairs:
            keys.lacks("customer")
        return self.customer(keys) or next(iter(self.customers))

    def past(self, keys: PastKeys) -> PastInvitation:
        return PastInvitation(
            customer=self.whose(keys),
            survey=keys.invited or "",
            at=self.moment(keys.at) or self.start,
            rule=keys.rule,
            channel=keys.channel,
            journey=keys.journey,
            delivered_at=self.moment(keys.delivered),
            answered_at=self.moment(keys.answered),
            attributes=keys.attributes,
            position=keys.node.position,
        )

    def event(self, keys: EventKeys, number: int) -> GivenEvent | None:
        customer = self.whose(keys)
        at = self.moment(keys.at) or self.start
        heard = self.moment(keys.heard) or at
        if heard < at:
            message = "`heard` must not be before `at`"
            self.problems.add("R012", keys.place("heard"), message, "nobody knows the future")
        kind, attributes = self.said(keys)
        if kind is None:
            return None
        interaction = Interaction(
            source=keys.source or SOURCE,
            id=keys.id or f"{number}",
            type=kind,
            time=at,
            customer_id="" if customer == NOBODY else customer,
            channel=keys.channel,
            locale=keys.locale,
            attributes=attributes,
            recipient=keys.recipient,
        )
        return GivenEvent(interaction, heard, keys.node.position)

    def said(self, keys: EventKeys) -> tuple[str | None, dict[str, Any]]:
        """The type of the interaction that an event becomes, and its attributes."""
        if keys.preferences:
            return PREFERENCES_TYPE, _preferences(keys.preferences)
        if "delivery" in keys.pairs:
            return DELIVERY_TYPE, {"status": keys.delivery, OF_RULE: keys.of}
        if keys.answer is not None:
            return RESPONSE_TYPE, {"score": keys.answer.plain(), OF_RULE: keys.of}
        return keys.type, keys.attributes

    def expected(self, keys: ExpectedKeys) -> ExpectedInvitation:
        return ExpectedInvitation(
            customer=self.customer(keys),
            rule=keys.rule,
            survey=keys.survey,
            channel=keys.channel,
            locale=keys.locale,
            at=self.moment(keys.at),
            reason=keys.reason[0] if keys.reason else None,
            kind=keys.kind,
            position=keys.node.position,
        )


def _preferences(keys: CustomerKeys) -> dict[str, Any]:
    """The block as the data of a preferences interaction; what is not named is unknown."""
    data = {name: node.plain() for name, (_, node) in keys.pairs.items()}
    for name, member in members_meant(data).items():
        if member != name:
            message = f"{name!r} seems to mean `{member}`"
            keys.problems.add("R105", keys.key_place(name), message, f"write `{member}:`")
    return data
