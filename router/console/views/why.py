"""Why: one decision with the rules that were tried, the verdict of each gate, and the change that would turn it."""

from contextlib import suppress
from uuid import UUID

from msgspec import to_builtins

from router.console.page import Page, Shown
from router.console.problems import NotThere
from router.console.visit import Visit
from router.insights.turning import Turn, turns
from router.insights.why import GateWords, RuleWords, Why, why_interaction, why_invitation
from router.model.alerts import ALERT_STATES
from router.pages.alert_fields import alert_fields
from router.pages.csv_table import Table
from router.words.explanations import words
from router.words.fragments import fragment


async def show(visit: Visit) -> Shown:
    """A form for an id; with one, its decision, or all that have the id, for somebody to choose."""
    subject = visit.asked("id")
    if subject is None:
        return Shown("why.html", {"subject": None}, {})
    found = await _explained(visit, subject, visit.asked("source"))
    if not found:
        raise NotThere(
            "No interaction and no invitation has this id. It may not have been read yet, or be a dead letter."
        )
    for customer in {one.customer_id for one in found}:
        await visit.note("decision.open", subject[:100], customer=customer)
    store = visit.console.store
    alerts = [
        await store.alerts.listed(
            states=ALERT_STATES, customer_id=one.customer_id, invitation_id=UUID(one.response.invitation_id)
        )
        if one.response is not None
        else []
        for one in found
    ]
    told = [
        {**to_builtins(one), "alerts": [alert_fields(alert, visit.now) for alert in raised]}
        for one, raised in zip(found, alerts, strict=True)
    ]
    data = told[0] if len(told) == 1 else told
    if len(found) > 1:
        several = [(one.source, one.customer_id, one.type, visit.voice.moment(one.time)) for one in found]
        return Shown("why.html", {"subject": subject, "several": several}, data)
    values = {"subject": subject, "several": [], **_values(found[0], visit)}
    return Shown("why.html", values, data, _table(found[0]))


async def _explained(visit: Visit, subject: str, source: str | None) -> list[Why]:
    reading = visit.console.store.reading
    found = await why_interaction(reading, subject, visit.book, source, visit.telling)
    if not found:
        with suppress(ValueError):
            one = await why_invitation(reading, UUID(subject), visit.book, visit.telling)
            found = [one] if one is not None else []
    return found


def _table(one: Why) -> Table:
    gates = [("", gate) for gate in one.gates]
    gates += [(rule.rule, gate) for rule in one.rules for gate in rule.gates]
    return Table(
        ("rule", "gate", "passed", "sentence", "eligible_again_at"),
        [(rule, gate.gate, gate.passed, gate.sentence, gate.eligible_again_at) for rule, gate in gates],
    )


def _values(one: Why, visit: Visit) -> dict[str, object]:
    voice = visit.voice
    asked = [
        (one.invitation, one.followed),
        *((besides.invitation, besides.followed) for besides in one.also),
    ]
    return {
        "one": one,
        "decided_at": words(voice, "decided at", at=voice.moment(one.decided_at), revision=one.revision),
        "became": [entry.sentence for first, followed in asked if first for entry in (first, *followed)],
        "gates": [_gate(gate, visit) for gate in one.gates],
        "rules": [_rule(rule, visit) for rule in one.rules if rule.tried],
        "others": [
            (rule.rule, fragment(rule.failed or "", visit.language)) for rule in one.rules if not rule.tried
        ],
        "turns": [_turn(turn, visit) for turn in turns(one)],
        "refused": [(rule.rule, ", ".join(gates)) for rule in one.rules if len(gates := _refused(rule)) > 1],
    }


def _rule(rule: RuleWords, visit: Visit) -> dict[str, object]:
    return {
        "name": words(visit.voice, "rule", rule=rule.rule, priority=rule.priority),
        "sentence": rule.sentence,
        "gates": [_gate(gate, visit) for gate in rule.gates],
    }


def _refused(rule: RuleWords) -> list[str]:
    return [gate.gate for gate in rule.gates if not gate.passed]


def _gate(gate: GateWords, visit: Visit) -> dict[str, object]:
    again = visit.voice.moment(gate.eligible_again_at) if gate.eligible_again_at else ""
    return {"name": gate.gate, "passed": gate.passed, "sentence": gate.sentence, "again": again}


def _turn(turn: Turn, visit: Visit) -> str:
    return visit.t(
        "Rule {rule} would have asked but for the gate {gate}: {sentence}",
        rule=turn.rule,
        gate=turn.gate.gate,
        sentence=turn.gate.sentence,
    )


PAGE = Page(
    "/why",
    "Why",
    show,
    role="care",
    group="Look up",
    filtered=False,
    params={
        "id": "the id of an interaction or an invitation",
        "source": "the source of the interaction, where several share the id",
    },
)
