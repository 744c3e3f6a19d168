"""Coverage in sentences for somebody who has to decide something, and who is no statistician; in English and Dutch."""

from collections.abc import Mapping
from typing import Final

from router.model.cells import Stage
from router.words.figures import percent
from router.words.reasons import meaning
from router.words.voice import Language

_STAGES: Final[dict[Language, dict[Stage, str]]] = {
    "en": {
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
    },
    "nl": {
        "had_step": "had de stap",
        "waited": "een regel wacht erop",
        "matched": "voldeed aan een regel",
        "withheld": "tegengehouden",
        "planned": "gepland",
        "cancelled": "ingetrokken",
        "displaced": "verdrongen",
        "expired": "verlopen",
        "sent": "verstuurd",
        "bounced": "niet te bezorgen",
        "delivered": "bezorgd",
        "started": "begonnen",
        "answered": "beantwoord",
    },
}

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "nothing": "No touchpoint had a step of a journey in this time.",
        "heard": "{answered:,} of {had_step:,} touchpoints were answered: a coverage of {share}. Questions were sent about"
        " {sent:,}.",
        "no rule": "No rule asks about {place}: {touchpoints:,} touchpoints.",
        "nobody asked": "A rule waits for {place}, but none of {touchpoints:,} touchpoints was asked about.",
        "most often": " Most often: {reason}",
        "nobody answers": "Nobody answers about {place}: none of {sent:,} sent. Elsewhere {elsewhere} are answered.",
        "waited": "Of {touchpoints:,} touchpoints that a rule waits for, ",
        "sent": "Of {touchpoints:,} touchpoints that a question was sent about, ",
        "too few": "{answered:,} were answered: too few, or too few others, to compare the two.",
        "even": "{rate} were answered. In no known fact do they differ from the others by more than chance, so nothing known"
        " makes a score wrong. What is not known of customers may still.",
        "uneven": "{rate} were answered, most unevenly by {fact} (R {r:.2f}; 1 would be even). In the worst case a share of"
        " satisfied customers among all of them is {worst:.0f} percentage points higher or lower than among those who"
        " answered, however many they are.",
        "outside": "outside every journey",
        "on": "on {channel}",
        "no channel": "no channel",
        "hour": "the hour from {hour}:00",
    },
    "nl": {
        "nothing": "Geen contactmoment had in deze tijd een stap van een klantreis.",
        "heard": "{answered} van {had_step} contactmomenten zijn beantwoord: een dekking van {share}. Over {sent} is een vraag"
        " verstuurd.",
        "no rule": "Geen regel vraagt naar {place}: {touchpoints} contactmomenten.",
        "nobody asked": "Een regel wacht op {place}, maar over geen van {touchpoints} contactmomenten is iets gevraagd.",
        "most often": " Meestal: {reason}",
        "nobody answers": "Niemand antwoordt over {place}: geen van {sent} verstuurde. Elders antwoordt {elsewhere}.",
        "waited": "Van {touchpoints} contactmomenten waarop een regel wacht, ",
        "sent": "Van {touchpoints} contactmomenten waarover een vraag is verstuurd, ",
        "too few": "zijn er {answered} beantwoord: te weinig, of te weinig andere, om de twee te vergelijken.",
        "even": "is {rate} beantwoord. In geen bekend kenmerk verschillen zij meer dan toeval van de andere; niets bekends maakt"
        " een score dus verkeerd. Wat van klanten niet bekend is, kan dat wel.",
        "uneven": "is {rate} beantwoord, het ongelijkst naar {fact} (R {r:.2f}; 1 is gelijk). In het ergste geval ligt een"
        " aandeel tevreden klanten onder allen {worst:.0f} procentpunten hoger of lager dan onder wie antwoordden, met"
        " hoeveel zij ook zijn.",
        "outside": "buiten elke klantreis",
        "on": "via {channel}",
        "no channel": "geen kanaal",
        "hour": "het uur vanaf {hour}:00",
    },
}


def _say(language: Language, sentence: str, **parts: object) -> str:
    return _WORDS[language][sentence].format(**parts)


def stage_words(stage: Stage, language: Language = "en") -> str:
    """What stands beside the number of touchpoints that came so far."""
    return _STAGES[language][stage]


def where_words(where: Mapping[str, str], language: Language = "en") -> str:
    """A place: `complaint / resolved on phone`, `agent_id 17`, `the hour from 09:00`. Empty text is none."""
    step = " / ".join(name for name in (where.get("journey"), where.get("step")) if name)
    parts = [step or _say(language, "outside")] if "journey" in where or "step" in where else []
    for name, value in where.items():
        if name == "channel":
            parts.append(_say(language, "on", channel=value or _say(language, "no channel")))
        elif name == "hour":
            parts.append(_say(language, "hour", hour=value))
        elif name not in ("journey", "step"):
            parts.append(f"{name} {value or '(none)'}")
    return " ".join(parts)


def headline(answered: int, had_step: int, sent: int, language: Language = "en") -> str:
    """The first sentence of a report."""
    if not had_step:
        return _say(language, "nothing")
    share = percent(answered / had_step)
    return _say(language, "heard", answered=answered, had_step=had_step, share=share, sent=sent)


def no_rule(where: Mapping[str, str], touchpoints: int, language: Language = "en") -> str:
    """A place that no rule asks about."""
    return _say(language, "no rule", place=where_words(where, language), touchpoints=touchpoints)


def nobody_asked(
    where: Mapping[str, str], touchpoints: int, reason: str | None, language: Language = "en"
) -> str:
    """A place where all were withheld or ended before they were sent."""
    said = _say(language, "nobody asked", place=where_words(where, language), touchpoints=touchpoints)
    if reason is None:
        return said
    return said + _say(language, "most often", reason=meaning(reason, language))


def nobody_answers(where: Mapping[str, str], sent: int, elsewhere: float, language: Language = "en") -> str:
    """A place that sends no answers."""
    place = where_words(where, language)
    return _say(language, "nobody answers", place=place, sent=sent, elsewhere=percent(elsewhere))


def who_answered_sentence(
    of: Stage,
    answered: int,
    touchpoints: int,
    least_even: tuple[str, float, float] | None,
    language: Language = "en",
) -> str:
    """Whether those who answered are like the others, and what that may do to a score at worst.

    `least_even` is the fact by which they answered least evenly, with its R and worst bias; None: too few to compare.
    """
    whom = _say(language, "sent" if of == "sent" else "waited", touchpoints=touchpoints)
    if least_even is None:
        return whom + _say(language, "too few", answered=answered)
    fact, r, worst_bias = least_even
    rate = percent(answered / touchpoints)
    if worst_bias <= 0:
        return whom + _say(language, "even", rate=rate)
    return whom + _say(language, "uneven", rate=rate, fact=fact, r=r, worst=100 * worst_bias)
