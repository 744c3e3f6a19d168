"""The page about tests: its examples pass on the shipped rules, and a failure looks as it shows."""

from pathlib import Path
from typing import get_args

import pytest

from router.authoring.language.load import load_directory, load_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import judged, report
from router.cli.example_sets import STARTER
from router.model.rule_tests import Draws
from tests.docs.pages import DOCS, ROOT, Block, blocks, table_rows

PAGE = DOCS / "rules" / "tests.md"
SHIPPED = load_directory(ROOT / "rules")
EXAMPLES = [block for block in blocks(PAGE) if block.info == "yml"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[block.place for block in EXAMPLES])
def test_its_examples_pass(example: Block) -> None:
    tests = load_tests({"a.yaml": example.text.encode()}, SHIPPED)
    assert [report(found).differences for found in judged(tests, SHIPPED)] == [()] * len(tests)


def test_a_failure_looks_as_it_shows() -> None:
    (shown,) = [block.text for block in blocks(PAGE) if block.info == "text"]
    texts = {
        f"my-rules/{file.relative_to(STARTER)}": file.read_bytes().replace(b"delay: 2h", b"delay: 3h")
        for file in sorted(Path(STARTER).rglob("*.yaml"))
    }
    rules = load_texts(texts)
    tests = load_tests(texts, rules)
    (failed,) = [found for found in judged(tests, rules) if not found.passed]
    assert shown.splitlines() == report(failed).failure_lines()


def test_it_names_every_way_to_draw() -> None:
    assert [row[0] for row in table_rows(PAGE, "`draws:`")] == [f"`{name}`" for name in get_args(Draws)]
