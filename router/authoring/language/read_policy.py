"""Policy files: nodes to the one policy of the set."""

from datetime import timedelta
from typing import Any, get_args

import holidays

from router.authoring.language.amounts import LONGEST, duration, duration_hint
from router.authoring.language.node import Node
from router.authoring.language.parts import Placed, PolicyParts
from router.authoring.language.problems import Problems
from router.authoring.language.read_telling import read_consent, read_suppressed_by
from router.authoring.language.reader import Reader
from router.model.fields import plain_name
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
from router.model.rules import Position
from router.model.zones import zone_name, zone_names

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDAR: tuple[str, ...] = get_args(CalendarPeriod)
POLICY_KEYS = (
    "limits",
    "quotas",
    "rate_caps",
    "quiet_hours",
    "business_hours",
    "zone",
    "locale",
    "hold_out",
    "consent",
    "suppressed_by",
    "recipient",
    "reminders",
    "salt",
    "channels",
    "types",
)


MOST_PER_RATE = timedelta(days=1)
"""The longest span of a rate cap: it spreads what is due, and holds nothing back for days."""


def read_policy(nodes: list[Node], problems: Problems) -> PolicyParts:
    """The policy from all policy files; a key may stand in one of them only."""
    merged = _merged(nodes, problems)
    if merged is None:
        return PolicyParts(Policy())
    reader = Reader(merged, problems, "the policy")
    limits, quotas, caps = _limits(reader), _quotas(reader), _rate_caps(reader)
    quiet = reader.reader("quiet_hours", "`quiet_hours`")
    zone, of_customer = _zones(reader, quiet)
    otherwise, promised = _locale(reader)
    policy = Policy(
        limits=tuple(entry.what for entry in limits),
        quotas=tuple(entry.what for entry in quotas),
        quiet_hours=_quiet_hours(quiet) if quiet else None,
        business_hours=_business_hours(reader),
        zone=zone,
        zone_of_customer=of_customer,
        locale_otherwise=otherwise,
        hold_out=reader.share("hold_out", 0.0),
        **read_consent(reader),
        recipient_required=reader.choice("recipient", ("required", "optional")) == "required",
        reminders_count=_reminders_count(reader),
        rate_caps=tuple(entry.what for entry in caps),
        suppressed_by=read_suppressed_by(reader),
        salt=reader.text("salt") or "",
        locales_promised=promised,
        channels=reader.texts("channels"),
        types=reader.texts("types"),
    )
    reader.finish()
    placed: list[Any] = [*limits, *quotas]
    _unique([*placed, *caps], problems)
    return PolicyParts(policy, merged, tuple(placed), tuple(caps))


def _merged(nodes: list[Node], problems: Problems) -> Node | None:
    pairs: dict[str, tuple[Node, Node]] = {}
    for node in nodes:
        for key, pair in node.value.items():
            if key in pairs:
                first = pairs[key][0].position
                problems.add(
                    "R005", pair[0].position, f"the policy has `{key}` twice", f"the first is at {first}"
                )
            else:
                pairs[key] = pair
    return Node(pairs, nodes[0].position) if nodes else None


def _zones(reader: Reader, quiet: Reader | None) -> tuple[str, bool]:
    """The policy's own zone, and whether a customer's known zone is used for hours."""
    zone = _zone(reader, "zone")
    otherwise = _zone(quiet, "otherwise") if quiet else None
    whose = quiet.text("zone") if quiet else None
    if quiet and whose not in (None, "customer", "policy"):
        quiet.wrong(
            quiet.pairs["zone"][1], "zone", "`customer` or `policy`", "name a fixed zone in `otherwise`"
        )
    return zone or otherwise or "UTC", whose != "policy"


def _zone(reader: Reader, key: str) -> str | None:
    name = reader.text(key)
    if name is None:
        return None
    names = zone_names()
    if names.get(name.lower()) != name:
        node = reader.pairs[key][1]
        near = names.get((zone_name(name) or "").lower()) or reader.problems.nearest(
            name, sorted(names.values())
        )
        hint = f"did you mean {near!r}?" if near else "such as Europe/Amsterdam"
        reader.wrong(node, key, "a time zone", hint, code="R019")
        return None
    return name


def _scope(reader: Reader) -> dict[str, Any]:
    same = reader.text("same")
    scope = {key: reader.name(key) for key in ("survey", "metric", "channel", "journey")}
    return scope | {"same": plain_name(same) if same else None}


def _limits(reader: Reader) -> list[Placed[Limit]]:
    found = []
    for item in reader.items("limits", "a limit"):
        name, most = item.name("id", need=True), item.integer("max", need=True, least=1)
        clocks: Any = item.texts("clock") or ("invited",)
        for clock in item.pairs["clock"][1].each() if "clock" in item.pairs else ():
            if isinstance(clock.value, str) and clock.value not in get_args(ContactClock):
                known = list(get_args(ContactClock))
                reader.problems.unknown("R013", clock.position, "clock", clock.value, known)
        on_limit: Any = item.choice("on_limit", ("drop", "defer"), default="drop")
        up_to, per = item.duration("up_to", most=LONGEST), _period(item)
        if on_limit == "defer" and up_to is None:
            item.problems.add(
                "R061", item.place("on_limit"), "`on_limit: defer` needs `up_to`", "such as `up_to: 5d`"
            )
        scope = _scope(item)
        item.finish()
        if name and most and per:
            limit = Limit(name, most, per, clock=clocks, on_limit=on_limit, up_to=up_to, **scope)
            found.append(Placed(limit, item.node))
    return found


def _quotas(reader: Reader) -> list[Placed[Quota]]:
    found = []
    for item in reader.items("quotas", "a quota"):
        name, most = item.name("id", need=True), item.integer("max", need=True, least=1)
        per: Any = item.choice("per", CALENDAR, need=True)
        scope = _scope(item)
        item.finish()
        if name and most and per:
            found.append(Placed(Quota(name, most, per, **scope), item.node))
    return found


def _rate_caps(reader: Reader) -> list[Placed[RateCap]]:
    found = []
    for item in reader.items("rate_caps", "a rate cap"):
        name, most = item.name("id", need=True), item.integer("max", need=True, least=1)
        per = item.duration("per", need=True, most=MOST_PER_RATE)
        survey, channel = item.name("survey"), item.name("channel")
        item.finish()
        if name and most and per:
            found.append(Placed(RateCap(name, most, per, survey, channel), item.node))
    return found


def _period(reader: Reader) -> Period | None:
    node = reader.need("per")
    if node is None:
        return None
    if isinstance(node.value, str) and node.value in CALENDAR:
        return node.value  # type: ignore[return-value]
    span = duration(node.value)
    if span is None or span <= timedelta():
        expected = f"a duration such as 30d, or one of {', '.join(CALENDAR)}"
        reader.wrong(node, "per", expected, duration_hint(node.value), code="R015")
        return None
    return span


def _quiet_hours(reader: Reader) -> QuietHours | None:
    start, end = reader.clock("from"), reader.clock("to")
    reader.finish()
    if start is None or end is None:
        return None
    if start == end:
        message = "quiet hours of a whole day leave no hour to send in"
        reader.problems.add("R062", reader.position, message, "let `from` and `to` differ")
    return QuietHours(start, end)


def _business_hours(reader: Reader) -> Hours | None:
    block = reader.reader("business_hours", "`business_hours`")
    if block is None:
        return None
    days = _days(block)
    start, end = block.clock("from"), block.clock("to")
    region = _region(block)
    block.finish()
    if start is None or end is None:
        return None
    if not days or (end <= start and end.hour + end.minute > 0):
        reader.problems.add(
            "R062", block.position, "business hours leave no hour to send in", "`from` before `to`"
        )
        return None
    return Hours(days, start, end, region)


def _region(reader: Reader) -> str | None:
    """A country, or a part of one, whose public holidays are known: `NL`, `DE-BY`."""
    region = reader.text("holidays")
    if region is None:
        return None
    country, _, part = region.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known or (part and part not in known[country]):
        names = list(known) if country not in known else [f"{country}-{name}" for name in known[country]]
        reader.problems.unknown("R013", reader.place("holidays"), "holidays", region, names)
        return None
    return region


def _days(reader: Reader) -> tuple[int, ...]:
    """`mon-fri`, `mon`, or a list of both, as weekday numbers."""
    found: set[int] = set()
    if not reader.texts("days"):
        return tuple(range(7)) if "days" not in reader.pairs else ()
    for item in reader.pairs["days"][1].each():
        first, _, last = item.value.partition("-") if isinstance(item.value, str) else ("mon", "", "sun")
        if first not in DAYS or (last and last not in DAYS):
            reader.problems.unknown("R013", item.position, "day", item.value, list(DAYS))
            first, last = "mon", "sun"
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + (1 if end >= begin else 8))}
    return tuple(sorted(found))


def _locale(reader: Reader) -> tuple[str | None, tuple[str, ...]]:
    """The locale of customers whose own has no text, and the locales that every survey has a text in."""
    block = reader.reader("locale", "`locale`")
    if block is None:
        return None, ()
    otherwise, promised = block.text("otherwise"), block.texts("promised")
    block.finish()
    return otherwise, promised


def _reminders_count(reader: Reader) -> bool:
    block = reader.reader("reminders", "`reminders`")
    if block is None:
        return False
    count = block.flag("count_towards_limits")
    block.finish()
    return count


def _unique(limits: list[Placed[Any]], problems: Problems) -> None:
    seen: dict[str, Position] = {}
    for limit in limits:
        name, place = limit.what.id, limit.place("id")
        if name in seen:
            problems.add("R063", place, f"two limits are called {name!r}", f"the first is at {seen[name]}")
        seen.setdefault(name, place)
