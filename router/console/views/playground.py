"""The playground of a draft: an interaction, pasted or from the journal, decided by the draft's rules; nothing is stored or sent."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from router.console.page import Action, Page, Shown
from router.console.problems import NotThere, Problem
from router.console.views.draft import work
from router.console.visit import Visit
from router.decode import decode_line
from router.decode.consent import check_preferences
from router.decode.outcome import DEFAULT_LIMITS, Refusal
from router.insights.rule_book import RuleBook
from router.insights.why import Why, why_interaction
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from router.service.dry_run import decided, why

_LONGEST: Final = 200_000
_MOST_LINES: Final = 1_000
_ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)


async def show(visit: Visit) -> Shown:
    """A form to paste one into; or what the draft makes of one of the journal, for whoever may see customers."""
    asked = visit.asked("interaction")
    if asked is None:
        return await _shown(visit, None)
    visit.require("care")
    rules, name = await _rules(visit), (await work(visit)).draft.name
    # The draft's rules stand in for those that decided then: the customer is as they were before it.
    found = await why_interaction(
        visit.console.store.reading, asked, RuleBook(rules, f"“{name}”", judging=True), voice=visit.voice
    )
    if not found:
        raise NotThere("The journal has no interaction with this id.")
    for customer in {one.customer_id for one in found}:
        await visit.note("decision.open", asked[:100], customer=customer)
    return await _shown(visit, found[0])


async def _shown(visit: Visit, found: Why | None) -> Shown:
    at = await work(visit)
    values = {
        "draft": at.draft,
        "one": found,
        "journal": visit.asked("interaction") is not None,
        "event": visit.form.get("event", ""),
        "consent": visit.form.get("consent", ""),
        "locale": visit.form.get("locale", ""),
    }
    title = visit.t("Playground of {name}", name=at.draft.name)
    return Shown("playground.html", values, found, title=title)


async def _rules(visit: Visit) -> RuleSet:
    found = await visit.console.workbench.verdict((await work(visit)).texts, visit.now, visit.voice)
    if found.rules is None:
        raise Problem("The draft has errors: mend them first.")
    return found.rules


async def _try(visit: Visit) -> Shown:
    rules, interactions = await _rules(visit), _interactions(visit.form.get("event", ""))
    known = _known(visit)
    event = await asyncio.to_thread(decided, interactions, known, None, rules)
    return await _shown(visit, why(event, rules, visit.voice))


def _interactions(text: str) -> list[Interaction]:
    """One CloudEvent, or one a line: the last is decided, and those before are its history."""
    if len(text) > _LONGEST or text.count("\n") > _MOST_LINES:
        raise Problem("This is too much: paste what matters to one decision.")
    whole = text.strip().encode()
    try:
        msgspec.json.decode(whole)
        lines = [whole]
    except (msgspec.DecodeError, RecursionError):
        lines = [line for line in whole.splitlines() if line.strip()]
    found: list[Interaction] = []
    for number, line in enumerate(lines, start=1):
        read = decode_line(line, number, _ANY_TIME)
        if read.dead is not None:
            raise Problem("Line {number} cannot be read: {why}", number=number, why=read.dead.detail)
        found += read.interactions
    if not found:
        raise Problem("Paste an interaction: a CloudEvent as JSON.")
    return sorted(found[:-1], key=lambda one: one.time) + found[-1:]


def _known(visit: Visit) -> dict[str, Any]:
    """What is known of the customer, as the data of a preferences event."""
    known: dict[str, Any] = {}
    channels = [one.strip() for one in visit.form.get("consent", "").split(",") if one.strip()]
    if channels:
        known["consent"] = channels
    if locale := visit.form.get("locale", "").strip():
        known["locale"] = locale
    try:
        check_preferences(known, DEFAULT_LIMITS)
    except Refusal as refusal:
        raise Problem("The customer cannot be read: {why}", why=refusal.detail) from None
    return known


_AT: Final = "/rules/drafts/{number}/playground"

PAGE = Page(
    _AT,
    "Playground",
    show,
    role="author",
    under="/rules",
    filtered=False,
    params={"interaction": "the id of an interaction of the journal"},
    actions=(
        Action(
            f"{_AT}/try",
            _try,
            "author",
            {
                "event": "A CloudEvent as JSON, or several, one a line",
                "consent": "Channels that the customer agreed to, with commas between",
                "locale": "The customer's language",
            },
            quiet=True,
        ),
    ),
)
