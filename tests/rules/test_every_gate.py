"""Every gate is shown by a test of the shipped rules, and every reason told in both languages."""

import pytest

from router.authoring.language.load import check_directory, load_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import judged
from router.authoring.ruletest.coverage import touched_gates
from router.model.decision import GATES, REASONS, Gate
from tests.docs.pages import DOCS, ROOT, table_rows

TEXTS = check_directory(ROOT / "rules").texts
RULES = load_texts(TEXTS)
RUNS = [found.run for found in judged(load_tests(TEXTS, RULES), RULES)]
SHOWN = {gate for run in RUNS for gate in touched_gates(run)}
TOLD = {row[0].strip("`"): row for row in table_rows(DOCS / "contracts" / "reasons.md", "Reason")}


@pytest.mark.parametrize("gate", GATES)
def test_a_shipped_test_shows_it_refuse_or_move(gate: Gate) -> None:
    assert gate in SHOWN


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_is_told_in_english_and_in_dutch(reason: str) -> None:
    english, dutch = TOLD[reason][-2:]
    assert english.endswith(".")
    assert dutch.endswith(".")
    assert english != dutch
