"""The program and the oracle side by side on one case: every decision, every change, every trace."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from msgspec.structs import replace as with_changes

from router.decide import explain
from router.decide.batch import Batch, key_of
from router.decide.decide import moved
from router.model.customer import Customer, Invitation
from router.model.decision import Decision, Verdict
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.invitation_states import InvitationState
from router.model.ledger import QuotaKey
from router.model.policy import Policy
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.oracle.asking import places
from tests.oracle.deciding import Definitions, Occasion, Told, came_due, decided
from tests.oracle.made_up import Case, Maker

Ends = dict[str, tuple[str, str | None]]
"""What became of planned invitations, by id: the state and the reason."""


Lives = dict[str, list[Interaction]]
"""By customer, what happened to them and was decided."""


class Different(AssertionError):
    """The program and the oracle do not agree."""


def agree(what: str, program: Any, oracle: Any) -> None:
    """Raises `Different` where the two are not equal."""
    if program != oracle:
        raise Different(f"{what}\nprogram: {program}\n oracle: {oracle}")


def compare(case: Case) -> int:
    """Plays a case through both; how many interactions were decided. Raises `Different`."""
    known = case.known
    rules = RuleSet(known.journeys, known.rules, known.surveys, known.policy)
    batch = Batch(InForce(rules), {one.id: one for one in case.customers}, set(), event_time=True)
    lived: Lives = {}
    for interaction, now in case.interactions:
        _step(case, rules, batch, interaction, now, lived)
    return len(case.interactions)


def check(seed: int, interactions: int) -> int:
    """Compares cases of a seed until so many interactions were decided; how many were.

    Raises `Different` with the case, made as small as it goes.
    """
    maker, done = Maker(seed), 0
    while done < interactions:
        case = maker.case()
        try:
            done += compare(case)
        except Different:
            _tell(shrunk(case), seed)
    return done


def _tell(case: Case, seed: int) -> None:
    try:
        compare(case)
    except Different as difference:
        parts = [case.known.rules, case.known.policy, case.customers, *case.interactions]
        raise Different("\n".join([f"seed {seed}: {difference}", *map(str, parts)])) from None


def _step(
    case: Case, rules: RuleSet, batch: Batch, interaction: Interaction, now: datetime, lived: Lives
) -> None:
    name, key = interaction.customer_id, key_of(interaction)
    before = batch.customers.get(name) or Customer(name)
    nobodys = ("", key) in batch.seen and interaction.type != PREFERENCES_TYPE
    again = nobodys or (name, key) in batch.seen
    if again or not name:
        reason = "duplicate" if again else "no_customer"
        agree("reason", batch.take(interaction, key, now).decision.reason, reason)
        agree("customer", batch.customers.get(name) or Customer(name), before)
        return
    settled, ends = _settled(case.known, before, now, lived.get(name, []))
    if interaction.type == PREFERENCES_TYPE:
        reason = "preferences_unclear" if unclear(interaction) else "preferences_recorded"
        agree("reason", batch.take(interaction, key, now).decision.reason, reason)
        new = set(batch.customers[name].profile.suppressed) - set(settled.profile.suppressed)
        left = [_withdrawn(one, now) if new else one for one in settled.invitations]
        agree("invitations", list(batch.customers[name].invitations), left)
        return
    after, moves, _ = moved(interaction, settled, rules, now)
    # What the interaction took back has left its places before the decision.
    counts = _counts(case.known.policy, {**batch.customers, name: after})
    lived.setdefault(name, []).append(interaction)
    told = decided(Occasion(case.known, interaction, after, moves, now, counts, lived[name]))
    standing = _counts(case.known.policy, {**batch.customers, name: settled})
    gone = _taken_back(case.known, settled, interaction, now)
    batch.changed.clear()
    agree("decision", _said(batch.take(interaction, key, now).decision), told.decision)
    agree("customer", batch.customers[name], _with(after, told))
    ends |= {name: (state, "cancelled_by_event") for name, state in gone.items()}
    ends |= dict.fromkeys(told.displaced, ("displaced", "displaced"))
    agree("changes", _changes(batch), ends)
    agree("counts", +Counter(batch.counts), _counts(case.known.policy, batch.customers))
    explanation = explain(interaction, settled, rules, now, counts=standing)
    agree("explained", _said(explanation.folded.decision), told.decision)
    for program, oracle in zip(explanation.rules, told.traces, strict=True):
        agree("trace", with_changes(program, verdicts=tuple(map(_moment_only, program.verdicts))), oracle)


def unclear(told: Interaction) -> bool:
    """Whether preferences hold something that is neither a yes nor a no, or no suppression that is known."""
    given = told.attributes
    return given.get("suppressed") == ["stop"] or given.get("consent") == {"email": "?"}


def _withdrawn(one: Invitation, now: datetime) -> Invitation:
    """An invitation after a new suppression: what nobody has received yet is taken back from the sender."""
    if one.state in ("queued", "sent") and one.respond_by is not None and now < one.respond_by:
        return with_changes(one, state="withdrawn", interaction=None)
    return one


def _said(decision: Decision) -> Decision:
    """A decision without the counters that it keeps for those who compute it again, and the days that it was moved over."""
    actual = decision.actual
    if decision.gate == "hours" and isinstance(actual, dict):
        actual = actual["due"]
    return with_changes(decision, used_up=(), actual=actual)


def _moment_only(verdict: Verdict) -> Verdict:
    """A verdict of the hours without the days that they moved it over, and a country that cannot be read."""
    told = verdict.actual
    return (
        with_changes(verdict, actual=told["due"])
        if verdict.gate == "hours" and isinstance(told, dict)
        else verdict
    )


def _settled(
    known: Definitions, customer: Customer, now: datetime, lived: list[Interaction]
) -> tuple[Customer, Ends]:
    """The customer once everything due up to now is settled, and the last word on each invitation that was."""
    ends: Ends = {}
    while due := [one for one in customer.invitations if one.state == "planned" and one.at <= now]:
        first = min(due, key=lambda one: (one.at, one.id))
        changed, reason = came_due(known, customer, first, lived)
        ends[first.id] = changed.state, reason
        all_now = [changed if one is first else one for one in customer.invitations]
        kept = [one for one in all_now if one is not changed or one.state in ("planned", "queued")]
        customer = with_changes(customer, seq=customer.seq + 1, invitations=tuple(kept))
    return customer, ends


def _taken_back(
    known: Definitions, customer: Customer, interaction: Interaction, now: datetime
) -> dict[str, InvitationState]:
    """The invitations whose rules name the interaction's type, unless it is about another instance.

    A planned one is cancelled, one that was sent and may still be answered is withdrawn; none was delivered here.
    """
    rules = {rule.id: rule for rule in known.rules}
    keys = {journey.name: journey.instance for journey in known.journeys}
    gone: dict[str, InvitationState] = {}
    for one in customer.invitations:
        rule = rules.get(one.rule)
        if rule is None or interaction.type not in rule.cancel_on:
            continue
        if one.happened_at is not None and interaction.time < one.happened_at:
            continue
        key = keys.get(one.journey or "")
        about = interaction.attributes.get(key) if key else None
        if about is not None and one.instance is not None and str(about) != one.instance:
            continue
        if one.state == "planned":
            gone[one.id] = "cancelled"
        elif one.state in ("queued", "sent") and one.respond_by is not None and now < one.respond_by:
            gone[one.id] = "withdrawn"
    return gone


def _with(customer: Customer, told: Told) -> Customer:
    """The customer with what was planned, without what was displaced."""
    kept = [one for one in customer.invitations if one.id not in told.displaced]
    return with_changes(customer, invitations=(*kept, *(told.planned)))


def _changes(batch: Batch) -> Ends:
    found = batch.changed.items()
    return {name: (one.change.invitation.state, one.change.reason) for name, one in found}


def _counts(policy: Policy, customers: Mapping[str, Customer]) -> Counter[QuotaKey]:
    """The quota counters: every invitation that was planned and has not ended, in the period of its due time."""
    asked = [
        one
        for customer in customers.values()
        for one in customer.invitations
        if not one.id.startswith("past")
    ]
    return Counter(key for one in asked for key in places(policy, one))


def shrunk(case: Case) -> Case:
    """A case that still differs, with fewer interactions, rules and parts of the policy."""
    smaller = True
    while smaller:
        smaller = False
        for less in _less(case):
            if _differs(less):
                case, smaller = less, True
                break
    return case


def _less(case: Case) -> Iterator[Case]:
    known, policy = case.known, case.known.policy
    for at in range(len(case.interactions)):
        yield replace(case, interactions=case.interactions[:at] + case.interactions[at + 1 :])
    for at in range(len(known.rules)):
        yield replace(case, known=replace(known, rules=known.rules[:at] + known.rules[at + 1 :]))
    for name in ("limits", "quotas"):
        entries = getattr(policy, name)
        for at in range(len(entries)):
            fewer = with_changes(policy, **{name: entries[:at] + entries[at + 1 :]})
            yield replace(case, known=replace(known, policy=fewer))


def _differs(case: Case) -> bool:
    try:
        compare(case)
    except Different:
        return True
    return False
