"""What the quickstart has its reader send is read and decided as it says."""

from datetime import UTC, datetime

from router.authoring.backtest import Backtest
from router.authoring.language.load import load_directory, load_texts
from router.cli.backtest_summary import InvitationCounts
from router.cli.invitations import COLUMNS
from tests.docs.pages import DOCS, ROOT, blocks

PAGE = blocks(DOCS / "quickstart.md")
EVENTS, VISIT = [block.text.encode().splitlines() for block in PAGE if block.info == "json"]
(RULE,) = [block.text.encode() for block in PAGE if block.info == "yaml"]
LATEST = datetime(2026, 4, 1, tzinfo=UTC)


def test_the_first_events_are_decided_as_told() -> None:
    run = Backtest(load_directory(ROOT / "rules"))
    decided = {one.interaction.id: one.decision for one in run.run(EVENTS, LATEST)}
    assert run.dead == []
    assert decided["c-2"].rule == "ces-after-complaint"
    assert decided["c-2"].outcome == "invite"
    assert decided["o-1"].reason == "contrary_condition"
    assert decided["o-2"].reason == "no_consent"


def test_the_rule_of_the_reader_asks_after_the_visit() -> None:
    texts = {str(file): file.read_bytes() for file in (ROOT / "rules").rglob("*.yaml")}
    run = Backtest(load_texts({**texts, "store.yaml": RULE}))
    decided = {one.interaction.id: one.decision for one in run.run(VISIT, LATEST)}
    assert run.dead == []
    assert decided["v-1"].rule == "ces-after-store-visit"
    assert list(run.finals.values()) == ["sent"]


def test_the_tables_shown_have_the_columns_that_are_printed() -> None:
    heads = [
        tuple(line.split()) for block in PAGE if block.info == "text" for line in block.text.splitlines()
    ]
    assert tuple(COLUMNS) in heads
    assert InvitationCounts.__struct_fields__ in heads


def test_the_greeting_counts_the_rules_that_are_shipped() -> None:
    rules = len(load_directory(ROOT / "rules").rules)
    assert any(f"(revision 1, {rules} rules)" in block.text for block in PAGE)
