"""Files that sources name beside themselves: samples of messages, and look-up tables."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from router.authoring.language.node import Node
from router.authoring.language.nodes import MAX_BYTES, read
from router.authoring.language.problems import Problems

SAMPLES: Final = (".json", ".txt")
"""How the name of a file with a message ends."""

TABLES: Final = (".csv",)
"""How the name of a file with a look-up table ends."""

MAP: Final = "map"
GIVEN: Final = ("given", "file")


def is_beside(file: str) -> bool:
    """Whether a file is one that a source may name, and so no rule file, by its name."""
    return PurePosixPath(file).suffix.lower() in (*SAMPLES, *TABLES)


def named_files(texts: Mapping[str, bytes]) -> set[str]:
    """The files that the sources among file texts name, by path."""
    nodes = (node for root in sources_in(texts).values() for node in _names(root))
    return {path for node in nodes if (path := path_of(node)) is not None}


def sources_in(texts: Mapping[str, bytes]) -> dict[str, Node]:
    """The files among file texts that hold a source, by path."""
    found = {}
    for file, text in texts.items():
        root = read(file, text, Problems()) if b"source" in text and not is_beside(file) else None
        if root is not None and root.find("source") is not None:
            found[file] = root
    return found


def path_of(node: Node) -> str | None:
    """The path of the file that a text names, from the file that it stands in; None where it may name none."""
    name = PurePosixPath(node.value) if isinstance(node.value, str) and node.value.strip() else None
    if name is None or name.is_absolute() or ".." in name.parts or "\\" in node.value:
        return None
    return str(PurePosixPath(node.position.file).parent / name)


def text_beside(
    node: Node, key: str, endings: tuple[str, ...], texts: Mapping[str, bytes], problems: Problems
) -> bytes | None:
    """The text of the file that a node names under a key; None, with the problem noted, where there is none."""
    path = path_of(node)
    ends = " or ".join(endings)
    if path is None or PurePosixPath(path).suffix.lower() not in endings:
        message = f"`{key}` must be the name of a {ends} file beside this one or in a folder there, not {node.shown}"
        problems.add("R200", node.position, message, f"such as `samples/one{endings[0]}`, without `..`")
        return None
    text = texts.get(path)
    if text is None:
        hint = "put it there; the path begins at the folder of this file"
        problems.add("R200", node.position, f"there is no file {path}", hint)
    elif len(text) > MAX_BYTES:
        message, hint = (
            f"{path} is larger than {MAX_BYTES:,} bytes",
            "leave out what the source does not read",
        )
        problems.add("R200", node.position, message, hint)
        return None
    return text


def _names(root: Node) -> Iterator[Node]:
    """The nodes of a source that name files."""
    interactions, tests = root.find("interactions"), root.find("tests")
    for test in tests.each() if tests else ():
        if (given := test.find(*GIVEN)) is not None:
            yield given
    if interactions:
        yield from _tables(interactions)


def _tables(node: Node) -> Iterator[Node]:
    if isinstance(node.value, list):
        for one in node.value:
            yield from _tables(one)
    elif isinstance(node.value, dict):
        for name, (_, inner) in node.value.items():
            if name == MAP and isinstance(inner.value, str):
                yield inner
            else:
                yield from _tables(inner)
