"""Alerts in one sentence, in English and Dutch."""

from datetime import datetime
from typing import Final

from router.model.alerts import AlertState, AlertView
from router.words.voice import PLAIN, Language, Voice

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "alert": "Alert {rule} for {team}, {state}{overdue}{until} ({id}).",
        "overdue": ", overdue",
        "until": ", to be closed by {at}",
    },
    "nl": {
        "alert": "Alert {rule} voor {team}, {state}{overdue}{until} ({id}).",
        "overdue": ", te laat",
        "until": ", af te ronden voor {at}",
    },
}
_STATES: Final[dict[Language, dict[AlertState, str]]] = {
    "en": {"open": "open", "taken": "taken", "closed": "closed"},
    "nl": {"open": "open", "taken": "opgepakt", "closed": "afgerond"},
}


def overdue(alert: AlertView, now: datetime) -> bool:
    """Whether it waits longer than it should."""
    return alert.closed_at is None and alert.due_at is not None and alert.due_at < now


def alert_sentence(alert: AlertView, now: datetime, voice: Voice = PLAIN) -> str:
    """An alert in one sentence, with the beginning of its id."""
    words = _WORDS[voice.language]
    late = words["overdue"] if overdue(alert, now) else ""
    until = until_words(alert, voice) if alert.state != "closed" else ""
    state = state_words(alert.state, voice.language)
    return words["alert"].format(
        rule=alert.rule, team=alert.team, state=state, overdue=late, until=until, id=str(alert.id)[:8]
    )


def state_words(state: AlertState, language: Language) -> str:
    """Whether it waits, somebody has it, or it is done."""
    return _STATES[language][state]


def until_words(alert: AlertView, voice: Voice = PLAIN) -> str:
    """By when it is to be closed, as the end of a sentence; nothing where no time is set."""
    return _WORDS[voice.language]["until"].format(at=voice.moment(alert.due_at)) if alert.due_at else ""
