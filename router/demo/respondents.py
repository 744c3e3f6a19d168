"""The customers' answers to the questions they are sent: how easy it was for them, whether they say so, and when."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Any, Final

import msgspec
from msgspec import Struct

from router.demo.diary import CloudEvent, cloud_event
from router.flow.messages import HEADERS, Released
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.record import Message
from router.model.survey import Survey
from router.rules.ruleset import RuleSet
from router.settings.kafka import TopicSettings

BAD_STEP: Final = ("subscription", "renewed")
"""The step that is planted as bad: the renewal was not wanted, and nobody was asked."""

BAD_CHANNEL: Final = "app"
"""The channel that is planted as bad: its help pages do not help."""

_EASE: Final = 0.82
_OF_A_CONTACT: Final = 0.06
_OF_A_TRANSFER: Final = 0.04
_OF_A_BAD_PLACE: Final = 0.32
_JUST_CHOSEN: Final = 0.08
_THERE: Final = {"status": "delivered"}
_SPREAD: Final = 0.17
_CONTACTS: Final = ("call.completed", "chat.completed", "email.replied")
_COMMENTS: Final = (
    "I had to explain it all again.",
    "Nobody told me.",
    "It took far too long.",
    "I still do not know how it works.",
)


class Effort(Struct, frozen=True):
    """How often a customer had to make contact about a case, and how often they were passed on."""

    contacts: int = 1
    transfers: int = 0


class Efforts:
    """The effort behind each case of the month, as it stood at any time."""

    def __init__(self, events: Iterable[CloudEvent]) -> None:
        contacts: defaultdict[str, dict[str, tuple[datetime, int]]] = defaultdict(dict)
        for event in events:
            data = event.get("data", {})
            if event["type"] in _CONTACTS and "case_id" in data:
                at = datetime.fromisoformat(event["time"])
                contacts[data["case_id"]][event["id"]] = (at, data.get("transfers", 0))
        self._contacts = {case: tuple(found.values()) for case, found in contacts.items()}

    def until(self, case: str | None, at: datetime) -> Effort:
        """The effort of a case up to a time; that of one contact where there is no case."""
        transfers = [passed_on for time, passed_on in self._contacts.get(case or "", ()) if time <= at]
        return Effort(max(len(transfers), 1), sum(transfers))


class Asked(Struct, frozen=True):
    """A question that reached a customer: about which step, met on which channel, with which effort before it."""

    invitation_id: str
    journey: str | None
    step: str | None
    channel: str | None
    effort: Effort
    at: datetime


class Answered(Struct, frozen=True):
    """What a customer says, and when."""

    score: int
    at: datetime
    comment: str | None


def answer_to(asked: Asked, survey: Survey, seed: int) -> Answered | None:
    """The answer to a question; None where the customer gives none. The same for the same seed and invitation.

    Whoever had a hard time answers less often, so that the answers alone look better than it was.
    """
    rng = Random(f"{seed}:{asked.invitation_id}")  # noqa: S311 - a repeatable story is wanted, not secrecy
    bad = (asked.journey, asked.step) == BAD_STEP or asked.channel == BAD_CHANNEL
    effort = asked.effort
    mean = _EASE - (effort.contacts - 1) * _OF_A_CONTACT - effort.transfers * _OF_A_TRANSFER
    if asked.step == "started":
        mean += _JUST_CHOSEN
    ease = min(1.0, max(0.0, rng.gauss(mean - (_OF_A_BAD_PLACE if bad else 0.0), _SPREAD)))
    if rng.random() >= 0.35 + 0.35 * ease:
        return None
    low, high = survey.scale
    place = round(ease * (high - low))
    score = low + place if survey.polarity == "higher_is_better" else high - place
    waited = timedelta(minutes=rng.randint(20, 40 * 60))
    comment = rng.choice(_COMMENTS) if ease < 0.45 and rng.random() < 0.5 else None
    return Answered(score, asked.at + waited, comment)


class Respondents:
    """Those who are sent questions: what the sender tells of each delivery, and what customers answer in their time.

    Where a rule reminds, customers wait for the reminder.
    """

    def __init__(self, seed: int, efforts: Efforts, topics: TopicSettings) -> None:
        self._seed = seed
        self._efforts = efforts
        self._topics = topics
        self._thought_of: list[tuple[datetime, str, dict[str, Any]]] = []

    def asked(self, sent: Iterable[Released], rules: RuleSet) -> list[Message]:
        """The records of the deliveries of what was sent. Answers are thought of."""
        told: list[Message] = []
        for one in sent:
            invitation, about = one.invitation, one.interaction
            told.append(
                _message(
                    self._topics.deliveries, "mailer", DELIVERY_TYPE, invitation.at, invitation.id, _THERE
                )
            )
            entry = rules.rules.get(invitation.rule)
            if entry and entry.rule.reminder and invitation.number < entry.rule.reminder.max:
                continue
            effort = self._efforts.until(about.attributes.get("case_id"), about.time)
            asked = Asked(
                invitation.root_id, invitation.journey, invitation.step, about.channel, effort, invitation.at
            )
            if answer := answer_to(asked, rules.surveys[invitation.survey], self._seed):
                data = {"score": answer.score} | ({"comment": answer.comment} if answer.comment else {})
                self._thought_of.append((answer.at, invitation.root_id, data))
        return told

    def answers(self, now: datetime) -> list[Message]:
        """The records of the answers that were given up to `now` and not told yet."""
        given = sorted(
            ((at, name, data) for at, name, data in self._thought_of if at <= now), key=itemgetter(0)
        )
        self._thought_of = [entry for entry in self._thought_of if entry[0] > now]
        topic = self._topics.responses
        return [_message(topic, "survey", RESPONSE_TYPE, at, name, data) for at, name, data in given]


def _message(
    topic: str, source: str, kind: str, at: datetime, invitation: str, data: dict[str, Any]
) -> Message:
    event = cloud_event(source, f"{source}-{invitation}", kind, at, {"invitation_id": invitation} | data)
    return Message(topic, invitation.encode(), msgspec.json.encode(event), HEADERS)
