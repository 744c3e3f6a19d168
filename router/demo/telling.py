"""An occurrence with one customer, as a coloured line of the terminal."""

from datetime import datetime
from typing import Final

from rich.text import Text

from router.decide.batch import Changed, Decided
from router.demo.rhythm import COMPANY_ZONE
from router.demo.tally import Occurrence
from router.flow.messages import Released
from router.model.decision import Decision, Reason
from router.model.record import DeadLetter
from router.words.fragments import condition_words

METRIC_STYLES: Final = {"ces": "cyan", "nps": "magenta"}

_BRIEFLY: Final[dict[Reason, str]] = {
    "no_customer": "no customer is named",
    "too_old": "heard of too late",
    "step_repeated": "was at this step already",
    "late": "arrived late, the journey had moved on",
    "no_transition": "noted, the journey stays where it is",
    "no_rule_matched": "no rule asks here",
    "rule_inactive": "the rule is switched off",
    "suppressed": "must not be contacted",
    "no_consent": "has not agreed to it",
    "preferences_unclear": "what was said of asking is not clear",
    "no_reachable_channel": "no address is known",
    "missing_text": "no text in this language",
    "hold_out": "in the hold-out",
    "not_sampled": "not in the sample",
    "own_survey_limit": "had it too recently",
    "shared_limit": "was asked too recently",
    "attribute_limit": "was asked about the same too recently",
    "quota": "enough were asked in this period",
    "no_allowed_time": "no allowed hour is left",
}
_STEP_WIDTH: Final = 23
_CUSTOMER_WIDTH: Final = 7


def line_of(occurrence: Occurrence) -> Text:
    """The line: when, who, at which step, and what it came to. Times are the company's own."""
    match occurrence:
        case Decided(interaction=interaction, decision=decision):
            place = interaction.type
            if decision.journey and decision.step:
                place = f"{decision.journey}: {decision.step}"
            return _line(interaction.time, interaction.customer_id, place) + _verdict(decision)
        case Changed(customer_id=customer, at=at, change=change):
            invitation, reason = change.invitation, change.reason
            step = f"{invitation.journey}: {invitation.step}" if invitation.journey else ""
            why = {"cancelled_by_event": "out of place now", "displaced": "another goes first"}
            end = f" {invitation.state}: {why.get(reason or 'expired', 'may not be asked any more')}"
            return _line(at, customer, step) + _metric(invitation.metric) + Text(end, "red")
        case Released(customer=customer, invitation=invitation):
            step = f"{invitation.journey}: {invitation.step}" if invitation.journey else ""
            sent = Text(f" sent by {invitation.channel}", "green")
            return _line(invitation.at, customer.id, step) + _metric(invitation.metric) + sent
        case DeadLetter(reason=reason, record=record):
            place = f"partition {record.partition}, offset {record.offset}"
            return Text(f"{'':{13 + _CUSTOMER_WIDTH}}  {'unreadable record':{_STEP_WIDTH}}  ", "dim") + Text(
                f"dead letter: {reason.replace('_', ' ')} ({place})", "red"
            )


def day(at: datetime) -> str:
    """A date as in `Tue 17 March`, in the company's zone."""
    return f"{at.astimezone(COMPANY_ZONE):%a %d %B}"


def _line(at: datetime, customer: str, step: str) -> Text:
    line = Text(f"{_moment(at)} ", "dim")
    line.append(f"{customer or '?':{_CUSTOMER_WIDTH}}  ", "bold")
    return line.append(f"{step:{_STEP_WIDTH}}  ", "not dim")


def _verdict(decision: Decision) -> Text:
    if decision.outcome == "no_survey":
        why = f": {_BRIEFLY.get(decision.reason, decision.reason.replace('_', ' '))}"
        if decision.reason in ("contrary_condition", "never_ask_while"):
            why = f" while {condition_words(str(decision.actual))}"
        return Text(f"not asked{why}", "yellow" if decision.rule else "dim")
    due = f", {_moment(decision.due_at)}" if decision.due_at else ""
    later = ", later" if decision.outcome == "defer" else ""
    return (
        Text("asks ", "green") + _metric(decision.metric or "") + Text(f" by {decision.channel}{later}{due}")
    )


def _metric(metric: str) -> Text:
    return Text(metric.upper(), f"bold {METRIC_STYLES.get(metric, 'blue')}")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(COMPANY_ZONE):%d %b %H:%M}"
