"""`decide`: one interaction from standard input, decided by a rule set, with neither broker nor database."""

import sys
import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from router.cli.faults import Refused
from router.cli.options import Json, RulesHere
from router.cli.output import print_json, print_lines
from router.cli.output import told as say
from router.cli.voices import Lang, Zone, voice
from router.cli.why import lines_of
from router.model.spelling import counted

if TYPE_CHECKING:
    from router.model.interaction import Interaction

_MOST = 10_000_000


def decide(  # noqa: PLR0913 - options of a command
    rules: RulesHere = None,
    customer: Annotated[
        Path | None,
        typer.Option(help="Customer profile: JSON as in a preferences event.", metavar="FILE"),
    ] = None,
    consent: Annotated[
        list[str] | None, typer.Option(help="Channel with consent. Repeatable.", metavar="CHANNEL")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="The customer's language.", metavar="LOCALE")] = None,
    now: Annotated[
        str | None,
        typer.Option(help="Time of the decision; default: the time of the interaction.", metavar="MOMENT"),
    ] = None,
    lang: Lang = None,
    zone: Zone = None,
    json: Json = False,
) -> None:
    """Decide one interaction from standard input (dry run).

    Reads a CloudEvent as JSON. Of several, one per line, the last is decided and the others are its
    history. Shows every rule and every gate; nothing is stored or sent.
    """
    from router.authoring.language.load import load_directory
    from router.cli.opening import rules_here
    from router.service.dry_run import decided, why

    loaded = load_directory(rules_here(rules))
    known = _customer(customer, consent or [], locale)
    event = decided(_in_order(_interactions()), known, _moment(now), loaded)
    speaking = voice(lang, zone, loaded.policy, json=json)
    explanation = why(event, loaded, speaking)
    if json:
        decision = msgspec.structs.asdict(event.decided.decision)
        print_json({"decision": decision, "explanation": explanation})
    else:
        print_lines(lines_of(explanation, speaking=speaking))


def _interactions() -> "list[Interaction]":
    """What standard input holds: one event, however it is wrapped, or one a line."""
    if sys.stdin is None or sys.stdin.isatty():
        raise Refused("Give an interaction on standard input: `feedback-router decide < interaction.json`.")
    text = _text()
    if len(text) > _MOST:
        raise Refused(f"Standard input is larger than {_MOST:,} bytes: give what matters to one decision.")
    found = _read([text]) if text.count(b"\n") == 0 or _whole(text) else _read(text.splitlines())
    if not found:
        raise Refused("Standard input holds no interaction: give a CloudEvent as JSON.")
    return found


def _in_order(interactions: "list[Interaction]") -> "list[Interaction]":
    """Those before the last in order of time. What is not is said on standard error."""
    *before, last = interactions
    ordered = sorted(before, key=lambda one: one.time)
    if ordered != before:
        say("The interactions before the last were not in order of time; they are taken in that order.")
    later = sum(one.time > last.time for one in before)
    if later:
        say(
            f"{counted(later, 'interaction')} before the last happened after it: it is decided as one that came late."
        )
    return [*ordered, last]


def _text() -> bytes:
    """Standard input as text, unpacked; not much more than the most that is read."""
    from router.cli.event_files import reason_of, unpacked
    from router.cli.formats import GZIP, bare, no_text

    text = sys.stdin.buffer.read(_MOST + 1)
    if text.startswith(GZIP):
        try:
            text = unpacked(text, _MOST)
        except (OSError, EOFError, zlib.error) as error:
            raise Refused(f"Standard input cannot be read: {reason_of(error)}.") from None
    if (found := no_text(text)) is not None:
        raise Refused(f"Standard input {found}.")
    return bare(text)


def _whole(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _read(lines: list[bytes]) -> "list[Interaction]":
    from router.cli.lines import ANY_TIME
    from router.decode import decode_line

    found: list[Interaction] = []
    for number, line in enumerate(lines, start=1):
        decoded = decode_line(line, number, ANY_TIME)
        if decoded.dead is not None:
            place = f", line {number}" if len(lines) > 1 else ""
            raise Refused(f"Standard input{place} cannot be read: {decoded.dead.detail}")
        found += decoded.interactions
    return found


def _customer(file: Path | None, consent: list[str], locale: str | None) -> dict[str, Any]:
    """The customer as the data of a preferences event."""
    from router.decode.consent import check_preferences
    from router.decode.outcome import DEFAULT_LIMITS, Refusal

    known: Any = {}
    if file is not None:
        try:
            known = msgspec.json.decode(file.read_bytes())
        except OSError as error:
            raise Refused(f"{file} cannot be read ({error.strerror}): name a JSON file.") from None
        except (msgspec.DecodeError, RecursionError) as error:
            raise Refused(f"{file} is not JSON: {error}.") from None
        if not isinstance(known, dict):
            raise Refused(f'{file} must hold an object such as {{"consent": ["email"], "locale": "nl"}}.')
    if consent:
        known["consent"] = consent
    if locale:
        known["locale"] = locale
    try:
        check_preferences(known, DEFAULT_LIMITS)
    except Refusal as refusal:
        raise Refused(f"The customer cannot be read: {refusal.detail}") from None
    return known  # type: ignore[no-any-return]


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(f"--now is a time with its offset such as 2026-11-22T09:00:00+01:00, not {text}.")
    return moment
