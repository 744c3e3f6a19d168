"""The JSON Schemas: drift, hover texts, the shipped files, and that they agree with the reader."""

import copy
import json
import random
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

from router.authoring.codes import CODES
from router.authoring.language.__main__ import SCHEMAS
from router.authoring.language.files import FILES as KINDS
from router.authoring.language.load import check_texts
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems
from router.authoring.language.schema import schema, schema_files
from router.cli.schema import FileKind

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    [path for directory in ("rules", "router/cli/starter") for path in (ROOT / directory).rglob("*.yaml")]
    # The sets above have no schedules.
    + list((ROOT / "router/cli/examples").rglob("schedules/*.yaml"))
)
EXAMPLES = sorted(
    path
    for kind in ("schedules", "sources")
    for path in (ROOT / "router/cli/examples").rglob(f"{kind}/*.yaml")
)
VALIDATORS = {kind: Draft7Validator(schema(kind)) for kind in KINDS}
SHAPE = {"R011", "R012", "R013", "R014", "R016", "R017", "R020", "R021", "R022", "R023", "R024"}
NAMES = {"R027", "R064", "R074", "R075", "R076", "R077", "R102"}
MODELINE = "# yaml-language-server: $schema="


def kind_of(path: Path) -> str:
    """As its modeline says."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(MODELINE), path
    named = (path.parent / first.removeprefix(MODELINE)).resolve()
    root = next(parent for parent in path.parents if (parent / "policy.yaml").exists())
    assert named.parent == root / "schema"
    return named.stem


def plain(path: Path) -> Any:
    node = read(path.name, path.read_bytes(), Problems())
    assert node is not None
    return node.plain()


def test_the_committed_schemas_are_those_of_the_code() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / SCHEMAS).iterdir()}
    assert committed == schema_files(), "run `python -m router.authoring.language`"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    Draft7Validator.check_schema(schema(kind))


def test_the_command_prints_every_kind() -> None:
    assert set(get_args(FileKind)) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_hover_text(kind: str) -> None:
    def walk(part: Any, path: str, in_condition: bool = False) -> None:
        if isinstance(part, dict):
            for name, body in part.get("properties", {}).items():
                if not in_condition and isinstance(body, dict):
                    known = body.get("description") or set(body) <= {"const", "enum", "type", "maxItems"}
                    assert known, f"{path}.{name}"
            for name, body in part.items():
                walk(body, f"{path}.{name}", in_condition or name in ("if", "then"))
        elif isinstance(part, list):
            for body in part:
                walk(body, path, in_condition)

    walk(schema(kind), kind)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shipped_file_is_valid(path: Path) -> None:
    errors = [error.message for error in VALIDATORS[kind_of(path)].iter_errors(plain(path))]
    assert errors == []


@pytest.mark.parametrize("code", sorted(SHAPE | {"R015"}))
def test_the_example_of_a_mistake_in_shape_is_not_valid(code: str) -> None:
    wrong = CODES[code].wrong
    assert wrong is not None
    node = read("wrong.yaml", wrong.encode(), Problems())
    assert node is not None
    assert not any(validator.is_valid(node.plain()) for validator in VALIDATORS.values())


def test_every_right_example_is_valid() -> None:
    for entry in CODES.values():
        if entry.right is None or entry.right.startswith("# "):
            continue
        node = read("right.yaml", entry.right.encode(), Problems())
        assert node is not None
        assert any(validator.is_valid(node.plain()) for validator in VALIDATORS.values()), entry.code


def changed(value: Any, draw: random.Random) -> Any:
    """The value with one change somewhere: a key gone, added or misspelt, or a value of another kind."""
    value = copy.deepcopy(value)
    places: list[tuple[Any, Any]] = []

    def walk(part: Any) -> None:
        for key in list(part) if isinstance(part, dict) else range(len(part)):
            places.append((part, key))
            if isinstance(part[key], dict | list):
                walk(part[key])

    walk(value)
    part, key = draw.choice(places)
    other = [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        " ",
        "word",
        "2h",
        "50%",
        "21:00",
        [],
        ["a"],
        [1, 2],
        {},
        {"a": 1},
        [None],
    ]
    action = draw.randrange(4)
    if action == 0 and isinstance(part, dict):
        del part[key]
    elif action == 1 and isinstance(part, dict):
        part[f"{key}x"] = part.pop(key)
    elif action == 2 and isinstance(part[key], dict):
        part[key]["another"] = draw.choice(other)
    else:
        part[key] = draw.choice(other)
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_reader_agree(kind: str) -> None:
    """What the schema refuses the reader refuses, and mistakes in shape are found by both."""
    draw = random.Random(kind)
    files = [path for path in (*SHIPPED, *EXAMPLES) if kind_of(path) == kind]
    disagreed = []
    for _ in range(200):
        path = draw.choice(files)
        value = changed(plain(path), draw)
        found = check_texts({path.name: json.dumps(value).encode()}).errors
        errors = [error for error in found if error.code not in NAMES]
        valid = VALIDATORS[kind].is_valid(value)
        shape = [str(error) for error in errors if error.code in SHAPE]
        if (not valid and not errors) or (valid and shape):
            told = [error.message[:200] for error in VALIDATORS[kind].iter_errors(value)]
            disagreed.append((path.name, shape, told))
    assert disagreed == [], "\n".join(map(str, disagreed))
