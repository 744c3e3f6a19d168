"""The `webhook` of a source: its keys, and what proves that a message is its sender's."""

from datetime import timedelta
from typing import Final, get_args

from router.authoring.language.keys import Block, Kind, block, optional, required
from router.authoring.language.kinds import TEXT, TEXTS, choice, span
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.source_values import DEFINITIONS, read_value
from router.model.sources import Coding, Value, Webhook
from router.model.webhooks import PRESETS, Hash, SignatureCoding, Stated, TimeUnit, Verification

_LONGEST: Final = 100


def _literal(node: Node, key: str, problems: Problems) -> str | None:
    """A text in which blanks count, such as `"Bearer "`."""
    if isinstance(node.value, str) and 0 < len(node.value) <= _LONGEST:
        return node.value
    problems.wrong(node, key, f"a text of at most {_LONGEST} characters", 'in quotes, such as "sha256="')
    return None


_LITERAL: Final = Kind(_literal, {"type": "string", "minLength": 1, "maxLength": _LONGEST})
_VALUE: Final[Kind[Value]] = Kind(read_value, {"$ref": "#/definitions/value"}, DEFINITIONS)


class TimestampKeys(Block):
    """Where the sender says when it signed."""

    header = required(TEXT, "the header that it stands in")
    prefix = optional(
        _LITERAL, "what it stands behind, in a header of several parts", without="the whole header"
    )
    unit = optional(choice(*get_args(TimeUnit)), "what it counts since 1970, or `iso` for ISO 8601", "s")


class VerifyKeys(Block, apart=True):
    """What proves that a message is its sender's."""

    header = required(TEXT, "the header with the signature, or with the secret itself")
    text = optional(
        TEXTS,
        "what is signed, in order: `body`, `timestamp`, `id`, `method`, `url`, `form`, and any other text as it stands",
        (),
        without="nothing: the header holds the secret",
    )
    hash = optional(choice(*get_args(Hash)), "the hash of the HMAC", "sha256")
    coding = optional(
        choice(*get_args(SignatureCoding)),
        "how the signature is written",
        without="`hex`; of a secret `plain`",
    )
    prefix = optional(_LITERAL, "what stands before the signature", without="nothing")
    separator = optional(_LITERAL, "what stands between several signatures", without="there is one")
    timestamp = optional(block(TimestampKeys), "where the sender says when it signed")
    id = optional(TEXT, "the header with the message's id, where that is signed", without="none")
    tolerance = optional(
        span(timedelta(days=1)), "how far from now it may have been signed", without="any time"
    )
    key = optional(
        choice("text", "base64"),
        "the secret as it is, or what it says in base64, behind `whsec_` or not",
        "text",
    )


class WebhookKeys(Block, apart=True):
    """Messages of the source come over HTTP too."""

    preset = optional(choice(*PRESETS), "how the sender signs", without="`verify` says it")
    verify = optional(
        block(VerifyKeys), "how the sender signs, where no preset is right", without="the preset"
    )
    headers = optional(
        TEXTS, "headers that are kept besides those that the mapping reads", (), without="none"
    )
    key = optional(
        _VALUE,
        "the record's key, which keeps the messages of one customer or case in order",
        without="none: in any order",
    )


def read_webhook(keys: WebhookKeys, decode: Coding) -> Webhook | None:
    """The webhook of a source whose bodies are `decode`. None, with the problem noted, where nothing proves its sender."""
    given = [name for name in ("preset", "verify") if name in keys.pairs]
    if len(given) != 1:
        told = "has both `preset` and `verify`" if given else "does not say how its sender signs"
        hint = (
            "keep one of them" if given else f"add `preset:` with one of {', '.join(PRESETS)}, or `verify:`"
        )
        keys.problems.add("R202", keys.node.position, f"`webhook` {told}", hint)
        return None
    verify = _verification(keys.verify) if keys.verify is not None else None
    webhook = Webhook(keys.preset or "", verify, tuple(name.lower() for name in keys.headers), keys.key)
    found = webhook.verification
    if found is None:
        return None
    if "form" in found.text and decode != "form":
        message = "the signature is of a form, and the body is none"
        keys.problems.add("R204", keys.place(given[0]), message, "add `decode: form` to the source")
    return webhook


def _verification(keys: VerifyKeys) -> Verification | None:
    if keys.header is None:
        return None
    text, stated = keys.text, keys.timestamp
    if text and not {"body", "form"} & set(text):
        message = "the signature does not cover the message: anybody could put another body behind it"
        keys.problems.add("R203", keys.place("text"), message, "add `body` to `text`")
    for part, told in (("timestamp", stated is not None), ("id", bool(keys.id))):
        if part in text and not told:
            message = f"`text` has `{part}`, and nothing says which header that is"
            keys.problems.add("R204", keys.place("text"), message, f"add `{part}:` beside it")
    if keys.tolerance is not None and "timestamp" not in text:
        message = "`tolerance` needs a time that is signed: another one could be put in its place"
        keys.problems.add(
            "R204", keys.place("tolerance"), message, "add `timestamp` to `text`, or leave it out"
        )
    timestamp = None
    if stated is not None and stated.header is not None:
        timestamp = Stated(stated.header, stated.prefix or "", stated.unit)
    return Verification(
        keys.header,
        text,
        keys.hash,
        keys.coding or ("hex" if text else "plain"),
        keys.prefix or "",
        keys.separator or "",
        timestamp,
        keys.id or "",
        keys.tolerance,
        keys.key,
    )
