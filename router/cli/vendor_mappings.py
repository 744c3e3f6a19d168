"""The mappings of vendors' messages that are shipped, to be copied into a rule set."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from router.authoring.language.load import check_texts, load_texts

_VENDORS: Final = Path(__file__).parent / "vendors"
_WAITED_FOR: Final = "R198"
"""The code of a type that nothing waits for."""

_TWICE: Final = "R073"
"""The code of two sources of one name."""


class Shipped(Struct, frozen=True):
    """A mapping: the name of its source, the messages it is for in words, the topic that it reads, whether it has a webhook."""

    name: str
    messages: str
    topic: str
    webhook: bool


class Added(Struct, frozen=True):
    """A mapping laid beside a rule set: where a source of its name is, and what `check` says of it then."""

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
        found.append(Shipped(source.name, sentence, source.topic, source.webhook is not None))
    return found


def added(vendor: str, file: str, texts: Mapping[str, bytes]) -> Added:
    """What comes of laying a mapping beside the files of a rule set, by their names; `file` is the name of the new one."""
    found = check_texts({**texts, file: mapping_of(vendor)}).problems
    problems = [one for one in found if one.position.file == file]
    # Told of the later file, which is the new one; the hint says where the first is.
    already = next((one.hint for one in problems if one.code == _TWICE), None)
    types = [one.message for one in problems if one.code == _WAITED_FOR]
    others = [str(one) for one in problems if one.code != _WAITED_FOR]
    hint = ["name these in a step, in a rule, or under `types:` of the policy:"] if types else []
    return Added(already, (*hint, *(f"  {line}" for line in types), *others))
