"""The pages about rules: every example is loaded, every key, operator and code is there."""

import re
from typing import Any

import pytest

from router.model.rules import Test as Condition
from router.ruleset.conditions import OPERATORS, PLAIN_FIELDS, PREFIXES, read_condition
from router.ruleset.evaluate import comparison
from router.ruleset.facts import MISSING
from router.ruleset.nodes import read
from router.ruleset.problems import Problems
from tests.docs.examples import EXAMPLE, problems_of
from tests.docs.pages import DOCS, ROOT, RULE_PAGES, Block, blocks, code_spans, table_rows

CODES = DOCS / "rules" / "codes.md"
ROUTES = DOCS / "rules" / "routes.md"
WITHOUT_EXAMPLE = {"R001", "R002", "R070", "R071"}
EXAMPLES = [
    (block, follower)
    for page in RULE_PAGES
    for found in [blocks(page)]
    for block, follower in zip(found, [*found[1:], None], strict=True)
    if block.info.startswith("yaml")
]


@pytest.mark.parametrize(("example", "told"), EXAMPLES, ids=[block.place for block, _ in EXAMPLES])
def test_an_example_loads_or_is_refused_as_told_behind_it(example: Block, told: Block | None) -> None:
    expected = told.text.splitlines() if told is not None and told.info == "text" else []
    assert problems_of(example.text, part_of_rule=example.info != "yaml") == expected


def test_every_code_is_explained_in_order_and_no_other() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "router" / "ruleset").glob("*.py"))
    explained = [row[0] for row in table_rows(CODES, "Code")]
    assert explained == sorted(set(re.findall(r'"(R0\d\d)"', sources)))


@pytest.mark.parametrize("row", table_rows(CODES, "Code"), ids=lambda row: row[0])
def test_the_example_of_a_code_gives_that_code(row: list[str]) -> None:
    code, _, example, _ = row
    assert bool(example) is (code not in WITHOUT_EXAMPLE)
    if example:
        found = problems_of(_filled(code_spans(example)[0]), policy=code != "R076")
        assert [problem.split()[1] for problem in found] == [code], found


def _filled(example: str) -> str:
    """The example with its line breaks, and rules with the keys that it leaves out."""
    whole = ""
    for number, part in enumerate(example.replace("⏎", "\n").split("…, ")):
        if number:
            needed = {"id": f"rule-{number}", "when": "{type: a}", "send": "{survey: nps, channel: email}"}
            whole += "".join(f"{key}: {value}, " for key, value in needed.items() if f"{key}:" not in part)
        whole += part
    return whole


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
    assert [holds(value) for value in _values(row[2])] == [True] * len(_values(row[2]))
    assert [holds(value) for value in _values(row[3])] == [False] * len(_values(row[3]))


def _values(cell: str) -> list[Any]:
    nodes = [read(EXAMPLE, span.encode(), Problems()) for span in code_spans(cell)]
    values = [node.plain() for node in nodes if node is not None]
    return [*values, MISSING] if "missing" in cell else values


def test_every_field_is_explained() -> None:
    explained = [span for row in table_rows(ROUTES, "Field") for span in code_spans(row[0])]
    assert set(PLAIN_FIELDS) <= set(explained)
    assert all(f"{prefix}…" in explained for prefix in PREFIXES)
