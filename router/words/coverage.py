"""Coverage in sentences for somebody who has to decide something, and who is no statistician."""

from collections.abc import Mapping
from typing import Final

from router.model.cells import Stage
from router.words.figures import percent
from router.words.reasons import REASONS

STAGES_IN_WORDS: Final[dict[Stage, str]] = {
    "had_step": "had the step",
    "waited": "a rule waits for it",
    "matched": "a rule matched",
    "withheld": "withheld",
    "planned": "planned",
    "cancelled": "cancelled",
    "displaced": "displaced",
    "expired": "expired",
    "sent": "sent",
    "bounced": "bounced",
    "delivered": "delivered",
    "started": "started",
    "answered": "answered",
}
"""What stands beside the number of touchpoints that came so far."""


def reason_sentence(reason: str) -> str:
    """What a reason means; itself where this program does not know it."""
    return next((words for known, words in REASONS.items() if known == reason), reason)


def where_words(where: Mapping[str, str]) -> str:
    """A place: `complaint / resolved on phone`, `agent_id 17`, `the hour from 09:00`. Empty text is none."""
    step = " / ".join(name for name in (where.get("journey"), where.get("step")) if name)
    parts = [step or "outside every journey"] if "journey" in where or "step" in where else []
    for name, value in where.items():
        if name == "channel":
            parts.append(f"on {value or 'no channel'}")
        elif name == "hour":
            parts.append(f"the hour from {value}:00")
        elif name not in ("journey", "step"):
            parts.append(f"{name} {value or '(none)'}")
    return " ".join(parts)


def headline(answered: int, had_step: int, sent: int) -> str:
    """The first sentence of a report."""
    if not had_step:
        return "No touchpoint had a step of a journey in this time."
    heard = f"{answered:,} of {had_step:,} touchpoints were answered"
    return f"{heard}: a coverage of {percent(answered / had_step)}. Questions were sent about {sent:,}."


def no_rule(where: Mapping[str, str], touchpoints: int) -> str:
    """A place that no rule asks about."""
    return f"No rule asks about {where_words(where)}: {touchpoints:,} touchpoints."


def nobody_asked(where: Mapping[str, str], touchpoints: int, reason: str | None) -> str:
    """A place where all were withheld or ended before they were sent."""
    why = f" Most often: {reason_sentence(reason)}" if reason else ""
    return f"A rule waits for {where_words(where)}, but none of {touchpoints:,} touchpoints was asked about.{why}"


def nobody_answers(where: Mapping[str, str], sent: int, elsewhere: float) -> str:
    """A place that sends no answers."""
    return f"Nobody answers about {where_words(where)}: none of {sent:,} sent. Elsewhere {percent(elsewhere)} are answered."


def bias_sentence(of: Stage, answered: int, touchpoints: int, r: float, worst_bias: float, fact: str) -> str:
    """Whether those who answered are like the others, and what that may do to a score at worst."""
    who = _POPULATIONS[of]
    rate = f"Of {touchpoints:,} touchpoints {who}, {percent(answered / touchpoints)} were answered"
    if worst_bias <= 0:
        return (
            f"{rate}. In no known fact do they differ from the others by more than chance, so nothing known makes a"
            " score wrong. What is not known of customers may still."
        )
    return (
        f"{rate}, most unevenly by {fact} (R {r:.2f}; 1 would be even). In the worst case a share of satisfied customers"
        f" among all of them is {100 * worst_bias:.0f} percentage points higher or lower than among those who answered,"
        " however many they are."
    )


def too_few_to_compare(of: Stage, answered: int, touchpoints: int) -> str:
    """Why nothing is said of who answered."""
    return (
        f"Of {touchpoints:,} touchpoints {_POPULATIONS[of]}, {answered:,} were answered: too few, or too few others,"
        " to compare the two."
    )


_POPULATIONS: Final[dict[Stage, str]] = {
    "waited": "that a rule waits for",
    "sent": "that a question was sent about",
}
