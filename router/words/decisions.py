"""What happened, what a journey made of it, what was decided and when the customer may be asked again, in sentences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from router.model.decision import Decision
from router.model.interaction import PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.journey import Move
from router.words.fragments import fragment
from router.words.reasons import again_meaning, meaning
from router.words.voice import PLAIN, Language, Voice

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "customer": "customer {id}",
        "nobody": "an unknown customer",
        "unclear": "At {at}, {who} sent a message that could not be understood.",
        "preferences": "At {at}, {who} set their preferences for being asked.",
        "happened": "At {at}, {type} for {who}{where}.",
        "journey": "The journey {name}",
        "stays": "it stays at {step}",
        "nowhere": "it has entered no step yet",
        "entered": "{name} entered the step {step}.",
        "repeated": "{name} was already at the step {step}; the interaction is counted.",
        "late": "{name} had already moved on: the interaction is counted, {stays}.",
        "none": "{name} records the interaction; {stays}.",
        "by": "{survey} by {channel}",
        "invite": "The customer is asked {survey}, due {due}, because of the rule {rule}.",
        "defer": "The customer is asked {survey} later than the rule {rule} wants: due {due}. {meaning}{against}",
        "no_survey": "The customer is not asked. {meaning}{more}",
        "unreadable": " The {noun} {value!r} cannot be read and counts as unknown; {form} is needed.",
        "would": " The rule {rule} would have sent {survey}.",
        "against": " The limit is {limit}; {actual} counted.",
        "again": "The customer may be asked about such an interaction from {at}.",
        "next": "After this question, {survey} may be sent again from {at}.",
    },
    "nl": {
        "customer": "klant {id}",
        "nobody": "een onbekende klant",
        "unclear": "Om {at}: {who} stuurde een bericht dat niet te begrijpen was.",
        "preferences": "Om {at}: {who} legde voorkeuren vast voor het krijgen van vragen.",
        "happened": "Om {at}: {type} voor {who}{where}.",
        "journey": "De klantreis {name}",
        "stays": "zij blijft bij {step}",
        "nowhere": "zij is nog bij geen stap",
        "entered": "{name} kwam bij de stap {step}.",
        "repeated": "{name} was al bij de stap {step}; de interactie is geteld.",
        "late": "{name} was al verder: de interactie is geteld, {stays}.",
        "none": "{name} legt de interactie vast; {stays}.",
        "by": "{survey} via {channel}",
        "invite": "De klant krijgt {survey}, op {due}, door de regel {rule}.",
        "defer": "De klant krijgt {survey} later dan de regel {rule} wil: op {due}. {meaning}{against}",
        "no_survey": "De klant krijgt geen vraag. {meaning}{more}",
        "unreadable": " De {noun} {value!r} is niet te lezen en telt als onbekend; nodig is {form}.",
        "would": " De regel {rule} had {survey} verstuurd.",
        "against": " De limiet is {limit}; geteld: {actual}.",
        "again": "De klant mag over zo'n interactie iets gevraagd worden vanaf {at}.",
        "next": "Na deze vraag mag {survey} weer worden verstuurd vanaf {at}.",
    },
}
_NEEDED: Final[dict[Language, dict[str, tuple[str, str]]]] = {
    "en": {
        "locale": ("language", "a tag such as nl or pt-BR"),
        "zone": ("time zone", "a name such as Europe/Amsterdam"),
    },
    "nl": {
        "locale": ("taal", "een code zoals nl of pt-BR"),
        "zone": ("tijdzone", "een naam zoals Europe/Amsterdam"),
    },
}
"""The members of preferences that may be unreadable, and the form that is needed."""


def _say(voice: Voice, sentence: str, **parts: object) -> str:
    return _WORDS[voice.language][sentence].format(**parts)


def happened(interaction: Interaction, voice: Voice = PLAIN) -> str:
    """What happened, when, to whom, where."""
    known = interaction.customer_id
    who = _say(voice, "customer", id=known) if known else _say(voice, "nobody")
    where = f" ({interaction.channel})" if interaction.channel else ""
    sentence = {UNCLEAR_TYPE: "unclear", PREFERENCES_TYPE: "preferences"}.get(interaction.type, "happened")
    at = voice.moment(interaction.time)
    return _say(voice, sentence, at=at, who=who, type=interaction.type, where=where)


def move_sentence(move: Move, voice: Voice = PLAIN) -> str:
    """What the interaction did to one journey."""
    journey = move.journey
    name = _say(voice, "journey", name=journey.name) + (f" {journey.instance}" if journey.instance else "")
    stays = _say(voice, "stays", step=journey.step) if journey.step else _say(voice, "nowhere")
    return _say(voice, move.movement, name=name, step=move.step, stays=stays)


def decision_sentence(decision: Decision, voice: Voice = PLAIN) -> str:
    """What was decided, and why."""
    means, survey = meaning(decision.reason, voice.language), f"{decision.survey}"
    if decision.channel:
        survey = _say(voice, "by", survey=decision.survey, channel=decision.channel)
    if decision.outcome != "no_survey":
        return _say(
            voice,
            decision.outcome,
            survey=survey,
            rule=decision.rule,
            due=voice.moment(decision.due_at),
            meaning=means,
            against=_held_against(decision, voice),
        )
    actual = decision.actual
    if decision.reason in ("preferences_recorded", "preferences_unclear") and isinstance(actual, dict):
        return _say(voice, "no_survey", meaning=means, more=_unreadable(actual, voice))
    about = _say(voice, "would", rule=decision.rule, survey=decision.survey) if decision.rule else ""
    return _say(voice, "no_survey", meaning=means, more=_held_against(decision, voice) + about)


def _unreadable(said: Mapping[str, object], voice: Voice) -> str:
    return "".join(
        _say(voice, "unreadable", noun=noun, value=said[member], form=form)
        for member, (noun, form) in _NEEDED[voice.language].items()
        if member in said
    )


def _held_against(decision: Decision, voice: Voice) -> str:
    if decision.gate not in ("own_survey_limit", "shared_limit", "attribute_limit", "quota"):
        return ""
    limit = fragment(str(decision.limit), voice.language)
    return _say(voice, "against", limit=limit, actual=decision.actual)


def again_sentence(decision: Decision, next_at: datetime | None, voice: Voice = PLAIN) -> str:
    """When the customer may be asked next. `next_at` is when the limits allow it after an invitation."""
    if decision.eligible_again_at is not None:
        return _say(voice, "again", at=voice.moment(decision.eligible_again_at))
    if decision.invitation_id is not None and next_at is not None:
        return _say(voice, "next", survey=decision.survey, at=voice.moment(next_at))
    return again_meaning(decision.reason, voice.language)
