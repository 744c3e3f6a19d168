"""Files with parts of the policy: their keys, and the one policy of the set."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar, get_args

import holidays

from router.authoring.language.amounts import LONGEST, duration, duration_hint
from router.authoring.language.definitions import Placed, PolicyDefinition
from router.authoring.language.keys import Block, Kind, block, listing, optional, pairs, required
from router.authoring.language.kinds import (
    CLOCK,
    FIELD,
    FLAG,
    LOCALE,
    NAME,
    SHARE,
    TEXT,
    TEXTS,
    ZONE,
    choice,
    one_or_more,
    read_texts,
    span,
    whole,
)
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.policy import (
    CalendarPeriod,
    ContactClock,
    Hours,
    Limit,
    Period,
    Policy,
    QuietHours,
    Quota,
    RateCap,
)
from router.model.preferences import SUPPRESSIONS
from router.model.rules import Position
from router.model.survey import Metric

D = TypeVar("D")

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDAR: Final[tuple[str, ...]] = get_args(CalendarPeriod)
CLOCKS: Final[tuple[str, ...]] = get_args(ContactClock)

MOST_PER_RATE: Final = timedelta(days=1)
"""The longest span of a rate cap: it spreads what is due, and holds nothing back for days."""


def _period(node: Node, key: str, problems: Problems) -> Period | None:
    if isinstance(node.value, str) and node.value in CALENDAR:
        return node.value  # type: ignore[return-value]
    window = duration(node.value)
    if window is not None and window > timedelta():
        return window
    expected = f"a duration such as 30d, or one of {', '.join(CALENDAR)}"
    problems.wrong(node, key, expected, duration_hint(node.value), code="R015")
    return None


def _clocks(node: Node, key: str, problems: Problems) -> tuple[str, ...] | None:
    for item in node.each():
        if isinstance(item.value, str) and item.value not in CLOCKS:
            problems.unknown("R013", item.position, "clock", item.value, list(CLOCKS))
    return read_texts(node, key, problems) or None


def _days(node: Node, key: str, problems: Problems) -> tuple[int, ...]:
    """`mon-fri`, `mon`, or a list of both, as weekday numbers."""
    if not read_texts(node, key, problems):
        return ()
    days: set[int] = set()
    for item in node.each():
        first, _, last = item.value.partition("-") if isinstance(item.value, str) else ("mon", "", "sun")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            problems.unknown("R013", item.position, "day", item.value, list(WEEKDAYS))
            first, last = "mon", "sun"
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {day % 7 for day in range(begin, end + (1 if end >= begin else 8))}
    return tuple(sorted(days))


def _region(node: Node, key: str, problems: Problems) -> str | None:
    """A country, or a part of one, whose public holidays are known: `NL`, `DE-BY`."""
    region = TEXT.read(node, key, problems)
    if region is None:
        return None
    country, _, part = region.partition("-")
    known: Mapping[str, Any] = holidays.list_supported_countries(include_aliases=False)
    if country in known and (not part or part in known[country]):
        return region
    names = list(known) if country not in known else [f"{country}-{name}" for name in known[country]]
    problems.unknown("R013", node.position, "holidays", region, names)
    return None


def _whose_zone(node: Node, key: str, problems: Problems) -> str | None:
    whose = TEXT.read(node, key, problems)
    if whose not in (None, "customer", "policy"):
        problems.wrong(node, key, "`customer` or `policy`", "name a fixed zone in `otherwise`")
    return whose


def _suppressed_by(node: Node, key: str, problems: Problems) -> dict[str, str]:
    """By interaction type, the suppression that it means."""
    meanings: dict[str, str] = {}
    for reason, (name, types) in pairs(node, f"`{key}`", problems).items():
        if reason not in SUPPRESSIONS:
            problems.unknown("R013", name.position, "suppression", reason, list(SUPPRESSIONS))
        for kind in read_texts(types, reason, problems):
            if kind in meanings:
                message = f"{kind!r} means both {meanings[kind]!r} and {reason!r}"
                problems.add("R012", name.position, message, "one suppression for a type")
            meanings.setdefault(kind, reason)
    return meanings


_DAY: Final = "|".join(WEEKDAYS)
_PERIOD: Final = Kind(
    _period, {"anyOf": [{"$ref": "#/definitions/duration"}, {"enum": list(CALENDAR)}]}, span().definitions
)
_CLOCKS: Final[Kind[Any]] = Kind(_clocks, one_or_more({"enum": list(CLOCKS)}))
_DAYS: Final = Kind(_days, one_or_more({"type": "string", "pattern": f"^({_DAY})(-({_DAY}))?$"}, minItems=1))
_SUPPRESSED_BY: Final = Kind(
    _suppressed_by,
    {
        "type": "object",
        "properties": {
            reason: {"description": "Types that mean this.", **TEXTS.schema} for reason in SUPPRESSIONS
        },
        "additionalProperties": False,
    },
    TEXTS.definitions,
)
_LOCALES: Final[Kind[tuple[str, ...]]] = Kind(read_texts, one_or_more(LOCALE.schema), LOCALE.definitions)


class QuotaKeys(Block):
    """A quota."""

    id = required(NAME, "its name, unique among limits, quotas and rate caps; decisions show it")
    max = required(whole(1), "how many, at least 1")
    per: Any = required(
        choice(*CALENDAR), f"the calendar period: {', '.join(f'`{one}`' for one in CALENDAR)}"
    )
    survey = optional(NAME, "counts and limits this survey only", without="all", names="survey")
    metric = optional(
        NAME, "this metric only: `ces`, `nps`, `csat`", without="all", enum=list(get_args(Metric))
    )
    channel = optional(NAME, "this channel only", without="all", names="channel")
    journey = optional(NAME, "this journey only", without="all", names="journey")
    same = optional(
        FIELD,
        "only invitations with the same value of this [field](#the-same-agent): the same agent, branch, product",
        without="all",
    )


class LimitKeys(
    QuotaKeys,
    more={
        "if": {"properties": {"on_limit": {"const": "defer"}}, "required": ["on_limit"]},
        "then": {"required": ["up_to"]},
    },
):
    """A contact limit."""

    per = required(
        _PERIOD,
        "a rolling window (`30d`), or `calendar_day`, `calendar_week`, `calendar_month`, `calendar_year` in the"
        " policy's zone",
    )
    clock = optional(
        _CLOCKS,
        "when an invitation counts: `invited`, `delivered`, `answered`; of several the latest",
        without="`invited`",
    )
    on_limit = optional(
        choice("drop", "defer"),
        "`drop`: refuse; `defer`: plan it for the first moment that all limits allow",
        "drop",
    )
    up_to = optional(span(LONGEST), "with `defer`: how much later at most", without="required with `defer`")


class RateCapKeys(Block):
    """A rate cap: what is due all at once leaves one after the other."""

    id = required(NAME, "its name, unique among limits, quotas and rate caps")
    max = required(whole(1), "how many, at least 1")
    per = required(span(MOST_PER_RATE), "in how long, at most a day")
    survey = optional(NAME, "this survey only", without="all", names="survey")
    channel = optional(NAME, "this channel only", without="all", names="channel")


class QuietHoursKeys(Block):
    """Local hours in which nothing is sent."""

    from_ = required(CLOCK, "local time at which they begin")
    to = required(CLOCK, "local time at which they end; may pass midnight")
    zone = optional(
        Kind(_whose_zone, choice("customer", "policy").schema),
        "`customer`: the customer's own zone where it is known; `policy`: always the policy's",
        "customer",
    )
    otherwise = optional(
        ZONE, "the zone where the customer's is not known, if the policy has no `zone`", without="`UTC`"
    )


class BusinessHoursKeys(Block):
    """Local hours that rules may confine themselves to."""

    from_ = required(CLOCK, "local time at which they begin")
    to = required(CLOCK, "local time at which they end, after `from`")
    days = optional(_DAYS, "`mon-fri`, `sat`, or a list of both", tuple(range(7)), without="`mon-sun`")
    holidays = optional(
        Kind(_region, TEXT.schema, TEXT.definitions),
        "a country (`NL`) or a part of one (`DE-BY`) whose public holidays are not worked",
    )


class ConsentKeys(Block):
    """Consent."""

    unknown = optional(
        choice("refuse", "allow"), "what an unknown consent means, `refuse` or `allow`", "refuse"
    )
    given_by = optional(
        TEXTS,
        "interaction types that mean yes to the channel they happened on; without a channel to none",
        (),
    )
    withdrawn_by = optional(
        TEXTS, "interaction types that mean no to the channel they happened on; without a channel to all", ()
    )


class LocaleKeys(Block):
    """Languages."""

    otherwise = optional(LOCALE, "the locale of the text for a customer whose own has none")
    promised = optional(_LOCALES, "the locales in which every survey must have a text", ())


class RemindersKeys(Block):
    """Reminders."""

    count_towards_limits = optional(
        FLAG, "whether a reminder counts, and is held against limits, like an invitation of its own", False
    )


class PolicyFile(Block, more={"minProperties": 1}):
    """What holds for every rule."""

    limits = optional(
        listing(LimitKeys, "a limit"),
        "[contact limits](#contact-limits): how often one customer is asked",
        [],
    )
    quotas = optional(
        listing(QuotaKeys, "a quota"),
        "[quotas](#quotas): how many invitations all customers together get",
        [],
    )
    rate_caps = optional(
        listing(RateCapKeys, "a rate cap"),
        "[rate caps](#rate-caps): how fast invitations leave for the sender",
        [],
    )
    quiet_hours = optional(block(QuietHoursKeys), "local hours in which nothing is sent, see [hours](#hours)")
    business_hours = optional(
        block(BusinessHoursKeys),
        "what `within: business_hours` of a rule means",
        without="none; such a rule needs them",
    )
    zone = optional(
        ZONE,
        "the time zone of calendar periods, and of customers whose own is not used, such as `Europe/Amsterdam`",
        without="`otherwise` of `quiet_hours`, else `UTC`",
    )
    locale = optional(block(LocaleKeys), "which languages there are texts in")
    hold_out = optional(SHARE, "the share of customers who are never asked", 0.0, without="`0%`")
    consent = optional(block(ConsentKeys), "how customers agree to being asked")
    suppressed_by = optional(
        _SUPPRESSED_BY,
        "interaction types after which the customer is not asked any more, by"
        " [suppression](#consent-and-suppression)",
        {},
    )
    recipient = optional(
        choice("required", "optional"),
        "`required`: the interaction must bring an address for the channel; `optional`: the sender looks it up",
        "optional",
    )
    reminders = optional(block(RemindersKeys), "how reminders are held against limits")
    salt = optional(
        TEXT, "mixed into hold-out and samples: another salt draws other customers", without="empty"
    )
    channels = optional(
        TEXTS,
        "all channels that there are, also those that only consent speaks of: any other in a rule, limit or test"
        " is a mistake",
        (),
        without="any",
    )
    types = optional(
        TEXTS,
        "interaction types besides those that journeys name: any other in a rule or test is then a mistake",
        (),
        without="any",
    )


def read_policy(nodes: list[Node], problems: Problems) -> PolicyDefinition:
    """The policy from all policy files; a key may stand in one of them only."""
    whole_policy = _merged(nodes, problems)
    if whole_policy is None:
        return PolicyDefinition(Policy())
    keys = PolicyFile(whole_policy, "the policy", problems)
    limits = _definitions(Limit, keys.limits)
    quotas = _definitions(Quota, keys.quotas)
    caps = _definitions(RateCap, keys.rate_caps)
    for one in keys.limits:
        if one.on_limit == "defer" and one.up_to is None:
            message, hint = "`on_limit: defer` needs `up_to`", "such as `up_to: 5d`"
            problems.add("R061", one.place("on_limit"), message, hint)
    named: dict[str, Position] = {}
    all_limits: tuple[Placed[Any], ...] = (*limits, *quotas, *caps)
    for limit in all_limits:
        # Decisions name the limit that refused.
        name, place = limit.definition.id, limit.place("id")
        if name in named:
            problems.add("R063", place, f"two limits are called {name!r}", f"the first is at {named[name]}")
        named.setdefault(name, place)
    quiet, consent, locale = keys.quiet_hours, keys.consent, keys.locale
    if consent:
        for kind in sorted({*consent.given_by} & {*consent.withdrawn_by}):
            message = f"{kind!r} cannot both give and withdraw consent"
            problems.add("R012", consent.place("withdrawn_by"), message, "keep one")
    policy = Policy(
        limits=tuple(limit.definition for limit in limits),
        quotas=tuple(quota.definition for quota in quotas),
        quiet_hours=_quiet_hours(quiet) if quiet else None,
        business_hours=_business_hours(keys.business_hours) if keys.business_hours else None,
        zone=keys.zone or (quiet.otherwise if quiet else None) or "UTC",
        zone_of_customer=quiet is None or quiet.zone != "policy",
        locale_otherwise=locale.otherwise if locale else None,
        hold_out=keys.hold_out,
        unknown_consent=consent.unknown if consent else "refuse",
        recipient_required=keys.recipient == "required",
        reminders_count=keys.reminders is not None and keys.reminders.count_towards_limits,
        rate_caps=tuple(cap.definition for cap in caps),
        suppressed_by=keys.suppressed_by,
        consent_given_by=consent.given_by if consent else (),
        consent_withdrawn_by=consent.withdrawn_by if consent else (),
        salt=keys.salt or "",
        locales_promised=locale.promised if locale else (),
        channels=keys.channels,
        types=keys.types,
    )
    covered: tuple[Placed[Any], ...] = (*limits, *quotas)
    return PolicyDefinition(policy, keys, covered, caps)


def _merged(nodes: list[Node], problems: Problems) -> Node | None:
    """All policy files as one mapping."""
    merged: dict[str, tuple[Node, Node]] = {}
    for node in nodes:
        for key, pair in node.value.items():
            if key in merged:
                hint = f"the first is at {merged[key][0].position}"
                problems.add("R005", pair[0].position, f"the policy has `{key}` twice", hint)
            else:
                merged[key] = pair
    return Node(merged, nodes[0].position) if nodes else None


def _definitions(make: Callable[..., D], blocks: Sequence[QuotaKeys | RateCapKeys]) -> tuple[Placed[D], ...]:
    """A definition of each block that has all that it needs."""
    return tuple(Placed(make(**one.fields()), one.node) for one in blocks if one.id and one.max and one.per)


def _quiet_hours(keys: QuietHoursKeys) -> QuietHours | None:
    start, end = keys.from_, keys.to
    if start is None or end is None:
        return None
    if start == end:
        message = "quiet hours of a whole day leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "let `from` and `to` differ")
    return QuietHours(start, end)


def _business_hours(keys: BusinessHoursKeys) -> Hours | None:
    start, end = keys.from_, keys.to
    if start is None or end is None:
        return None
    if not keys.days or (end <= start and end.hour + end.minute > 0):
        message = "business hours leave no hour to send in"
        keys.problems.add("R062", keys.node.position, message, "`from` before `to`")
        return None
    return Hours(keys.days, start, end, keys.holidays)
