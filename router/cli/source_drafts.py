"""`sources draft`: a mapping proposed from messages of a vendor, for a person to confirm."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.options import Json, RulesHere
from router.cli.output import print_json, print_lines, told
from router.model.signs import printable
from router.model.spelling import counted

if TYPE_CHECKING:
    from router.authoring.drafting.source_draft import SourceDraft
    from router.authoring.drafting.source_guesses import Vocabulary
    from router.rules.ruleset import RuleSet
    from router.sources.message import Message

_MOST: Final = 10_000_000
_MOST_FILES: Final = 100
_ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".txt")


class _Samples(Struct):
    """Messages, and the topic of dead letters that they were taken from."""

    messages: "list[Message]"
    topic: str | None = None


def draft(
    file: Annotated[
        Path,
        typer.Argument(
            help="A file with a message as JSON, with one on each line, or with dead letters of `dlq show --json`; or a folder of such.",
            metavar="FILE",
        ),
    ],
    rules: RulesHere = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the source; default: that of the file.", metavar="NAME")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="The topic that such messages come on.", metavar="TOPIC")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(help="Time zone of times without offset, as the vendor documents it.", metavar="ZONE"),
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(help="A header of the messages. Repeatable.", metavar="NAME=VALUE")
    ] = None,
    json: Json = False,
) -> None:
    """Propose a mapping from messages of a vendor, for a person to confirm.

    Behind each line stands how sure it is, and why. What may be wrong about whom to ask is written as a comment, and a zone
    is never guessed. With RULES it is written there, with the messages as samples, of which nothing is kept that the
    mapping does not read; without, it is printed.
    """
    from router.authoring.drafting.source_draft import NothingToDraft, drafted_source

    samples = _samples(file, _headers(header or []))
    called = _name(name or file.stem)
    for vendor in _vendors_of(samples.messages):
        told(
            f"These look like messages of {vendor}, whose mapping is shipped: `feedback-router sources add {vendor}`."
        )
    if topic is not None and _topic(topic) is None:
        raise Refused(
            f"There can be no topic {printable(topic)}: letters, digits, dots, - and _ are allowed."
        )
    vocabulary = _vocabulary(_rules(rules), zone)
    try:
        found = drafted_source(
            called, topic or samples.topic, samples.messages, vocabulary, beside=rules is not None
        )
    except NothingToDraft as nothing:
        raise Refused(f"{file}: {nothing}") from None
    next_steps = _written(rules, called, found) if rules is not None else None
    if json:
        print_json(
            {
                "source": called,
                "interactions": found.interactions,
                "text": found.text,
                "samples": list(found.samples),
            }
        )
    elif next_steps is not None:
        print_lines(next_steps)
    else:
        print(found.text, end="")


def write_new(files: Mapping[Path, bytes]) -> None:
    """Writes files that are not there yet, none where one of them is. Raises `Refused`."""
    for file in files:
        if file.exists():
            raise Refused(f"{file} is there already, and nothing in it was touched: give it another name.")
    for file, content in files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as opened:
                opened.write(content)
        except OSError as error:
            raise Refused(
                f"{file} cannot be written ({error.strerror}): may you write there?", FAILED
            ) from None


def _written(rules: Path, name: str, found: "SourceDraft") -> list[str]:
    """Writes a draft into a rule set; what was written, what is open and what to do next, in lines."""
    from router.authoring.language.load import check_directory

    file = rules / "sources" / f"{name}.yaml"
    if name in _rules(rules).sources:
        raise Refused(
            f"The rule set has a source {name} already: name this one with --name, nothing was written."
        )
    write_new(
        {file: found.text.encode(), **{file.parent / path: text for path, text in found.samples.items()}}
    )
    counts = found.counts
    lines = ", ".join(f"{counts[words]} {words}" for words in ("sure", "likely", "a guess") if counts[words])
    still = [str(one) for one in check_directory(rules).problems if one.position.file == str(file)]
    told_open = ["", "What is still open:", *(f"  {printable(line)}" for line in still)] if still else []
    return [
        f"{file}: {counted(len(found.interactions), 'interaction')}; of its lines {lines}.",
        *(str(file.parent / path) for path in found.samples),
        *told_open,
        "",
        "Next:",
        f"  confirm or mend each line of {file.name}: behind it stands how sure it is",
        f"  feedback-router sources test {rules}    what the samples become",
        f"  feedback-router sources check {rules}   what is still open",
    ]


def _rules(rules: Path | None) -> "RuleSet":
    from router.authoring.language.load import load_directory
    from router.cli.opening import rules_here

    return load_directory(rules_here(rules))


def _vocabulary(rules: "RuleSet", zone: str | None) -> "Vocabulary":
    from router.authoring.drafting.source_guesses import Vocabulary
    from router.model.zones import zone_name

    named = zone_name(zone) if zone is not None else None
    if zone is not None and named is None:
        raise Refused(f"There is no time zone {zone}: write one such as Europe/Amsterdam.")
    instances = {
        kind: journey.definition.instance
        for journey in rules.maps.values()
        for step in journey.definition.steps.values()
        for kind in step.on
        if journey.definition.instance is not None
    }
    types = {
        kind for one in rules.maps.values() for step in one.definition.steps.values() for kind in step.on
    }
    return Vocabulary(frozenset(types) | frozenset(rules.policy.types), instances, named)


def _name(given: str) -> str:
    """A name that a source may have."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in given.lower()).strip("-")
    if not plain:
        raise Refused("The source needs a name: give it with --name.")
    return plain if plain[0].isalpha() else f"source-{plain}"


def _topic(given: Any) -> str | None:
    """The name of a topic; None for what can be none."""
    from router.authoring.language.kinds import TOPIC_NAME

    return given if isinstance(given, str) and TOPIC_NAME.fullmatch(given) else None


def _headers(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise Refused(f"--header is written NAME=VALUE, not {one}.")
        found[name.strip().lower()] = value
    return found


def _samples(file: Path, headers: dict[str, str]) -> _Samples:
    """The messages of a file, or of the files of a folder. Raises `Refused`."""
    files = (
        sorted(one for one in file.iterdir() if one.suffix.lower() in _ENDINGS) if file.is_dir() else [file]
    )
    if not files:
        raise Refused(f"{file} has no files whose names end in {', '.join(_ENDINGS)}.")
    found = _Samples([])
    for one in files[:_MOST_FILES]:
        for body in _bodies(one):
            _take(body, headers, found)
    if not found.messages:
        raise Refused(f"{file} holds no messages.")
    return found


def _bodies(file: Path) -> list[Any]:
    """The JSON values of a file: one, or one on each line."""
    from router.sources.message import Unmappable
    from router.sources.values import read_coded

    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): name a file with messages.") from None
    if len(text) > _MOST:
        raise Refused(f"{file} is larger than {_MOST:,} bytes: a few messages are enough for a draft.")
    try:
        return [read_coded(text, "json")]
    except Unmappable as whole:
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                found += [read_coded(line, "json")] if line.strip() else []
            except Unmappable:
                where = f"line {number} of {file}" if found else str(file)
                raise Refused(f"{where} cannot be read ({whole.detail}): a draft is made of JSON.") from None
        return found


def _take(body: Any, headers: dict[str, str], found: _Samples) -> None:
    """Adds a message; of dead letters the record that they hold."""
    from router.sources.message import Message, Unmappable
    from router.sources.values import read_coded

    if isinstance(body, list) and body and all(map(_is_dead_letter, body)):
        for one in body:
            _take(one, headers, found)
        return
    key = None
    if _is_dead_letter(body):
        found.topic = found.topic or _topic(body["topic"])
        own = {str(one.get("name")).lower(): str(one.get("value") or "") for one in body["headers"]}
        headers, key = own | headers, body.get("key")
        if not isinstance(body.get("value"), str):
            raise Refused(f"The dead letter {body['dead_letter']} holds no text that could be read.")
        try:
            body = read_coded(body["value"], "json")
        except Unmappable as fault:
            raise Refused(f"The record of the dead letter cannot be read ({fault.detail}).") from None
    found.messages.append(Message(body, headers, key, found.topic or "", body))


def _is_dead_letter(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and {"dead_letter", "reason", "topic", "headers"} <= body.keys()
        and isinstance(body["headers"], list)
    )


def _vendors_of(messages: "Sequence[Message]") -> list[str]:
    """The vendors whose shipped mappings take all of the messages."""
    import msgspec

    from router.authoring.language.load import load_texts
    from router.cli.vendor_mappings import mapping_of, vendors
    from router.model.record import Record
    from router.sources.numbers import plain

    as_sent = [
        (
            msgspec.json.encode(plain(one.body)),
            tuple((name, value.encode()) for name, value in one.headers.items()),
        )
        for one in messages
    ]
    found = []
    for vendor in vendors():
        rules = load_texts({vendor: mapping_of(vendor)})
        (source,), (mapper,) = rules.sources.values(), rules.mappers.values()
        taken = [mapper.take(Record(source.topic, 0, 0, 0, None, *sent)) for sent in as_sent]
        if source.require and all(one.interactions and not one.faults for one in taken):
            found.append(vendor)
    return found
