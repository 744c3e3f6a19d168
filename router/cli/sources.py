"""`sources`: the mappings that make interactions of vendors' messages, seen on a message."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli.faults import FAILED, Refused
from router.cli.options import Json, RulesHere
from router.cli.output import print_json, print_lines
from router.cli.source_checks import check_sources, run_source_tests
from router.cli.source_drafts import draft, write_new
from router.cli.source_records import counts, replay
from router.cli.tables import print_table
from router.model.signs import printable

if TYPE_CHECKING:
    from router.model.sources import Source
    from router.rules.ruleset import RuleSet
    from router.sources.explain import Explained, ExplainedCondition, ExplainedInteraction
    from router.sources.message import Message

app = typer.Typer(help="Map vendors' messages to interactions.", no_args_is_help=True)
app.command()(counts)
app.command()(replay)
app.command("check")(check_sources)
app.command("test")(run_source_tests)
app.command()(draft)

_MOST: Final = 1_048_576


@app.command("list")
def list_sources(rules: RulesHere = None, json: Json = False) -> None:
    """List the sources of a rule set: their topics, and how many kinds of interactions they know."""
    found = list(_rules(rules).sources.values())
    rows = [
        {
            "source": one.name,
            "topic": one.topic,
            "interactions": len(one.interactions),
            "skips": len(one.skip),
        }
        for one in found
    ]
    if json:
        print_json(rows)
    elif rows:
        print_table("Sources", list(rows[0]), [list(row.values()) for row in rows])
    else:
        print_lines(["The rule set has no sources: a source is a file that opens with `source:`."])


@app.command()
def explain(
    file: Annotated[
        Path, typer.Argument(help="A file with one message, as the vendor sends it.", metavar="FILE")
    ],
    source: Annotated[
        str | None, typer.Option(help="The source; default: each whose message it may be.", metavar="NAME")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(help="A header of the message. Repeatable.", metavar="NAME=VALUE")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The key of the message.", metavar="KEY")] = None,
    rules: RulesHere = None,
    json: Json = False,
) -> int:
    """Show what a source makes of a message, field by field.

    Tells where each value comes from, which condition does not hold, and why a message is passed over.
    Exit code 1: nothing comes of it, or something of it cannot be mapped.
    """
    from router.sources.explain import explain as explained

    loaded = _rules(rules)
    wanted = _wanted(loaded, source)
    body = _body(file)
    found = [explained(one, _message(one, body, header or [], key)) for one in wanted]
    own = [one for one in found if one.own] or found
    if json:
        print_json(own)
    else:
        for one in own:
            _print(one)
    made = [one for each in own for one in each.interactions if one.taken]
    return 0 if made and not any(field.fault for one in made for field in one.fields) else FAILED


@app.command("vendors")
def list_vendors(json: Json = False) -> None:
    """List the mappings that are shipped, which `sources add` copies into a rule set."""
    from router.cli.vendor_mappings import shipped

    rows = [{"vendor": one.name, "messages": one.messages, "topic": one.topic} for one in shipped()]
    if json:
        print_json(rows)
    else:
        print_table("Vendors", list(rows[0]), [list(row.values()) for row in rows])


@app.command()
def add(
    vendor: Annotated[str, typer.Argument(help="One of `sources vendors`.", metavar="VENDOR")],
    rules: RulesHere = None,
) -> None:
    """Copy a shipped mapping into RULES/sources, for a person to fit to their own names.

    It is never written over a file, nor beside a source of its name. Says what to do next: the topic that must be named,
    and the types that no journey or rule waits for yet.
    """
    from router.cli.opening import rule_texts, rules_here
    from router.cli.vendor_mappings import added, mapping_of, shipped
    from router.settings.settings import shipped_rules

    known = {one.name: one for one in shipped()}
    if vendor not in known:
        raise Refused(f"There is no mapping for {printable(vendor)}: it is one of {', '.join(known)}.")
    directory = rules_here(rules)
    if rules is None and directory == shipped_rules():
        raise Refused("The rules that came with the program are not changed: name the directory of your own.")
    file = directory / "sources" / f"{vendor}.yaml"
    found = added(vendor, str(file), rule_texts(directory))
    if found.already is not None:
        raise Refused(f"The rule set has a source {vendor} already ({found.already}): nothing was written.")
    write_new({file: mapping_of(vendor)})
    topic = known[vendor].topic
    secret = f"  ROUTER_WEBHOOKS__SECRETS={vendor}=…   takes its messages over HTTP, at /webhooks/{vendor}, where none come by Kafka"
    print_lines(
        [
            f"{file}",
            "",
            "Next:",
            f"  {file.name} says at its beginning which setting of the vendor to choose",
            f"  ROUTER_TOPICS__SOURCES={topic}   lets the service read the topic (with others: separated by commas)",
            *([secret] if known[vendor].webhook else []),
            f"  feedback-router sources explain MESSAGE.json {directory}   what comes of a message of your own",
            f"  feedback-router test {directory}",
            *(f"  {line}" for line in found.open),
        ]
    )


def _rules(rules: Path | None) -> "RuleSet":
    from router.authoring.language.load import load_directory
    from router.cli.opening import rules_here

    return load_directory(rules_here(rules))


def _wanted(rules: "RuleSet", name: str | None) -> "list[Source]":
    if not rules.sources:
        raise Refused("The rule set has no sources: a source is a file that opens with `source:`.")
    if name is None:
        return list(rules.sources.values())
    if name not in rules.sources:
        raise Refused(f"The rule set has no source {name}: it has {', '.join(rules.sources)}.")
    return [rules.sources[name]]


def _body(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            body = opened.read(_MOST + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}): name a file with one message.") from None
    if len(body) > _MOST:
        raise Refused(f"{file} is larger than {_MOST:,} bytes, the most that is read of one message.")
    return body


def _message(source: "Source", body: bytes, headers: list[str], key: str | None) -> "Message":
    from router.sources.message import Message, Unmappable
    from router.sources.values import read_coded

    if body[:1] == b"\0":
        raise Refused(
            "The file has the frame of a schema registry, which is not asked here: give the JSON that the message says."
            " The service reads such messages by itself, with ROUTER_SCHEMA_REGISTRY__URL"
            " (`feedback-router docs sources/schema-registry`)."
        )
    given: dict[str, str] = {}
    for header in headers:
        name, equals, value = header.partition("=")
        if not equals:
            raise Refused(f"--header is written NAME=VALUE, not {header}.")
        given[name.strip().lower()] = value
    try:
        read = read_coded(body, source.decode)
    except Unmappable as fault:
        raise Refused(
            f"Source {source.name} reads {source.decode}, and the file is none: {fault.detail}."
        ) from None
    return Message(read, given, key, source.topic, read)


def _print(found: "Explained") -> None:
    print_lines([f"source {found.source}"])
    if not found.own:
        print_lines(["  not a message of this source:", *_conditions(found.required)])
    elif found.skipped is not None:
        print_lines([f"  passed over: {found.skipped}"])
    elif not found.interactions:
        print_lines(["  no interaction: the list of `each` is empty or not there"])
    for one in found.interactions:
        print_lines([*_interaction(one)])


def _interaction(one: "ExplainedInteraction") -> Iterator[str]:
    place = "" if one.place is None else f", member {one.place}"
    yield f"  interaction {one.number}{place}" + ("" if one.taken else ": not this one")
    yield from _conditions(one.conditions)
    wide = max((len(field.name) for field in one.fields), default=0)
    for field in one.fields:
        value = f"cannot be read: {field.fault}" if field.fault else _shown(field.value)
        yield f"    {field.name:{wide}}  {printable(value)}   ({printable(field.made)})"


def _conditions(conditions: "tuple[ExplainedCondition, ...]") -> Iterator[str]:
    for one in conditions:
        sign = "holds" if one.holds else "does not hold"
        sign = "holds if it was seen otherwise before" if one.holds and one.remembered else sign
        yield f"    {printable(one.words)}: {sign}, it is {printable(_shown(one.actual))}"


def _shown(value: object) -> str:
    return "not there" if value is None else str(value)
