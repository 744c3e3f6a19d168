"""Files of sources: their keys, and the sources that they make."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import FLAG, NAME, TEXT, TOPIC, anything, choice
from router.authoring.language.source_test_files import SourceTestKeys, Tested, read_tests_of
from router.authoring.language.source_values import DEFINITIONS, read_conditions, read_list, read_value
from router.authoring.language.webhook_keys import WebhookKeys, read_webhook
from router.model.source_tests import SourceTest
from router.model.sources import Coding, Constant, InteractionMapping, Moment, Remember, Skip, Source, Value
from router.sources.explain import in_words

_VALUE: Final[Kind[Value]] = Kind(read_value, {"$ref": "#/definitions/value"}, DEFINITIONS)
_LIST: Final = Kind(read_list, {"type": "string", "pattern": "\\S"})
_CONDITIONS: Final = Kind(read_conditions, {"$ref": "#/definitions/conditions"}, DEFINITIONS)
_DATA: Final = anything(
    {"type": "object", "additionalProperties": {"$ref": "#/definitions/value"}}, **DEFINITIONS
)


class SkipKeys(Block):
    """Messages that are passed over on purpose."""

    when = required(_CONDITIONS, "the conditions that must all hold")
    because = required(TEXT, "why, for whoever looks for them")


class InteractionKeys(Block):
    """What makes one interaction of a message."""

    type = required(
        anything({"$ref": "#/definitions/value"}, **DEFINITIONS),
        "the interaction type: its name, or how it is made, as in `{header: x-topic, map: {…}, otherwise: …}`",
    )
    id = required(_VALUE, "what tells it apart from all others of the source, the same each time it is sent")
    time = required(
        _VALUE, "when it happened: a path, or `{path: …, unit: ms}`, `{path: …, zone: Europe/Amsterdam}`"
    )
    when = optional(_CONDITIONS, "the conditions that must all hold", (), without="always")
    each = optional(
        _LIST,
        "a list of the message, `$body` where that is one: one interaction of each of its members, paths begin there",
    )
    customer = optional(_VALUE, "whose it is", without="whoever owns the journey's instance")
    data = optional(
        _DATA, "its attributes by name, each a value; `channel` and `locale` among them", without="none"
    )


class RememberKeys(Block):
    """What is remembered of the things that messages tell of, for conditions with `from: $remembered`."""

    of = required(_VALUE, "what tells the things apart, such as the id of a ticket")
    at = required(_VALUE, "when the thing was as the message says: a time, as that of an interaction")
    unseen = required(
        choice("changed", "unchanged"),
        "what holds of a value where nothing is remembered of the thing: `changed` or `unchanged`",
    )


class SourceFile(Block, opens=("source",)):
    """A vendor's messages, and the interactions that they are."""

    source = required(NAME, "the source's name, unique in the set")
    topic = required(
        TOPIC,
        "the Kafka topic that its messages are read from, one of those that are [allowed](../operations/install.md#2-topics)",
    )
    interactions = required(listing(InteractionKeys, "an interaction"), "what a message becomes")
    decode = optional(choice(*get_args(Coding)), "what the body of a message is", "json")
    require = optional(
        _CONDITIONS,
        "what a message of this source is known by, where several share a topic",
        (),
        without="any message",
    )
    skip = optional(
        listing(SkipKeys, "what is skipped"), "messages that are passed over on purpose, looked for first", []
    )
    otherwise = optional(
        choice("dead_letter", "skip"),
        "what becomes of a message of this source that no interaction takes",
        "dead_letter",
    )
    remember = optional(
        block(RememberKeys),
        "what is remembered of the things that messages tell of, where these do not say what changed",
        without="nothing",
    )
    ignore_case = optional(FLAG, "names of members and values of conditions count in any capitals", False)
    webhook = optional(
        block(WebhookKeys),
        "its messages come over HTTP too, to `/webhooks/` with the source's name behind it, see [webhooks](../sources/webhooks.md)",
    )
    tests = optional(
        listing(SourceTestKeys, "a test"), "messages, and the interactions that they should be", []
    )


def read_source(keys: SourceFile) -> Placed[Source] | None:
    """A source; None, with the problem noted, for one without a name. What could not be read is left out."""
    if keys.source is None:
        return None
    mappings = [one for entry in keys.interactions or () if (one := _mapping(entry)) is not None]
    skips = [Skip(entry.when or (), entry.because or "") for entry in keys.skip]
    options: dict[str, Any] = {
        "decode": keys.decode,
        "otherwise": keys.otherwise,
        "ignore_case": keys.ignore_case,
        "webhook": read_webhook(keys.webhook, keys.decode) if keys.webhook is not None else None,
        "remember": _remember(keys.remember),
    }
    place = keys.node.place("source")
    source = Source(
        keys.source, keys.topic or "", tuple(mappings), keys.require, tuple(skips), position=place, **options
    )
    _check_remembered(keys, source)
    return Placed(source, keys.node, keys.node.find("source"))


def read_source_tests(keys: SourceFile, texts: Mapping[str, bytes]) -> list[SourceTest]:
    """The tests of a source; `texts` has the samples that they name. One that cannot be read is left out, and noted."""
    conditions = (one for entry in keys.interactions or () for one in entry.when)
    asked = frozenset(in_words(one.of) for one in conditions if one.remembered)
    tested = Tested(keys.source or "", keys.topic or "", asked, keys.ignore_case)
    return read_tests_of(keys.tests, tested, texts, keys.problems)


def _remember(keys: RememberKeys | None) -> Remember | None:
    if keys is None or keys.of is None or keys.at is None or keys.unseen is None:
        return None
    return Remember(keys.of, keys.at if isinstance(keys.at, Moment) else Moment(keys.at), keys.unseen)


def _check_remembered(keys: SourceFile, source: Source) -> None:
    """R207: a value that is asked for and not remembered, or remembered and not asked for."""
    asking = [entry for entry in keys.interactions or () if any(one.remembered for one in entry.when)]
    elsewhere = [entry for entry in keys.skip if any(one.remembered for one in entry.when or ())]
    problems = keys.problems
    if any(one.remembered for one in source.require) or elsewhere:
        place = elsewhere[0].node.place("when") if elsewhere else keys.node.place("require")
        message = (
            "the value that is remembered cannot be asked for before it is known what the message becomes"
        )
        problems.add("R207", place, message, "ask for it under `when:` of an interaction")
    elif asking and keys.remember is None:
        message = "nothing says of what a value is remembered"
        hint = "add `remember: {of: ticket.id, at: ticket.updated_at, unseen: unchanged}` to the source"
        problems.add("R207", asking[0].node.place("when"), message, hint)
    elif keys.remember is not None and not asking and all(one.sound for one in keys.interactions or ()):
        message = "no condition asks for what is remembered"
        hint = "write {changed_to: …, from: $remembered} under `when:`, or leave `remember:` out"
        problems.add("R207", keys.node.place("remember"), message, hint)


def _mapping(keys: InteractionKeys) -> InteractionMapping | None:
    kind = _type(keys)
    data: dict[str, Value] = {}
    if keys.data is not None:
        for name, (_, node) in keys.data.value.items() if isinstance(keys.data.value, dict) else ():
            if (value := read_value(node, name, keys.problems)) is not None:
                data[name] = value
        if not isinstance(keys.data.value, dict):
            keys.problems.wrong(keys.data, "data", "attributes by name", "write `case_id: detail.id` lines")
    if kind is None or keys.id is None or keys.time is None:
        return None
    time = keys.time if isinstance(keys.time, Moment) else Moment(keys.time)
    return InteractionMapping(
        keys.id, kind, time, keys.when, keys.each, keys.customer, data, keys.node.position
    )


def _type(keys: InteractionKeys) -> Value | None:
    """The type: a plain text is its name, and no path."""
    if keys.type is None:
        return None
    if isinstance(keys.type.value, str) and keys.type.value.strip():
        return Constant(keys.type.value)
    return read_value(keys.type, "type", keys.problems)
