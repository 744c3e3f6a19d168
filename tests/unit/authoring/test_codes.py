"""Every code has a page and something that triggers it, and the committed pages are those that the code makes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from router.authoring.came_in import CameIn
from router.authoring.checks.came_in import check_came_in
from router.authoring.codes import CODES, Code
from router.authoring.language.__main__ import CODES as DIRECTORY
from router.authoring.language.__main__ import main
from router.authoring.language.load import check_directory, check_texts
from router.authoring.language.nodes import MAX_BYTES
from router.authoring.language.pages import example_checked, files
from router.authoring.language.problems import Problem
from tests.unit.core.builders import SURVEYS, event

ROOT = Path(__file__).parents[3]
PAGES = files()
WITH_EXAMPLE = [entry for entry in CODES.values() if entry.wrong is not None]


def beside(directory: Path, name: str) -> Path:
    (directory / "policy.yaml").write_text("hold_out: 2%")
    (directory / name).touch()
    return directory


def doubling(groups: int) -> bytes:
    """Groups that name the next one twice: a comparison of the last is there 2 ** `groups` times."""
    inner = "".join(f"  g{n}: {{any: [{{group: g{n + 1}}}, {{group: g{n + 1}}}]}}\n" for n in range(groups))
    return f"groups:\n{inner}  g{groups}: {{channel: web, event.gift: true}}\n".encode()


def compared(condition: str) -> list[Problem]:
    """The warnings that only what came in shows, of a rule with a condition."""
    found = CameIn()
    for kind, data in (("order.placed", {"amount": 1}), ("call.ended", {"agent": "A"})):
        found.take(event(kind, **data))
    rule = f"rules: [{{id: a, when: {{type: order.placed, {condition}}}, send: {{survey: nps, channel: email}}}}]"
    files = {"rules.yaml": rule.encode(), "surveys.yaml": SURVEYS.encode()}
    problems = check_texts(files, [check_came_in(found)]).problems
    return [one for one in problems if one.code in ("R143", "R144")]


TRIGGERS: dict[str, Callable[[Path], list[str]]] = {
    "R001": lambda _: codes(check_texts({"a.yaml": b"#" * (MAX_BYTES + 1)}).problems),
    "R002": lambda _: codes(check_texts({"a.yaml": b"\xff"}).problems),
    "R070": lambda path: codes(check_directory(path / "nothing").problems),
    "R071": lambda path: codes(check_directory(path).problems),
    "R096": lambda path: codes(check_directory(beside(path, "notes.txt")).problems),
    "R106": lambda _: codes(check_texts({"a.yaml": doubling(12)}).errors)[:1],
    "R143": lambda _: codes(compared("event.amuont: 1")),
    "R144": lambda _: codes(compared("event.agent: A")),
    "R098": lambda _: codes(check_texts({"a.yaml": b"rules:\n" + b"- x\n" * 2_000}).problems)[1_000:],
}


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_the_catalogue_holds_the_codes_that_the_checks_use_and_no_other() -> None:
    sources = [
        path.read_text()
        for path in (ROOT / "router" / "authoring").rglob("*.py")
        if path.parent.name != "codes"
    ]
    assert set(re.findall(r'"(R\d{3})"', "".join(sources))) == set(CODES)


def test_every_code_has_an_example_or_a_trigger() -> None:
    assert {entry.code for entry in WITH_EXAMPLE} | set(TRIGGERS) == set(CODES)
    assert not {entry.code for entry in WITH_EXAMPLE} & set(TRIGGERS)


@pytest.mark.parametrize("entry", WITH_EXAMPLE, ids=lambda entry: entry.code)
def test_the_wrong_example_has_this_mistake_and_no_other_error(entry: Code) -> None:
    checked = example_checked(entry.wrong or "")
    assert entry.code in codes(checked.problems)
    assert set(codes(checked.errors)) <= {entry.code}


@pytest.mark.parametrize("entry", WITH_EXAMPLE, ids=lambda entry: entry.code)
def test_the_right_example_is_valid_and_free_of_the_mistake(entry: Code) -> None:
    checked = example_checked(entry.right or "")
    assert [str(problem) for problem in checked.errors] == []
    assert entry.code not in codes(checked.problems)


@pytest.mark.parametrize("code", TRIGGERS)
def test_a_mistake_outside_the_text_is_told(code: str, tmp_path: Path) -> None:
    assert TRIGGERS[code](tmp_path) == [code]


def test_the_committed_pages_are_those_of_the_code() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / DIRECTORY).iterdir()}
    assert committed == PAGES, "run `python -m router.authoring.language`"
    assert set(PAGES) == {f"{code}.md" for code in CODES} | {"README.md"}


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name: path.read_text() for path in (tmp_path / DIRECTORY).iterdir()} == PAGES
