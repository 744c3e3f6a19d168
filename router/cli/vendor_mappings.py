"""The mappings of vendors' messages that are shipped, to be copied into a rule set."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from router.authoring.language.load import check_texts, load_texts

_VENDORS: Final = Path(__file__).parent / "vendors"
_WAITED_FOR: Final = "R198"
"""The code of a type that nothing waits for."""


class Shipped(Struct, frozen=True):
    """A mapping: the name of its source, the messages it is for in words, and the topic that it reads."""

    name: str
    messages: str
    topic: str


class Added(Struct, frozen=True):
    """A mapping laid beside a rule set: the file that has a source of its name, and what `check` says of it then."""

    already: str | None
    open: tuple[str, ...] = ()


def vendors() -> list[str]:
    """The names of the mappings, which are those of their sources too."""
    return sorted(file.stem for file in _VENDORS.glob("*.yaml"))


def mapping_of(vendor: str) -> bytes:
    """The file of one of `vendors`."""
    return (_VENDORS / f"{vendor}.yaml").read_bytes()


def shipped() -> list[Shipped]:
    """All mappings. What each is for is the sentence that its file begins with."""
    found = []
    for vendor in vendors():
        text = mapping_of(vendor)
        (source,) = load_texts({vendor: text}).sources.values()
        sentence = text.decode().splitlines()[1].removeprefix("# ").rstrip(".")
        found.append(Shipped(source.name, sentence, source.topic))
    return found


def added(vendor: str, texts: Mapping[str, bytes]) -> Added:
    """What comes of laying a mapping beside the files of a rule set."""
    rules = check_texts(dict(texts)).rules
    own = rules.sources.get(vendor) if rules is not None else None
    if own is not None:
        return Added(own.position.file if own.position else vendor)
    name = f"sources/{vendor}.yaml"
    problems = [
        one for one in check_texts({**texts, name: mapping_of(vendor)}).problems if one.position.file == name
    ]
    types = [one.message for one in problems if one.code == _WAITED_FOR]
    others = [str(one) for one in problems if one.code != _WAITED_FOR]
    hint = ["name these in a step, in a rule, or under `types:` of the policy:"] if types else []
    return Added(None, (*hint, *(f"  {line}" for line in types), *others))
