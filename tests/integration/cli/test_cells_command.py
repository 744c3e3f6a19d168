import asyncio
import json
from pathlib import Path

import pytest

from router.cli.main import main
from tests.integration.cli.heard import filled


@pytest.fixture
def named(tmp_path: Path) -> list[str]:
    """A database of cells that nothing in the journal tells of."""
    return asyncio.run(filled(tmp_path))


def test_cells_whose_journal_is_gone_stay_as_they_are(
    named: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cells", "rebuild", "--check", *named]) == 0
    told = capsys.readouterr().out
    assert "0 interactions and 0 responses counted." in told
    assert "Cells of coverage stay as they are: what they were counted from is not kept whole." in told
    assert "All cells agree" in told


def test_days_that_are_named_are_counted_anew(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    since = ["--since", "2026-11-01", *named]
    assert main(["cells", "rebuild", "--check", *since]) == 1
    told = capsys.readouterr().out
    assert "cells differ:" in told
    assert "2026-11-02 complaint opened phone no_rule_matched: had_step -300, withheld -300" in told
    assert main(["cells", "rebuild", *since]) == 0
    assert "cells differed and were changed:" in capsys.readouterr().out
    assert main(["cells", "rebuild", "--check", "--json", *since]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["coverage_cells"], found["score_cells"], found["changed"]) == (0, 0, False)


def test_changes_are_rolled_up(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cells", "roll-up", *named[:2]]) == 0
    first = capsys.readouterr().out
    assert main(["cells", "roll-up", *named[:2]]) == 0
    assert first.endswith("changes added to cells.\n")
    assert capsys.readouterr().out == "0 changes added to cells.\n"
