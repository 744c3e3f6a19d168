"""Policy files: nodes to the one policy of the set."""

from datetime import timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import holidays

from router.model.policy import CalendarPeriod, ContactClock, Hours, Limit, Period, Policy, QuietHours, Quota
from router.ruleset.nodes import Node
from router.ruleset.problems import Problems
from router.ruleset.reader import Reader, duration

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDAR: tuple[str, ...] = get_args(CalendarPeriod)
POLICY_KEYS = (
    "limits",
    "quotas",
    "quiet_hours",
    "business_hours",
    "zone",
    "locale",
    "hold_out",
    "consent",
    "recipient",
    "reminders",
    "salt",
)


def read_policy(nodes: list[Node], problems: Problems) -> Policy:
    """The policy from all policy files; a key may stand in one of them only."""
    merged = _merged(nodes, problems)
    if merged is None:
        return Policy()
    reader = Reader(merged, problems, "the policy")
    quiet = reader.reader("quiet_hours", "`quiet_hours`")
    zone, of_customer = _zones(reader, quiet)
    policy = Policy(
        limits=tuple(_limits(reader)),
        quotas=tuple(_quotas(reader)),
        quiet_hours=_quiet_hours(quiet) if quiet else None,
        business_hours=_business_hours(reader),
        zone=zone,
        zone_of_customer=of_customer,
        locale_otherwise=_inner_text(reader, "locale", "otherwise"),
        hold_out=reader.share("hold_out", 0.0),
        unknown_consent=_unknown_consent(reader),
        recipient_required=reader.choice("recipient", ("required", "optional")) == "required",
        reminders_count=_reminders_count(reader),
        salt=reader.text("salt") or "",
    )
    reader.finish()
    _unique(policy, reader)
    return policy


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
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        reader.wrong(reader.pairs[key][1], key, "a time zone", "such as Europe/Amsterdam")
        return None
    return name


def _scope(reader: Reader) -> dict[str, Any]:
    return {key: reader.name(key) for key in ("survey", "metric", "channel", "journey")} | {
        "same": reader.text("same")
    }


def _limits(reader: Reader) -> list[Limit]:
    found = []
    for item in reader.items("limits", "a limit"):
        name, most = item.name("id", need=True), item.integer("max", need=True, least=1)
        clocks: Any = item.texts("clock") or ("invited",)
        for clock in clocks:
            if clock not in get_args(ContactClock):
                reader.problems.unknown(
                    "R013", item.at("clock"), "clock", clock, list(get_args(ContactClock))
                )
        on_limit: Any = item.choice("on_limit", ("drop", "defer"), default="drop")
        up_to, per = item.duration("up_to"), _period(item)
        if on_limit == "defer" and up_to is None:
            item.problems.add("R061", item.position, "`on_limit: defer` needs `up_to`", "such as `up_to: 5d`")
        scope = _scope(item)
        item.finish()
        if name and most and per:
            found.append(Limit(name, most, per, clock=clocks, on_limit=on_limit, up_to=up_to, **scope))
    return found


def _quotas(reader: Reader) -> list[Quota]:
    found = []
    for item in reader.items("quotas", "a quota"):
        name, most = item.name("id", need=True), item.integer("max", need=True, least=1)
        per: Any = item.choice("per", CALENDAR, need=True)
        scope = _scope(item)
        item.finish()
        if name and most and per:
            found.append(Quota(name, most, per, **scope))
    return found


def _period(reader: Reader) -> Period | None:
    node = reader.need("per")
    if node is None:
        return None
    if isinstance(node.value, str) and node.value in CALENDAR:
        return node.value  # type: ignore[return-value]
    span = duration(node.value)
    if span is None or span <= timedelta():
        reader.wrong(node, "per", f"a duration such as 30d, or one of {', '.join(CALENDAR)}")
        return None
    return span


def _quiet_hours(reader: Reader) -> QuietHours | None:
    start, end = reader.clock("from"), reader.clock("to")
    reader.finish()
    if start is None or end is None:
        return None
    if start == end:
        reader.problems.add("R062", reader.position, "quiet hours of a whole day leave no hour to send in")
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
        reader.problems.unknown("R013", reader.at("holidays"), "holidays", region, names)
        return None
    return region


def _days(reader: Reader) -> tuple[int, ...]:
    """`mon-fri`, `mon`, or a list of both, as weekday numbers."""
    found: set[int] = set()
    for part in reader.texts("days") or ("mon-sun",):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            reader.problems.unknown("R013", reader.at("days"), "day", part, list(DAYS))
            continue
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + (1 if end >= begin else 8))}
    return tuple(sorted(found))


def _unknown_consent(reader: Reader) -> Any:
    block = reader.reader("consent", "`consent`")
    if block is None:
        return "refuse"
    unknown = block.choice("unknown", ("refuse", "allow"), default="refuse")
    block.finish()
    return unknown


def _inner_text(reader: Reader, key: str, inner: str) -> str | None:
    block = reader.reader(key, f"`{key}`")
    text = block.text(inner, need=True) if block else None
    if block:
        block.finish()
    return text


def _reminders_count(reader: Reader) -> bool:
    block = reader.reader("reminders", "`reminders`")
    if block is None:
        return False
    count = block.flag("count_towards_limits")
    block.finish()
    return count


def _unique(policy: Policy, reader: Reader) -> None:
    seen: set[str] = set()
    for name in [limit.id for limit in policy.limits] + [quota.id for quota in policy.quotas]:
        if name in seen:
            reader.problems.add(
                "R063", reader.position, f"two limits are called {name!r}", "give each its own id"
            )
        seen.add(name)
