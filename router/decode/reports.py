"""The attributes of reports about invitations: delivery reports and answers.

Whose they are the invitation tells: what the event says of a customer or an address is not looked at.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from router.decode.outcome import Refusal, SizeLimits
from router.decode.texts import optional_text, required_text
from router.model.interaction import DELIVERY_TYPE, EXPIRY_TYPE, RESPONSE_TYPE, UNCLEAR_TYPE
from router.model.invitation_states import DELIVERY_STATUSES
from router.model.preferences import UNCLEAR
from router.model.responses import COMMENT, COMMENT_CUT, MOST_COMMENT, MOST_GIVEN

_OF_SENDING: Final = re.compile(
    "^accept|batch|bounc|buffer|^cancell?ed$|click|complet|convert|creat|defer|delay|deliver|dispatch|duplic|error|"
    "expir|fail|forward|invalid|opened|opening|(?:^|_)open$|pending|postpon|prepar|print|process|progress|proxy|queue|"
    "^read|^receiv|relay|render|^request(?:ed)?$|retr[yi]|rout|schedul|seen|send|sent|stor|submit|success|throttl|"
    "transi|viewed"
)
"""What other senders tell of a message on its way: not known here, and no word of the customer."""

_OF_CUSTOMERS: Final = re.compile(
    "abus|black|block|by_(?:the_)?(?:client|contact|customer|recipient|user)|complain|consent|declin|delet|deny|denied|"
    "dn[cd]|dont|do_?not|eras|fbl|feedback|forg[eo]t|gdpr|inbound|junk|mute|never|no_?more|object|opt_?out|opted_?out|"
    "prefer|refus|remov|repl[yi]|^report|revok|spam|(?:^|_)stop|subscri|suppress|un_?sub|unwant|withdr"
)
"""What may be a word of the customer, in whatever words of sending it is told."""

_DETAIL_LENGTH: Final = 200
_BETWEEN: Final = str.maketrans("- ", "__")
_BOUNCES: Final = {"hard": "hard_bounced", "soft": "soft_bounced", "": "hard_bounced"}
_NOES: Final = {
    "abuse": "complained",
    "complaint": "complained",
    "group_unsubscribe": "unsubscribed",
    "list_unsubscribe": "unsubscribed",
    "opt_out": "unsubscribed",
    "opted_out": "unsubscribed",
    "optout": "unsubscribed",
    "spam": "complained",
    "spam_complaint": "complained",
    "spam_report": "complained",
    "spamcomplaint": "complained",
    "spamreport": "complained",
    "stop": "unsubscribed",
    "unsub": "unsubscribed",
    "unsubscribe": "unsubscribed",
}
"""What senders also call an opt-out or a complaint: none of them may be lost for its word."""

Attributes = dict[str, Any]


def delivery(data: Attributes, limits: SizeLimits) -> Attributes:
    """What the sender says of an invitation. `status: bounced` with `bounce: hard` or `soft` is read too."""
    invitation = _invitation(data.get("invitation_id"))
    status = _word(required_text(data.get("status"), "data.status", limits))
    status = _NOES.get(status, status)
    if status == "bounced":
        status = _BOUNCES.get(_word(optional_text(data.get("bounce"), "data.bounce", limits) or ""), status)
    if status not in DELIVERY_STATUSES:
        raise Refusal(
            "attribute_invalid", f"The attribute data.status is none of {', '.join(DELIVERY_STATUSES)}."
        )
    kept: Attributes = {"invitation_id": invitation, "status": status}
    detail = data.get("detail")
    if isinstance(detail, str) and detail:
        kept["detail"] = detail[:_DETAIL_LENGTH]
    return kept


def refusal_of(data: object) -> Attributes | None:
    """What has to be kept of a report that cannot be read and may be a customer's no; None: it is none."""
    members = data if isinstance(data, dict) else {}
    named = [value for name, value in members.items() if "invitation" in name.casefold()]
    try:
        invitation = _invitation(next(iter(named), None))
    except Refusal:
        return None
    status = next((value for name, value in members.items() if _word(name) == "status"), None)
    word = _word(status) if isinstance(status, str) else ""
    on_its_way = _OF_SENDING.search(word) is not None and _OF_CUSTOMERS.search(word) is None
    if word not in _NOES.values() and (word in DELIVERY_STATUSES or on_its_way):
        return None
    return {"invitation_id": invitation, "status": UNCLEAR}


def response(data: Attributes, limits: SizeLimits) -> Attributes:
    """A customer's answers, with the invitation or the token that stands for it.

    A score that is no number is kept as a text, a comment as far as it is not too long.
    """
    token = optional_text(data.get("response_token"), "data.response_token", limits)
    if token is None:
        data["invitation_id"] = _invitation(data.get("invitation_id"))
    if (score := data.get("score")) is not None and not isinstance(score, int | float):
        # No answer is lost for a score that is none: with its reason it becomes a response that does not count.
        data["score"] = _as_text(score)[:MOST_GIVEN].strip() or None
    if (comment := data.get(COMMENT)) is not None:
        words = _as_text(comment)
        data[COMMENT] = words[:MOST_COMMENT]
        if len(words) > MOST_COMMENT:
            data[COMMENT_CUT] = len(words)
    return data


def _as_text(given: object) -> str:
    return given if isinstance(given, str) else msgspec.json.encode(given).decode()


def _own(_data: Attributes, _limits: SizeLimits) -> Attributes:
    raise Refusal("attribute_invalid", "The attribute type is one that only this service itself says.")


CHECKED: Final[Mapping[str, Callable[[Attributes, SizeLimits], Attributes]]] = {
    DELIVERY_TYPE: delivery,
    RESPONSE_TYPE: response,
    EXPIRY_TYPE: _own,
    UNCLEAR_TYPE: _own,
}
"""By interaction type, what checks the attributes and returns those that are kept."""


def _word(given: str) -> str:
    return given.strip().casefold().translate(_BETWEEN)


def _invitation(given: object) -> str:
    if given is None or given == "":
        raise Refusal("attribute_missing", "The attribute data.invitation_id is missing or empty.")
    try:
        return str(UUID(given)) if isinstance(given, str) else _not_an_id()
    except ValueError:
        return _not_an_id()


def _not_an_id() -> str:
    raise Refusal("attribute_invalid", "The attribute data.invitation_id is not a UUID.")
