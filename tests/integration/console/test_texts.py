"""Every text of the console is there in Dutch, and no Dutch text is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from jinja2 import nodes

from router.console.dutch import DUTCH
from router.console.page import GROUPS
from router.console.rendering import templates
from router.console.views.pages import PAGES
from router.model.access import ROLES

ROOM = Path(__file__).parents[3] / "router" / "console"
SAYING = {"Problem", "NotThere", "Conflicting", "WrongKind"}


def of_templates() -> Iterator[str]:
    environment = templates()
    for name in environment.list_templates():
        source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
        for call in environment.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                for constant in call.args[0].find_all(nodes.Const) if call.args else ():
                    yield constant.value
                if isinstance(call.args[0], nodes.Const):
                    yield call.args[0].value


def of_code() -> Iterator[str]:
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            first = node.args[1] if name == "translated" else node.args[0]
            if (name in {"t", "translated"} | SAYING) and isinstance(first, ast.Constant):
                yield first.value
            if name == "__init__" and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def literals() -> Iterator[str]:
    """Texts that are chosen elsewhere than where they are told."""
    environment = templates()
    for name in environment.list_templates():
        source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
        yield from (one.value for one in environment.parse(source).find_all(nodes.Const))
    for path in ROOM.rglob("*.py"):
        if path.parent.name != "dutch":
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            yield from (
                node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )


def test_every_text_has_dutch_with_the_same_parts_and_none_is_left_over() -> None:
    said = {
        *of_templates(),
        *of_code(),
        *GROUPS,
        *ROLES,
        "Something is wrong",
        *(page.title for page in PAGES),
    }
    assert said - DUTCH.keys() == set()
    assert DUTCH.keys() - said - {*literals()} == set()
    for english, dutch in DUTCH.items():
        assert _parts(english) == _parts(dutch), english


def _parts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
