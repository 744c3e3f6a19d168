"""`forecast`: the plan of the next days as a small chart, and how much of it will be held back."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy
from router.cli.output import counted, print_json, print_lines
from router.cli.tables import print_table

if TYPE_CHECKING:
    from router.insights.forecast import Forecast
    from router.settings import Settings

_BLOCKS = " ▁▂▃▄▅▆▇█"
_SHOWN_QUOTAS = 10
_HOURS = "0     6     12    18    UTC"


def forecast(
    days: Annotated[int, typer.Option(help="Number of days ahead.", min=1, max=31)] = 3,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Forecast the invitations of the next days.

    By hour, kind, survey and channel, with the effect of rate caps and the use of quotas. Planned
    invitations are checked again when they are due, so some will not be sent.
    """
    ahead = asyncio.run(_forecast(settings_of(data), days, rules))
    print_json(ahead) if json else _print(ahead)


async def _forecast(settings: "Settings", days: int, given: Path | None) -> "Forecast":
    from router.insights.due_days import due_days
    from router.insights.forecast import forecast as planned
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules, until = (await rule_book(store, settings, given)).now, now + timedelta(days=days)
        ahead = await planned(store.reading, rules.policy, until, now)
        return replace(ahead, schedules=await due_days(store.reading, rules, until))


def _print(ahead: "Forecast") -> None:
    counts = Counter({"invitation": 0})
    for hour in ahead.planned:
        counts[hour.kind] += hour.count
    numbers = " and ".join(counted(number, kind) for kind, number in counts.items())
    print_lines([f"{numbers} planned up to {ahead.until:%a %d %b %H:%M} UTC.", ""])
    if counts.total():
        _print_days(ahead)
    for effect in ahead.held_back:
        verb = "leaves" if effect.held_back == 1 else "leave"
        last = f"{effect.last_leaves_at:%a %d %b %H:%M} UTC"
        held_back = f"holds back {effect.held_back:,} of them, which {verb} later than due"
        print_lines([f"The rate cap {effect.cap} {held_back}; the last at {last}."])
    if ahead.held_back:
        print_lines([""])
    if ahead.days:
        unlike = [
            [f"{one.day:%a %d %b}", one.name, "nobody is asked" if one.closed else "other hours"]
            for one in ahead.days
        ]
        print_table("Holidays and special days", ["day", "name", "effect"], unlike, whole=("day",))
    if ahead.schedules:
        days = [[f"{one.day:%a %d %b}", one.schedule, one.type, one.customers] for one in ahead.schedules]
        columns = ["day", "schedule", "makes", "customers"]
        print_table("Days of schedules, decided when they come", columns, days, whole=("day",))
    fullest = [[q.quota, q.value, f"{q.used:,} of {q.max:,}", q.until] for q in ahead.quotas[:_SHOWN_QUOTAS]]
    if fullest:
        print_table("Quotas of this period", ["quota", "for", "used", "until"], fullest)


def _print_days(ahead: "Forecast") -> None:
    """A line for each day, survey, kind and channel: how many, and a bar for each hour of the day."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 24)
    for hour in ahead.planned:
        survey = hour.survey if hour.kind == "invitation" else f"{hour.survey} ({hour.kind})"
        counts[f"{hour.at:%a %d %b}", survey, hour.channel or ""][hour.at.hour] += hour.count
    most = max(max(hours) for hours in counts.values())
    rows = []
    for name, hours in counts.items():
        # Rounded up: an hour with one invitation is not an empty one.
        bars = "".join(_BLOCKS[-(-count * (len(_BLOCKS) - 1) // most)] for count in hours)
        rows.append([*name, sum(hours), bars])
    columns = ["day", "survey", "channel", "planned", _HOURS]
    print_table(f"Planned; a full bar is {most:,} an hour", columns, rows, whole=("day", _HOURS))
