"""One interaction decided by a rule set, with what came before it given: nothing is stored or sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from router.authoring.ruletest.simulate import DecidedEvent, simulate
from router.insights.replay import ReplayedEntry
from router.insights.why import Why, explained
from router.model.interaction import Interaction
from router.model.ledger import JournalRow
from router.model.rule_tests import GivenEvent, RuleTest
from router.model.schedules import is_scheduled
from router.pages.wrong_question import WrongQuestion
from router.rules.ruleset import RuleSet
from router.words.voice import Voice


def decided(
    interactions: Sequence[Interaction], known: Mapping[str, Any], now: datetime | None, rules: RuleSet
) -> DecidedEvent:
    """The last interaction decided after all others, at `now` or when it happened. Draws are those of production.

    `known` is what is known of the customer, as the data of a preferences event. Raises `WrongQuestion`.
    """
    last = interactions[-1]
    if now is not None and now < last.time:
        raise WrongQuestion(
            f"{now.isoformat()} lies before the interaction, which happened at {last.time.isoformat()}."
        )
    if any((last.source, last.id) == (entry.source, entry.id) for entry in interactions[:-1]):
        raise WrongQuestion("The last interaction stands there twice: an interaction is decided once.")
    events = [GivenEvent(interaction, interaction.time) for interaction in interactions[:-1]]
    events.append(GivenEvent(last, now or last.time))
    customers: dict[str, dict[str, Any]] = {_whom(interactions): dict(known)} if known else {}
    test = RuleTest("decide", last.time, customers, tuple(events), expect=())
    # What schedules make is decided too, and is not what was asked about.
    found = simulate(test, rules).events
    return next(one for one in reversed(found) if not is_scheduled(one.decided.interaction))


def why(event: DecidedEvent, rules: RuleSet, voice: Voice) -> Why:
    """How it was decided: every rule and every gate, in words."""
    one = event.decided
    interaction, decision = one.interaction, one.decision
    row = JournalRow(
        customer_id=interaction.customer_id,
        key=one.key,
        seq=one.seq,
        time=interaction.time,
        now=one.now,
        interaction_id=interaction.id,
        revision=decision.revision,
        reason=decision.reason,
        verdict=b"",
        body=b"",
    )
    entry = ReplayedEntry(row, interaction, decision, event.before, event.counts)
    return explained(entry, rules, voice=voice)


def _whom(interactions: Sequence[Interaction]) -> str:
    """The customer whom `known` speaks about."""
    named = {entry.customer_id for entry in interactions if entry.customer_id}
    whom = interactions[-1].customer_id or (next(iter(named)) if len(named) == 1 else "")
    if not whom and named:
        raise WrongQuestion(
            "The last interaction names no customer, and the others name several: give what is known of the customer "
            "as an interaction of the type customer.preferences.v1."
        )
    return whom
