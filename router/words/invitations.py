"""Invitations and what follows them, and what became of them, in sentences; in English and Dutch."""

from typing import Final

from router.model.customer import InvitationKind
from router.model.encoding import decode_invitation
from router.model.invitation_states import InvitationState
from router.model.ledger import InvitationView, RowKind
from router.words.reasons import meaning
from router.words.voice import PLAIN, Language, Voice

_STATES: Final[dict[Language, dict[InvitationState, str]]] = {
    "en": {
        "planned": "It is planned for {due}.",
        "queued": "It came due and has been on its way to the sender since {at}.",
        "sent": "It was handed to the sender at {at}.",
        "accepted": "It was handed to the sender at {at}, and the sender has accepted it.",
        "delivered": "It was handed to the sender at {at} and delivered.",
        "opened": "It was handed to the sender at {at} and opened.",
        "clicked": "It was handed to the sender at {at}, and its link was followed.",
        "started": "It was handed to the sender at {at}, and the customer began to answer.",
        "answered": "It was handed to the sender at {at} and answered.",
        "unanswered": "It was handed to the sender at {at} and not answered in time.",
        "withdrawn": "It was handed to the sender at {at} and withdrawn before it was delivered.",
        "bounced": "It was handed to the sender at {at} and could not be delivered.",
        "cancelled": "It was cancelled at {at} and not sent.",
        "displaced": "It gave way to another question at {at} and was not sent.",
        "expired": "It expired at {at} and was not sent.",
    },
    "nl": {
        "planned": "Gepland voor {due}.",
        "queued": "Op tijd en sinds {at} onderweg naar de verzender.",
        "sent": "Op {at} aan de verzender gegeven.",
        "accepted": "Op {at} aan de verzender gegeven, en door de verzender aangenomen.",
        "delivered": "Op {at} aan de verzender gegeven en bezorgd.",
        "opened": "Op {at} aan de verzender gegeven en geopend.",
        "clicked": "Op {at} aan de verzender gegeven; de link is gevolgd.",
        "started": "Op {at} aan de verzender gegeven; de klant begon te antwoorden.",
        "answered": "Op {at} aan de verzender gegeven en beantwoord.",
        "unanswered": "Op {at} aan de verzender gegeven en niet op tijd beantwoord.",
        "withdrawn": "Op {at} aan de verzender gegeven en ingetrokken voor het bezorgen.",
        "bounced": "Op {at} aan de verzender gegeven en niet te bezorgen.",
        "cancelled": "Op {at} geannuleerd en niet verstuurd.",
        "displaced": "Op {at} verdrongen door een andere vraag en niet verstuurd.",
        "expired": "Op {at} vervallen en niet verstuurd.",
    },
}
_CANCELLATIONS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "queued": "It has been on its way to the sender since {due}.",
        "sent": "The sender was told at {due} to withdraw the question.",
    },
    "nl": {
        "queued": "Sinds {due} onderweg naar de verzender.",
        "sent": "Op {due} is de verzender gezegd de vraag in te trekken.",
    },
}
"""A cancellation is never planned: it leaves at once."""

_STATE_WORDS_NL: Final[dict[InvitationState, str]] = {
    "planned": "gepland",
    "queued": "onderweg",
    "sent": "verstuurd",
    "accepted": "aangenomen",
    "delivered": "bezorgd",
    "opened": "geopend",
    "clicked": "link gevolgd",
    "started": "begonnen",
    "answered": "beantwoord",
    "unanswered": "niet beantwoord",
    "withdrawn": "ingetrokken",
    "bounced": "niet te bezorgen",
    "cancelled": "geannuleerd",
    "displaced": "verdrongen",
    "expired": "vervallen",
}
_KINDS_NL: Final[dict[RowKind, str]] = {
    "invitation": "uitnodiging",
    "reminder": "herinnering",
    "fallback": "tweede kanaal",
    "cancellation": "intrekking",
}
_TITLES: Final[dict[Language, dict[RowKind | None, str]]] = {
    "en": {
        None: "Invitations and what follows them",
        "invitation": "Invitations",
        "reminder": "Reminders",
        "fallback": "Fallbacks",
        "cancellation": "Cancellations",
    },
    "nl": {
        None: "Uitnodigingen en wat erop volgt",
        "invitation": "Uitnodigingen",
        "reminder": "Herinneringen",
        "fallback": "Tweede kanalen",
        "cancellation": "Intrekkingen",
    },
}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "invitation": "The invitation {id}",
        "reminder": "Reminder {number} of the invitation {root}{by}, {id}",
        "follower": "The {kind} of the invitation {root}{by}, {id}",
        "by": " by {channel}",
        "sentence": "{name} ({survey}, rule {rule}): {became}{meaning}",
        "planned for": "Customer {customer}, by {channel}",
        "planned at": "planned at {at} by revision {revision} of the rules",
        "follows": "It follows the invitation {id}: see `feedback-router invitations show {id}`.",
        "see why": "See `feedback-router why {id}` for what led to it.",
        "column id": "id",
        "column kind": "kind",
        "column customer": "customer",
        "column survey": "survey",
        "column rule": "rule",
        "column channel": "channel",
        "column state": "state",
        "column reason": "reason",
        "column due": "due",
        "column follows": "follows",
    },
    "nl": {
        "invitation": "De uitnodiging {id}",
        "reminder": "Herinnering {number} bij de uitnodiging {root}{by}, {id}",
        "follower": "De uitnodiging {root}, {kind}{by}, {id}",
        "by": " via {channel}",
        "sentence": "{name} ({survey}, regel {rule}): {became}{meaning}",
        "planned for": "Klant {customer}, via {channel}",
        "planned at": "gepland op {at} door revisie {revision} van de regels",
        "follows": "Zij volgt op de uitnodiging {id}: zie `feedback-router invitations show {id}`.",
        "see why": "Zie `feedback-router why {id}` voor wat ertoe leidde.",
        "column id": "id",
        "column kind": "wat",
        "column customer": "klant",
        "column survey": "enquête",
        "column rule": "regel",
        "column channel": "kanaal",
        "column state": "stand",
        "column reason": "reden",
        "column due": "wanneer",
        "column follows": "volgt op",
    },
}


def invitation_sentence(view: InvitationView, voice: Voice = PLAIN) -> str:
    """What became of an invitation or of what follows one, with its name."""
    number = number_of(view)
    name = words(voice, "invitation", id=view.id)
    if view.kind != "invitation":
        by = words(voice, "by", channel=view.channel) if view.kind == "fallback" and view.channel else ""
        kind = kind_name(view.kind, voice.language)
        form = "follower" if number is None else "reminder"
        name = words(voice, form, kind=kind, number=number, root=follows(view), by=by, id=view.id)
    # Of an unanswered one the state says the reason already.
    means = f" {meaning(view.reason, voice.language)}" if view.reason and view.state != "unanswered" else ""
    became = became_sentence(view, voice)
    return words(
        voice, "sentence", name=name, survey=view.survey, rule=view.rule, became=became, meaning=means
    )


def became_sentence(view: InvitationView, voice: Voice = PLAIN) -> str:
    """What became of an invitation or of what follows one."""
    states = _STATES[voice.language]
    became = states[view.state]
    if view.kind == "cancellation":
        became = _CANCELLATIONS[voice.language].get(view.state, became)
    at = view.settled_at or view.changed_at
    return became.format(due=voice.moment(view.due_at), at=voice.moment(at))


def words(voice: Voice, sentence: str, **parts: object) -> str:
    """One of the sentences or column heads of lists of invitations with its parts filled in."""
    return _WORDS[voice.language][sentence].format(**parts)


def title(kind: RowKind | None, language: Language = "en") -> str:
    """The title of a list of invitations: of one kind, or of all."""
    return _TITLES[language][kind]


def state_words(state: InvitationState, language: Language = "en") -> str:
    """A state in a word or two; in English it is its name."""
    return state if language == "en" else _STATE_WORDS_NL[state]


def kind_name(kind: RowKind | InvitationKind, language: Language = "en") -> str:
    """What an invitation or follower is called; in English it is its name."""
    return kind if language == "en" else _KINDS_NL[kind]


def kind_words(view: InvitationView, language: Language = "en") -> str:
    """What an invitation or follower is, in a word or two: `reminder 2`."""
    number, name = number_of(view), kind_name(view.kind, language)
    return name if number is None else f"{name} {number}"


def number_of(view: InvitationView) -> int | None:
    """Which reminder it is, counted from 1; None for anything else."""
    # The row has no column for it: nothing is ever looked up by it.
    return decode_invitation(view.body).number if view.kind == "reminder" else None


def follows(view: InvitationView) -> str | None:
    """The id of the invitation that a reminder, fallback or cancellation follows; None for an invitation."""
    return str(view.root) if view.kind != "invitation" and view.root is not None else None
