"""The pages about rules: every example is loaded, every key, operator and field is there."""

import re
from pathlib import Path
from typing import Any

import pytest

from router.authoring.language.amounts import duration
from router.authoring.language.conditions import read_condition
from router.authoring.language.nodes import read
from router.authoring.language.operators import FIELDS, OPERATORS, PREFIXES
from router.authoring.language.problems import Problems
from router.authoring.language.tables import filled, tables
from router.model.rules import AGO
from router.model.rules import Test as Condition
from router.rules.evaluate import comparison
from router.rules.facts import MISSING
from tests.docs.examples import EXAMPLE, problems_of
from tests.docs.pages import DOCS, RULE_PAGES, Block, code_spans, examples, table_rows

ROUTES = DOCS / "rules" / "routes.md"
# The blocks of common wishes belong together by section: tests/rules/test_common_wishes.py
EXAMPLES = [found for page in RULE_PAGES if page.stem != "common-wishes" for found in examples(page)]
LEGAL = "\n".join(page.read_text(encoding="utf-8") for page in RULE_PAGES)


@pytest.mark.parametrize(("example", "told"), EXAMPLES, ids=[block.place for block, _ in EXAMPLES])
def test_an_example_loads_or_is_refused_as_told_behind_it(example: Block, told: Block | None) -> None:
    expected = told.text.splitlines() if told is not None else []
    found = problems_of(example.text, part_of_rule=example.info != "yaml")
    assert found == expected, "`python -m tests.docs` writes what they say now"


@pytest.mark.parametrize("page", RULE_PAGES, ids=lambda page: page.name)
def test_the_tables_of_keys_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == filled(text), "run `python -m router.authoring.language`"


def test_every_key_of_the_language_is_explained_in_one_place() -> None:
    assert sorted(re.findall(r"<!-- keys: ([^>]+) -->", LEGAL)) == sorted(tables())
    assert sum(table.count("\n| `") for table in tables().values()) > 90


def test_every_operator_is_shown_with_what_holds_and_what_does_not() -> None:
    assert [code_spans(row[0])[0] for row in table_rows(ROUTES, "Operator")] == list(OPERATORS)


@pytest.mark.parametrize("row", table_rows(ROUTES, "Operator"), ids=lambda row: row[0])
def test_an_operator_holds_for_what_the_page_says(row: list[str]) -> None:
    problems = Problems()
    block = read(EXAMPLE, code_spans(row[1])[0].encode(), problems)
    assert block is not None
    condition = read_condition(block, problems)
    assert problems.found == []
    assert isinstance(condition, Condition)
    holds = comparison(condition)
    good, bad = (
        list(map(_ago, _values(cell)) if condition.operator in AGO else _values(cell)) for cell in row[2:]
    )
    assert [holds(value) for value in good] == [True] * len(good)
    assert [holds(value) for value in bad] == [False] * len(bad)


def _ago(value: Any) -> Any:
    """How long ago a moment was, in seconds."""
    return span.total_seconds() if (span := duration(value)) is not None else value


def _values(cell: str) -> list[Any]:
    nodes = [read(EXAMPLE, span.encode(), Problems()) for span in code_spans(cell)]
    values = [node.plain() for node in nodes if node is not None]
    return [*values, MISSING] if "missing" in cell else values


def test_every_field_is_explained() -> None:
    explained = [span for row in table_rows(ROUTES, "Field") for span in code_spans(row[0])]
    assert set(FIELDS) <= set(explained)
    assert all(f"{prefix}.…" in explained for prefix in PREFIXES)
