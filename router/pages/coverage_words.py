"""The sentences and rows of coverage that the terminal and the page have in common."""

from typing import TYPE_CHECKING, Final

from router.words.coverage import (
    no_rule,
    nobody_answers,
    nobody_asked,
    stage_words,
    who_answered_sentence,
)
from router.words.figures import percent
from router.words.reasons import meaning
from router.words.reports import named, say
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.blind_spots import BlindSpot
    from router.insights.funnels import Answered, Funnel
    from router.insights.who_answered import WhoAnswered

WHY_NOT: Final = ("became", "touchpoints", "of all", "reason", "means")
DIFFERING: Final = ("fact", "value", "of answers", "of the others", "difference")

MOST_VALUES: Final = 5
"""So many values of one fact are shown at most, those that differ most; `--json` has all."""


def heard(total: "Funnel") -> tuple[int, int, int]:
    """How many were answered, had the step and were sent."""
    return total.stages["answered"], total.stages["had_step"], total.stages["sent"]


def denominators(total: "Funnel", language: Language) -> list[str]:
    """The three shares of answers, each with its denominator and its interval."""
    found = total.answered_of
    return [
        _share("of all sent", found.sent, language),
        _share("of those reached", found.reached, language),
        _share("of all that had the step (coverage)", found.had_step, language),
    ]


def _share(of: str, found: "Answered", language: Language) -> str:
    if found.interval is None:
        return say(language, "Answered {of}: there are none.", of=say(language, of))
    low, high = (percent(end) for end in found.interval)
    figures = {"share": percent(found.share), "answered": f"{found.answered:,}", "all": f"{found.of:,}"}
    sentence = "Answered {of}: {share} ({low} to {high}), {answered} of {all}."
    return say(language, sentence, of=say(language, of), low=low, high=high, **figures)


def why_not_rows(total: "Funnel", language: Language) -> list[list[object]]:
    """What touchpoints became instead of an answer, by reason, the most frequent first."""
    had = total.stages["had_step"]
    rows = [
        (count, stage_words(stage, language), reason)
        for stage, reasons in total.reasons.items()
        for reason, count in reasons.items()
    ]
    return [
        [became, count, percent(count / had), reason, meaning(reason, language)]
        for count, became, reason in sorted(rows, key=lambda row: (-row[0], row[1:]))
    ]


def spot_sentence(spot: "BlindSpot", language: Language) -> str:
    """A blind spot, told."""
    if spot.kind == "no_rule":
        return no_rule(spot.where, spot.touchpoints, language)
    if spot.kind == "nobody_asked":
        return nobody_asked(spot.where, spot.touchpoints, spot.reason, language)
    return nobody_answers(spot.where, spot.sent, spot.elsewhere or 0.0, language)


def who_sentence(one: "WhoAnswered", language: Language) -> str:
    """Whether those who answered are like the others."""
    least = next(((named(language, fact.fact), fact.r, fact.worst_bias) for fact in one.facts), None)
    return who_answered_sentence(one.of, one.answered, one.touchpoints, least, language)


def differing_rows(one: "WhoAnswered", language: Language) -> list[list[object]]:
    """The values that those who answered have notably more or less often, in standard deviations."""
    return [
        [
            named(language, fact.fact),
            say(language, "(others)") if value.value == "(others)" else value.value,
            percent(value.of_answered),
            percent(value.of_others),
            f"{value.difference:+.2f}",
        ]
        for fact in one.facts
        for value in fact.differs[:MOST_VALUES]
    ]
