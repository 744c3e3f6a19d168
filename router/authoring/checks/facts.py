"""Facts in texts: named as the policy declares them, with what to say where one is missing."""

import re
from collections.abc import Iterator
from typing import Final

from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.placeholders import placeholders, stray_brace
from router.model.rules import Position

_WITH_FACTS: Final = ("subject", "introduction", "question", "follow_up")
_LABELS: Final = ("low", "high")
_PERSONAL: Final = frozenset(
    [
        "name",
        "naam",
        "firstname",
        "lastname",
        "surname",
        "voornaam",
        "achternaam",
        "email",
        "mail",
        "phone",
        "telefoon",
        "telephone",
        "mobile",
        "mobiel",
        "address",
        "adres",
        "street",
        "straat",
        "postcode",
        "zip",
        "birth",
        "birthday",
        "birthdate",
        "geboorte",
        "geboortedatum",
        "iban",
        "bsn",
        "ssn",
        "passport",
        "paspoort",
        "health",
        "gezondheid",
        "diagnosis",
        "diagnose",
        "gender",
        "geslacht",
    ]
)


def check_texts(definitions: Definitions, problems: Problems) -> None:
    """R172, R173, R174, R176: placeholders that name no fact, are not whole, have no words instead, or stand in a label."""
    facts = sorted(definitions.policy.policy.facts)
    for node, key in _texts(definitions):
        text = str(node.value)
        if (stray := stray_brace(text)) is not None:
            hint = "write {name|what to say without it}; a text can hold braces for nothing else"
            problems.add("R173", _within(node, stray), f"`{text[stray]}` stands alone in `{key}`", hint)
            continue
        for named in placeholders(text):
            place = _within(node, named.offset)
            if key in _LABELS:
                message = f"`{key}` is what the answers are compared by: it names no facts"
                problems.add("R176", place, message, "say it in `introduction` or `question`")
            elif named.fact not in facts:
                _unknown(place, named.fact, facts, problems)
            elif named.otherwise is None:
                message = f"nothing is said where `{named.fact}` is missing"
                hint = f"write {{{named.fact}|…}} with what to say then; {{{named.fact}|}} says nothing"
                problems.add("R174", place, message, hint)


def _unknown(place: Position, name: str, facts: list[str], problems: Problems) -> None:
    if facts:
        problems.undefined("R172", place, "fact", name, facts)
        return
    known = name if re.fullmatch(r"[A-Za-z]\w*", name) else "case_id"
    hint = f"declare it in the policy: `facts: {{{known}: event.{known}}}`"
    problems.add("R172", place, f"the policy declares no facts, so there is no {name[:80]!r}", hint)


def check_facts(definitions: Definitions, problems: Problems) -> None:
    """R175, R177: facts that look like personal data, and facts that no text names."""
    # A text whose facts could not be read may have meant any of them.
    unclear = any(problem.code in ("R172", "R173") for problem in problems.found)
    named = {one.fact for node, _ in _texts(definitions) for one in placeholders(str(node.value))}
    for name, key, field in fact_fields(definitions):
        fact = definitions.policy.policy.facts.get(name)
        words = {part.lower() for text in (name, str(field.value)) for part in re.split(r"[._\W]+", text)}
        if fact is not None and not fact.personal and not words.isdisjoint(_PERSONAL):
            message = f"the fact {name!r} looks like personal data: it goes into every message that names it"
            hint = f"if it is meant, write {name}: {{field: {field.value}, personal: true}}"
            problems.add("R175", key.position, message, hint)
        if name not in named and definitions.surveys and not unclear:
            hint = f"write {{{name}|…}} in a text, or remove it"
            problems.add("R177", key.position, f"no text names the fact {name!r}", hint)


def fact_fields(definitions: Definitions) -> Iterator[tuple[str, Node, Node]]:
    """The facts of the policy: the name, where it stands, and the field."""
    for facts in definitions.policy.values("facts"):
        for name, (key, value) in facts.value.items() if isinstance(facts.value, dict) else ():
            field = value.find("field") if isinstance(value.value, dict) else value
            if field is not None and isinstance(field.value, str):
                yield name, key, field


def _texts(definitions: Definitions) -> Iterator[tuple[Node, str]]:
    """Every text of every survey, with its key."""
    for survey in definitions.surveys.values():
        for texts in survey.values("texts"):
            for _, text in texts.value.values() if isinstance(texts.value, dict) else ():
                for key in (*_WITH_FACTS, *_LABELS):
                    node = text.find(key)
                    if node is not None and isinstance(node.value, str):
                        yield node, key


def _within(node: Node, offset: int) -> Position:
    """The place of a sign in a text; of one of several lines where it begins."""
    at = node.position
    if "\n" in str(node.value):
        return at
    return Position(at.file, at.line, at.column + offset + node.quoted)
