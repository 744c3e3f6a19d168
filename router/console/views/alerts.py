"""Alerts: whom to call back, who does, and what came of it."""

from typing import Any, Final

from msgspec import json

from router.console.page import Action, Done, Page, Shown
from router.console.problems import Problem
from router.console.visit import Visit
from router.model.alerts import AlertListed, AlertState
from router.pages.alert_fields import alert_fields
from router.pages.csv_table import Table
from router.service import alerts
from router.words.alerts import overdue, state_words

_MOST: Final = 200
_COLUMNS: Final = (
    "id",
    "rule",
    "team",
    "customer_id",
    "survey",
    "score",
    "state",
    "taken_by",
    "due_at",
    "overdue",
)
_STATES: Final[dict[str, list[AlertState]]] = {"waiting": ["open", "taken"], "closed": ["closed"]}
_NOTE: Final = "What to remember about it, for whoever reads it later"


async def show(visit: Visit) -> Shown:
    """The alerts that wait, those due first at the top; or those that are closed."""
    state, team = visit.asked("state") or "waiting", visit.asked("team")
    if state not in _STATES:
        raise Problem("There are alerts that wait, and closed ones: choose one of the two.")
    found = await visit.console.store.alerts.listed(states=_STATES[state], team=team, limit=_MOST)
    told = [alert_fields(one, visit.now) for one in found]
    values = {
        "state": state,
        "team": team,
        "teams": [one.team for one in await visit.console.store.alerts.waiting(visit.now)],
        "rows": [_row(one, visit) for one in found],
        "late": sum(overdue(one.alert, visit.now) for one in found),
        "most": _MOST,
    }
    return Shown(
        "alerts.html", values, told, Table(list(_COLUMNS), [[one[name] for name in _COLUMNS] for one in told])
    )


async def show_one(visit: Visit) -> Shown:
    """One alert: the answer, what the customer went through, and who has it."""
    found = await alerts.found_alert(visit.console.store, visit.path["id"])
    # It names a customer and shows what they said.
    await visit.note("alert.open", str(found.alert.id), customer=found.alert.customer_id or None)
    data = json.decode(found.alert.body)
    values = {
        "one": _row(found, visit),
        "alert": found.alert,
        "data": data,
        "excluded": found.status == "excluded",
        "facts": _facts(data),
        "shift": found.alert.kind == "score_shift",
    }
    return Shown(
        "alert.html", values, alert_fields(found, visit.now) | {"data": data}, title=found.alert.rule
    )


async def take(visit: Visit) -> Done:
    """The alert is that of whoever asks, from now on."""
    return await _hand(visit, "alert.take")


async def close(visit: Visit) -> Done:
    """What the alert asked for is done."""
    return await _hand(visit, "alert.close")


async def _hand(visit: Visit, action: str) -> Done:
    found = (await alerts.found_alert(visit.console.store, visit.path["id"])).alert
    note = visit.form.get("note", "").strip() or None
    await visit.note(action, str(found.id), customer=found.customer_id or None, before=found.state)
    hand = alerts.take if action == "alert.take" else alerts.close
    alert = await hand(visit.console.store, str(found.id), visit.person.id, visit.now, note)
    said = visit.t("The alert is yours.") if action == "alert.take" else visit.t("The alert is closed.")
    return Done(f"/alerts/{alert.id}", said, {"id": str(alert.id), "state": alert.state})


def _row(one: AlertListed, visit: Visit) -> dict[str, Any]:
    alert = one.alert
    return {
        "id": str(alert.id),
        "rule": alert.rule,
        "team": alert.team,
        "customer": alert.customer_id,
        "survey": alert.survey,
        "score": one.score,
        "state": state_words(alert.state, visit.language),
        "by": alert.closed_by or alert.taken_by or "",
        "due": visit.voice.moment(alert.due_at) if alert.due_at else "",
        "raised": visit.voice.moment(alert.raised_at),
        "late": overdue(alert, visit.now),
    }


def _facts(data: dict[str, Any]) -> list[tuple[str, object]]:
    """What the alert says of the interaction and of the effort, by name."""
    return [*data.get("attributes", {}).items(), *data.get("effort", {}).items()]


PAGE = Page("/alerts", "Alerts", show, role="care", group="Hear")
ONE = Page(
    "/alerts/{id}",
    "Alert",
    show_one,
    role="care",
    under="/alerts",
    actions=(
        Action("/alerts/{id}/take", take, "care", {"note": _NOTE}),
        Action("/alerts/{id}/close", close, "care", {"note": _NOTE}),
    ),
)
