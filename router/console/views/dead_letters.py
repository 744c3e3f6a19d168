"""Dead letters: records that could not be processed, why, and sent again when the cause is gone."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from router.console.page import Action, Done, Page, Shown
from router.console.problems import Problem
from router.console.visit import Visit
from router.decode import describe
from router.kafka.producer import BrokerUnavailable
from router.model.record import DEAD_REASONS, DeadReason
from router.pages.csv_table import Table
from router.service.dead_letter_topics import DeadLetterTopics, Place
from router.service.embedded import NoBroker

_MOST: Final = 200
_COLUMNS: Final = ("dead_letter", "reason", "detail", "topic", "bytes")
_MEANT: Final = "`yes`: they are to be sent"


async def show(visit: Visit) -> Shown:
    """The newest of them, and how many have each reason; with `place`, one in full."""
    topics = DeadLetterTopics(visit.console.settings)
    if place := visit.asked("place"):
        letter = describe(await topics.at(Place.read(place)))
        await visit.note("dead-letter.open", place)
        return Shown("dead-letters.html", {"letter": _letter(letter, visit)}, letter)
    reason = _reason(visit.asked("reason"))
    try:
        found = [describe(record) for record in await topics.newest(_MOST)]
    except (NoBroker, BrokerUnavailable) as away:
        # A console may look at the database of a service whose broker is away, or was embedded and has ended.
        return Shown("dead-letters.html", {"letter": None, "away": str(away)}, {"unreachable": str(away)})
    chosen = [letter for letter in found if reason in (None, letter["reason"])]
    values = {
        "letter": None,
        "away": None,
        "reason": reason,
        "reasons": Counter(letter["reason"] or "" for letter in found).most_common(),
        "rows": [_letter(letter, visit) for letter in chosen],
        "most": _MOST,
        "full": len(found) == _MOST,
    }
    rows = [[letter[name] for name in _COLUMNS] for letter in chosen]
    return Shown("dead-letters.html", values, chosen, Table(list(_COLUMNS), rows))


async def replay(visit: Visit) -> Done:
    """Sends one of them again, or all with a reason: as they came, to the topic they came from."""
    topics = DeadLetterTopics(visit.console.settings)
    given, reason = visit.form.get("place", "").strip(), _reason(visit.form.get("reason", "").strip() or None)
    place = Place.read(given) if given else None
    if (place is None) == (reason is None):
        raise Problem("Name one dead letter, or the reason of those that are to be sent again.")
    if visit.form.get("sure") != "yes":
        raise Problem("Say that you mean it: tick the box.")
    await visit.note("dead-letter.replay", given or f"all with {reason}")
    replayed = await topics.replay(place, reason)
    said = visit.t("Sent again: {sent}.", sent=replayed.sent)
    if replayed.left_out:
        left, because = len(replayed.left_out), replayed.left_out[0]
        said += " " + visit.t("Left out: {left}, the first because {because}.", left=left, because=because)
    return Done("/dead-letters", said, {"sent": replayed.sent, "left_out": list(replayed.left_out)})


def _reason(given: str | None) -> DeadReason | None:
    if given is not None and given not in DEAD_REASONS:
        raise Problem("There is no such reason: {known}.", known=", ".join(DEAD_REASONS))
    return given


def _letter(letter: dict[str, Any], visit: Visit) -> dict[str, Any]:
    written = letter["timestamp"]
    at = None if written is None else datetime.fromtimestamp(written / 1000, UTC)
    return {**letter, "at": visit.voice.moment(at) if at else ""}


PAGE = Page(
    "/dead-letters",
    "Dead letters",
    show,
    role="operator",
    group="Run",
    filtered=False,
    params={"place": "one of them, as TOPIC/PARTITION/OFFSET", "reason": "only those with this reason"},
    actions=(
        Action(
            "/dead-letters/replay",
            replay,
            "operator",
            {"place": "one of them", "reason": "all that have this reason", "sure": _MEANT},
        ),
    ),
)
