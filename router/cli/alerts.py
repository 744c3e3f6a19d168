"""`alerts`: whom to call back, who does, and what came of it."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from msgspec import json as msgspec_json

from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, MaxRows
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.model.alerts import AlertListed, AlertState, AlertView
from router.model.keys import customer_key
from router.model.spelling import counted
from router.pages.alert_fields import alert_fields
from router.words.alerts import overdue, until_words

if TYPE_CHECKING:
    from router.settings import Settings
    from router.store import SqlStore

app = typer.Typer(help="List, show, take and close alerts.", no_args_is_help=True)

COLUMNS: Final = ["id", "alert", "team", "customer", "survey", "answer", "state", "by", "due", "overdue"]
AlertId = Annotated[
    str, typer.Argument(help="Id of the alert, or its beginning: 6 characters or more.", metavar="ID")
]
By = Annotated[str | None, typer.Option("--by", help="Who does; default: your user name.", metavar="NAME")]
Note = Annotated[str | None, typer.Option("--note", help="What to remember about it.", metavar="TEXT")]


@app.command("list")
def list_(
    team: Annotated[str | None, typer.Option(help="Only of this team.", metavar="NAME")] = None,
    alert: Annotated[str | None, typer.Option(help="Only of this alert.", metavar="ID")] = None,
    customer: Annotated[
        str | None, typer.Option(help="Only of this customer.", metavar="ID", parser=customer_key)
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones instead of those that wait.")] = False,
    limit: MaxRows = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List alerts that wait to be closed, the overdue first."""
    states: list[AlertState] = ["closed"] if closed else ["open", "taken"]
    wanted = {"states": states, "team": team, "rule": alert, "customer_id": customer, "limit": limit}
    found = asyncio.run(_listed(settings_of(data), wanted))
    now = datetime.now(UTC)
    if json:
        print_json([alert_fields(one, now) for one in found])
        return
    late = sum(overdue(one.alert, now) for one in found)
    print_table(
        "Closed alerts" if closed else "Alerts that wait to be closed",
        COLUMNS,
        [_row(one, now) for one in found],
    )
    if late:
        print_lines([f"{counted(late, 'alert')} overdue: `feedback-router alerts take ID` takes one."])


@app.command()
def show(alert: AlertId, data: Data = None, json: Json = False) -> None:
    """Show an alert with the answer that it is about."""
    now = datetime.now(UTC)
    found = asyncio.run(_found(settings_of(data), alert))
    if json:
        print_json(alert_fields(found, now) | {"data": msgspec_json.decode(found.alert.body)})
    else:
        print_lines(_lines(found, now))


@app.command()
def take(alert: AlertId, by: By = None, note: Note = None, data: Data = None) -> None:
    """Take an alert: it is yours from then on, whoever had it before."""
    from router.service import alerts

    taken = _handed(
        settings_of(data), lambda store, now: alerts.take(store, alert, by or getpass.getuser(), now, note)
    )
    print_lines([f"Taken by {taken.taken_by}{until_words(taken)}."])


@app.command()
def close(alert: AlertId, by: By = None, note: Note = None, data: Data = None) -> None:
    """Close an alert: what it asked for is done."""
    from router.service import alerts

    closed = _handed(
        settings_of(data), lambda store, now: alerts.close(store, alert, by or getpass.getuser(), now, note)
    )
    print_lines([f"Closed by {closed.closed_by}."])


async def _listed(settings: "Settings", wanted: dict[str, Any]) -> list[AlertListed]:
    async with opened_store(settings) as store:
        return await store.alerts.listed(**wanted)


async def _found(settings: "Settings", name: str) -> AlertListed:
    from router.service.alerts import found_alert

    async with opened_store(settings) as store:
        return await found_alert(store, name)


def _handed(settings: "Settings", hand: "Callable[[SqlStore, datetime], Awaitable[AlertView]]") -> AlertView:
    async def work() -> AlertView:
        async with opened_store(settings) as store:
            return await hand(store, datetime.now(UTC))

    return asyncio.run(work())


def _answer(one: AlertListed) -> str | None:
    """What stands of the answer now: an excluded one is marked."""
    if one.status is None or one.status == "counted":
        return None if one.score is None else str(one.score)
    return one.status if one.score is None else f"{one.score} ({one.status})"


def _row(one: AlertListed, now: datetime) -> list[object]:
    alert = one.alert
    by = alert.closed_by or alert.taken_by
    late = "overdue" if overdue(alert, now) else None
    told = [str(alert.id)[:8], alert.rule, alert.team, alert.customer_id, alert.survey, _answer(one)]
    return [*told, alert.state, by, alert.due_at, late]


def _lines(one: AlertListed, now: datetime) -> list[str]:
    alert, data = one.alert, msgspec_json.decode(one.alert.body)
    if alert.kind == "score_shift":
        return [*_shift_lines(alert, data), *_hands(alert)]
    journey = data.get("journey") or {}
    about = f" about {journey['name']}, {journey['step'] or 'no step'}" if journey else ""
    then = f"answered {data['score']}" if data.get("score") is not None else "left a comment"
    lines = [
        f"Alert {alert.rule} for {alert.team}, {alert.state}{', overdue' if overdue(alert, now) else ''}.",
        f"Customer {alert.customer_id} {then} to {alert.survey}{about}, {data['answered_at']}.",
    ]
    if data.get("comment"):
        lines.append(f"“{data['comment']}”")
    if one.status == "excluded":
        lines.append("The response was excluded since.")
    elif one.status is not None and one.score != data.get("score"):
        lines.append(f"The answer was corrected since: {_answer(one)}.")
    facts = {**data.get("attributes", {}), **data.get("effort", {})}
    lines += [f"{name}: {value}" for name, value in facts.items()]
    lines.append(f"Raised at {alert.raised_at:%Y-%m-%d %H:%M} UTC{until_words(alert)}.")
    lines += _hands(alert)
    if alert.invitation_id:
        lines.append(f"See `feedback-router why {alert.invitation_id}` for what led to the question.")
    return lines


def _shift_lines(alert: AlertView, data: dict[str, Any]) -> list[str]:
    where = f" about {data['journey']}, {data['step'] or 'no step'}" if data["journey"] else ""
    figures = (data["average"], data["centre"], data["low"], data["high"])
    average, centre, low, high = (f"{figure:.4g}" for figure in figures)
    return [
        f"Alert {alert.rule} for {alert.team}, {alert.state}.",
        f"The {data['measure']} of {alert.survey}{where} got {data['direction']} in the week of {data['week']}.",
        f"Its moving average is {average}; it was {centre}, and from {low} to {high} is chance.",
        f"{data['n']} answers in that week, {data['weeks']} weeks with answers.",
        f"Raised at {alert.raised_at:%Y-%m-%d %H:%M} UTC.",
    ]


def _hands(alert: AlertView) -> list[str]:
    """Who took and closed it, and what they noted."""
    lines: list[str] = []
    if alert.taken_by:
        lines.append(f"Taken by {alert.taken_by} at {alert.taken_at:%Y-%m-%d %H:%M} UTC.")
    if alert.closed_by:
        lines.append(f"Closed by {alert.closed_by} at {alert.closed_at:%Y-%m-%d %H:%M} UTC.")
    if alert.note:
        lines.append(f"Note: {alert.note}")
    return lines
