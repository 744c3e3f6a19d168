"""`forecast`: the plan of the next days as a small chart, and how much of it will be held back."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from router.cli.faults import Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import By, Data, Json, JudgedBy, fields_of
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.cli.voices import Lang, Zone, speaker
from router.model.fields import CUSTOMER
from router.model.ledger import RowKind
from router.words.forecast import counted, words
from router.words.invitations import kind_name
from router.words.voice import Voice, calendar_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from router.insights.forecast import Forecast, PlannedAnswers
    from router.model.policy import Policy
    from router.settings import Settings

_BLOCKS = " ▁▂▃▄▅▆▇█"
_SHOWN_QUOTAS = 10
_SHOWN_VALUES = 30
_HOURS = "0     6     12    18    "


def forecast(
    days: Annotated[int, typer.Option(help="Number of days ahead.", min=1, max=31)] = 3,
    by: By = None,
    lang: Lang = None,
    zone: Zone = None,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Forecast the invitations of the next days.

    By hour, kind, survey and channel, with the effect of rate caps, the use of quotas, and the answers to
    expect. Planned invitations are checked again when they are due, so some will not be sent. With --by also
    counted by fields; one of the customer where the policy's `scores.by` names it.
    """
    fields = fields_of(by)

    ahead, told = asyncio.run(
        _forecast(settings_of(data), days, rules, fields, speaker(lang, zone, json=json))
    )
    print_json(ahead) if json else _print(ahead, told)


async def _forecast(
    settings: "Settings",
    days: int,
    given: Path | None,
    fields: tuple[str, ...],
    speaking: "Callable[[Policy], Voice]",
) -> "tuple[Forecast, Voice]":
    from router.insights.due_days import due_days
    from router.insights.forecast import forecast as planned
    from router.insights.forecast import planned_answers
    from router.insights.periods import today
    from router.insights.planned_by import planned_by
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules, until = (await rule_book(store, settings, given)).now, now + timedelta(days=days)
        told, scores = speaking(rules.policy), rules.policy.scores
        if unknown := [one for one in fields if one.startswith(CUSTOMER) and one not in scores.by]:
            raise Refused(
                f"--by {unknown[0]}: a field of the customer is counted where it was frozen with the question; name it"
                " under `scores: {by: [...]}` of the policy."
            )
        ahead = await planned(store.reading, rules.policy, until, now)
        answers = await planned_answers(store.cells, ahead.planned, today(now, own_zone(rules.policy)))
        counted_by = await planned_by(store.reading, fields, scores.people, until)
        schedules = await due_days(store.reading, rules, until)
        return replace(ahead, schedules=schedules, answers=answers, by=counted_by), told


def _print(ahead: "Forecast", told: Voice) -> None:
    counts: Counter[RowKind] = Counter({"invitation": 0})
    for hour in ahead.planned:
        counts[hour.kind] += hour.count
    numbers = words(told, "and").join(counted(told, kind, number) for kind, number in counts.items())
    print_lines([words(told, "planned", numbers=numbers, until=_moment(ahead.until, told)), ""])
    if counts.total():
        _print_days(ahead, told)
    for effect in ahead.held_back:
        last = _moment(effect.last_leaves_at, told)
        print_lines([words(told, "cap", cap=effect.cap, number=effect.held_back, last=last)])
    if ahead.held_back:
        print_lines([""])
    if ahead.answers is not None and ahead.answers.planned:
        print_lines([_answers(ahead.answers, told), ""])
    _print_by(ahead, told)
    if ahead.days:
        unlike = [
            [
                calendar_day(one.day, told.language),
                one.name,
                words(told, "closed" if one.closed else "other hours"),
            ]
            for one in ahead.days
        ]
        columns = _columns(told, "day", "name", "effect")
        print_table(words(told, "unlike"), columns, unlike, whole=columns[:1])
    if ahead.schedules:
        # A day of a schedule is a day of the calendar, in whatever zone.
        days = [
            [calendar_day(one.day, told.language), one.schedule, one.type, one.customers]
            for one in ahead.schedules
        ]
        columns = _columns(told, "day", "schedule", "makes", "customers")
        print_table(words(told, "schedules"), columns, days, whole=columns[:1])
    fullest = [
        [q.quota, q.value, words(told, "of", used=q.used, max=q.max), told.moment(q.until)]
        for q in ahead.quotas[:_SHOWN_QUOTAS]
    ]
    if fullest:
        print_table(words(told, "quotas"), _columns(told, "quota", "for", "used", "until"), fullest)


def _print_by(ahead: "Forecast", told: Voice) -> None:
    for found in ahead.by:
        shown = [[one.value, one.planned] for one in found.values[:_SHOWN_VALUES]]
        print_table(found.field, [found.field, words(told, "count")], shown)
        if len(found.values) > _SHOWN_VALUES:
            print_lines([words(told, "more", number=len(found.values) - _SHOWN_VALUES), ""])


def _answers(found: "PlannedAnswers", told: Voice) -> str:
    if found.low is None:
        return words(told, "answers unknown", sent=found.sent, days=found.days)
    parts = {name: getattr(found, name) for name in found.__struct_fields__}
    return words(told, "answers", **parts)


def _columns(told: Voice, *names: str) -> list[str]:
    return [words(told, name) for name in names]


def _moment(at: datetime, told: Voice) -> str:
    return f"{told.weekday(at)} {told.zone_at(at)}"


def _print_days(ahead: "Forecast", told: Voice) -> None:
    """A line for each day, survey, kind and channel: how many, and a bar for each hour of the local day."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 24)
    for hour in ahead.planned:
        survey = hour.survey
        if hour.kind != "invitation":
            survey = words(told, "following", survey=survey, kind=kind_name(hour.kind, told.language))
        local = hour.at.astimezone(told.zone)
        counts[told.day(hour.at), survey, hour.channel or ""][local.hour] += hour.count
    most = max(max(hours) for hours in counts.values())
    rows = []
    for name, hours in counts.items():
        # Rounded up: an hour with one invitation is not an empty one.
        bars = "".join(_BLOCKS[-(-count * (len(_BLOCKS) - 1) // most)] for count in hours)
        rows.append([*name, sum(hours), bars])
    clock = f"{_HOURS}{told.zone_at(ahead.at)}"
    columns = [*_columns(told, "day", "survey", "channel", "count"), clock]
    print_table(words(told, "chart", most=most), columns, rows, whole=(columns[0], clock))
