"""Mistakes that people make, each in the starter set: where it is told, by which code, and what to write instead.

A line of `mistakes.txt` is a file, a text in it, what stands there by mistake, and all that is then told: the place (with
its file, where that is another), the code and the hint. `\\n`, `\\t` and `\\u00a0` stand for signs.
"""

import re
from pathlib import Path

import pytest

from router.authoring.language.load import check_texts
from router.authoring.language.problems import Problem
from router.cli import starter

STARTER = Path(next(iter(starter.__path__)))
TEXTS = {str(path.relative_to(STARTER)): path.read_text() for path in sorted(STARTER.rglob("*.yaml"))}
LINES = (Path(__file__).parent / "mistakes.txt").read_text().splitlines()
MISTAKES = [line.split(" | ") for line in LINES if line and not line.startswith("#")]
JARGON = re.compile(r"\bmapping\b|\\x|\\u|\bscalar\b|\bNone\b|\bPython\b|\btoken\b|\bYAML\b")


def signs(text: str) -> str:
    """The text with the signs that escapes stand for."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return text.replace("\\n", "\n").replace("\\t", "\t")


def problems_of(file: str, right: str, wrong: str) -> list[Problem]:
    assert signs(right) in TEXTS[file], right
    texts = TEXTS | {file: TEXTS[file].replace(signs(right), signs(wrong), 1)}
    return check_texts({name: text.encode() for name, text in texts.items()}).problems


def told(file: str, problems: list[Problem]) -> str:
    """The problems as the table has them."""
    lines = []
    for problem in problems:
        place = str(problem.position).removeprefix(f"{file}:")
        lines.append(f"{place} {problem.code} {problem.hint}")
    return "; ".join(lines)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "expected"), MISTAKES, ids=[mistake[2][:40] for mistake in MISTAKES]
)
def test_a_mistake_is_told_where_it_is_with_what_to_write(
    file: str, right: str, wrong: str, expected: str
) -> None:
    problems = problems_of(file, right, wrong)
    assert told(file, problems) == expected
    for problem in problems:
        assert not JARGON.search(f"{problem.message} {problem.hint}"), problem


def test_there_are_mistakes_of_all_kinds() -> None:
    assert len(MISTAKES) >= 150
    assert len({code for mistake in MISTAKES for code in re.findall(r"R\d{3}", mistake[3])}) >= 20


def test_errors_come_before_warnings_and_grammar_before_all_else() -> None:
    surveys = TEXTS["surveys/nps.yaml"].replace("  nps:", "  spare:")
    texts = TEXTS | {
        "surveys/nps.yaml": surveys,
        "tests/purchase.yaml": TEXTS["tests/purchase.yaml"] + "\t- x\n",
    }
    found = check_texts({name: text.encode() for name, text in texts.items()}).problems
    severities = [problem.severity for problem in found]
    assert severities == sorted(severities)
    assert found[0].position.file == "tests/purchase.yaml"
