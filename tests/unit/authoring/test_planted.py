"""A set with mistakes of all kinds: one check tells each at its place, and none hides another.

In `planted/` a comment such as `#! R015 2 hours` stands behind each mistake: the code, and the text at which it
is told (or the column after an `@`).
"""

import re
from pathlib import Path

import pytest

from router.authoring.language.load import CheckedRules, check_directory

PLANTED = Path(__file__).parent / "planted"
_MARK = re.compile(r"#! (R\d+)(?:@(\d+))? (.+?)(?= #!|$)")


def planted() -> list[tuple[str, int, int, str]]:
    found = []
    for path in sorted(PLANTED.glob("*.yaml")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            source = line.partition(" #!")[0]
            for code, column, token in _MARK.findall(line):
                found.append((path.name, number, int(column or source.rindex(token) + 1), code))
    return sorted(found)


@pytest.fixture(scope="module")
def checked() -> CheckedRules:
    return check_directory(PLANTED)


def test_all_mistakes_are_told_at_their_place_in_one_check_and_nothing_else(checked: CheckedRules) -> None:
    found = sorted(
        (Path(problem.position.file).name, problem.position.line, problem.position.column, problem.code)
        for problem in checked.problems
    )
    assert found == planted()
    assert len(found) >= 40


def test_the_mistakes_are_of_all_kinds(checked: CheckedRules) -> None:
    assert len({problem.code for problem in checked.problems}) >= 50


def test_every_mistake_comes_with_a_way_out(checked: CheckedRules) -> None:
    assert [str(problem) for problem in checked.problems if not problem.hint] == []


def test_the_set_is_refused(checked: CheckedRules) -> None:
    assert checked.rules is None
    assert checked.errors
    assert checked.warnings
