"""Customer: what happened to one of them, what was asked and why not, and when they may be asked again."""

from datetime import datetime

from msgspec import to_builtins

from router.console.page import Page, Shown
from router.console.problems import NotThere
from router.console.visit import Visit
from router.insights.history import CustomerHistory, DecidedInteraction, customer_history
from router.insights.rule_book import RuleBook
from router.model.alerts import ALERT_STATES
from router.model.keys import customer_key
from router.pages.alert_fields import alert_fields
from router.pages.csv_table import Table
from router.pages.customer_lines import opening_lines
from router.service.rules_in_force import rule_book
from router.words.alerts import alert_sentence
from router.words.customers import words
from router.words.fragments import fragment


async def show(visit: Visit) -> Shown:
    """A form for an id; with a customer, the timeline, the use of limits, and what may be asked from when."""
    store, customer = visit.console.store, customer_key(visit.asked("customer") or "")
    if not customer:
        return Shown("customers.html", {"customer": None}, {})
    await visit.note("customer.open", customer=customer)
    book = await _rules(visit, customer)
    history = await customer_history(store.reading, customer, book, visit.now, visit.telling)
    aside = next(
        (one for one in await store.reading.set_aside() if customer_key(one.customer_id) == customer), None
    )
    if history is None:
        raise NotThere("Nothing is known of this customer. The id may be mistyped, or the customer erased.")
    alerts = await store.alerts.listed(states=ALERT_STATES, customer_id=customer)
    title, *lines = opening_lines(history, aside, visit.voice)
    values = {
        "customer": customer,
        "lines": lines,
        "alerts": [(str(one.alert.id), alert_sentence(one.alert, visit.now, visit.voice)) for one in alerts],
        "timeline": [
            (visit.voice.clock(line.at), line.what, line.journey, line.came_of_it)
            for line in history.timeline
        ],
        "decisions": [
            _decision(one, visit) for one in sorted(history.interactions, key=lambda each: each.time)[::-1]
        ],
        "told_by": words(visit.voice, "told by", rules=fragment(history.rules, visit.language)),
        "limits": [
            (
                use.limit,
                words(visit.voice, "of", used=use.used, max=use.max),
                use.per,
                _from(use.free_at, visit),
            )
            for use in history.limits
        ],
        "next": [(one.rule, one.survey, _from(one.allowed_from, visit)) for one in history.next_questions],
    }
    data = {
        **to_builtins(history),
        "set_aside": to_builtins(aside),
        "alerts": [alert_fields(one, history.at) for one in alerts],
    }
    return Shown("customers.html", values, data, _table(history), title=title)


async def _rules(visit: Visit, customer: str) -> RuleBook:
    """The rules in force for this customer: while another revision is rolled out, those of their share."""
    course = await visit.console.store.revisions.course()
    if course is None or course.rollout is None:
        return visit.book
    return await rule_book(visit.console.store, visit.console.settings, None, customer)


def _decision(one: DecidedInteraction, visit: Visit) -> dict[str, object]:
    return {
        "at": visit.voice.clock(one.time),
        "happened": one.happened,
        "decided": one.decided,
        "id": one.id,
        "source": one.source,
    }


def _from(allowed: datetime, visit: Visit) -> str:
    return words(visit.voice, "now") if allowed <= visit.now else visit.voice.moment(allowed)


def _table(history: CustomerHistory) -> Table:
    lines = [[line.at, line.what, line.journey, line.came_of_it] for line in history.timeline]
    return Table(["at", "what", "journey", "came_of_it"], lines)


PAGE = Page(
    "/customers",
    "Customer",
    show,
    role="care",
    group="Look up",
    filtered=False,
    params={"customer": "the id of the customer"},
)
