"""The usual changes of a rule file, as fields of a form: delay, hours, limits, channels, share, texts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from router.authoring.editing.write import CannotEdit, Place, written
from router.authoring.language.limits import CALENDAR
from router.authoring.language.node import Node
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems

SectionKind = Literal["rule", "limit", "quota", "rate cap", "hours", "policy", "text"]
FieldKind = Literal["value", "list", "choice", "text", "period"]

_NO_CHOICE: Final = ""


class Field(Struct, frozen=True):
    """One value that can be set; `name` tells it from all others of the file. Empty: the key is not there.

    A list is its members with commas between. `choices` are all that a choice may be, and what a period may be besides.
    """

    name: str
    place: Place
    key: str
    kind: FieldKind
    value: str
    choices: tuple[str, ...] = ()


class Section(Struct, frozen=True):
    """What belongs together: the fields of one rule, one limit, one text. `name` is the author's."""

    kind: SectionKind
    name: str
    fields: tuple[Field, ...]


_KINDS: Final[Mapping[str, FieldKind]] = {
    "within": "choice",
    "enabled": "choice",
    "channel": "list",
    "per": "period",
    **dict.fromkeys(("subject", "introduction", "question", "low", "high", "follow_up"), "text"),
}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "within": (_NO_CHOICE, "business_hours"),
    "enabled": (_NO_CHOICE, "true", "false"),
    "per": CALENDAR,
}
_RULE: Final = ("delay", "within", "expires", "max_age", "sample", "priority", "enabled")
_COUNTED: Final[Mapping[str, SectionKind]] = {"limits": "limit", "quotas": "quota", "rate_caps": "rate cap"}
_TEXT: Final = ("subject", "introduction", "question", "low", "high", "follow_up")


def usual_changes(text: str) -> tuple[Section, ...]:
    """What the form offers for the text of a rule file; nothing where it cannot be read or holds none of it."""
    root = read("text", text.encode(), problems := Problems())
    if root is None or any(problem.severity == "error" for problem in problems.found):
        return ()
    return tuple(section for section in _sections(root) if section.fields)


def edited(text: str, given: Mapping[str, str]) -> str:
    """The text with what was given for its fields, by their names; all else stays as it was written.

    Raises `CannotEdit`, also for a field that the text does not have.
    """
    fields = {field.name: field for section in usual_changes(text) for field in section.fields}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            raise CannotEdit("The form is of another text than the file has now: load it again.")
        stripped = value.strip()
        if stripped == field.value:
            continue
        text = written(text, field.place, _as_written(field, stripped), quoted=field.kind == "text")
    return text


def _as_written(field: Field, value: str) -> str | list[str] | None:
    if not value or field.kind != "list":
        return value or None
    members = [one.strip() for one in value.split(",") if one.strip()]
    return members[0] if len(members) == 1 else members


def _sections(root: Node) -> Iterator[Section]:
    for rule in _members(root, "rules"):
        name = str(rule.plain()["id"])
        fields = [
            *_fields(rule, ("rules", name), _RULE),
            *_fields(rule.find("send"), ("rules", name, "send"), ("channel",)),
        ]
        fields += _fields(rule.find("reminder"), ("rules", name, "reminder"), ("after", "max"))
        yield Section("rule", name, tuple(fields))
    for key, kind in _COUNTED.items():
        for one in _members(root, key):
            name = str(one.plain()["id"])
            yield Section(kind, name, tuple(_fields(one, (key, name), ("max", "per"))))
    for key, keys in (("quiet_hours", ("from", "to")), ("business_hours", ("days", "from", "to"))):
        yield Section("hours", key, tuple(_fields(root.find(key), (key,), keys)))
    if root.find("hold_out") is not None:
        yield Section("policy", "hold_out", tuple(_fields(root, (), ("hold_out",))))
    for survey, (_, body) in _pairs(root.find("surveys")):
        for locale, (_, wording) in _pairs(body.find("texts")):
            place = ("surveys", survey, "texts", locale)
            yield Section("text", f"{survey}, {locale}", tuple(_fields(wording, place, _TEXT)))


def _fields(node: Node | None, place: Place, keys: tuple[str, ...]) -> Iterator[Field]:
    """The keys of a mapping that hold a plain value, or that may be added to it."""
    if node is None or not isinstance(node.value, dict):
        return
    for key in keys:
        inner = node.find(key)
        value = _shown(inner)
        if value is not None:
            full = (*place, key)
            yield Field("/".join(full), full, key, _KINDS.get(key, "value"), value, _CHOICES.get(key, ()))


def _shown(node: Node | None) -> str | None:
    """A value as the form shows it; None where it is more than a form can hold."""
    if node is None or node.value is None:
        return ""
    if isinstance(node.value, list):
        plain = [one.word for one in node.value if not isinstance(one.value, list | dict)]
        return ", ".join(plain) if len(plain) == len(node.value) else None
    return None if isinstance(node.value, dict) else node.word


def _members(root: Node, key: str) -> list[Node]:
    """The members of a list that have a name of their own."""
    found = root.find(key)
    members = found.value if found is not None and isinstance(found.value, list) else []
    return [one for one in members if _named(one)]


def _named(node: Node) -> bool:
    given = node.find("id")
    return given is not None and isinstance(given.value, str | int)


def _pairs(node: Node | None) -> list[tuple[str, tuple[Any, Node]]]:
    return list(node.value.items()) if node is not None and isinstance(node.value, dict) else []
