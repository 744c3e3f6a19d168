"""`hold-out` on a journal that a worker wrote."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from router.cli.main import main
from router.policy.draw import draw
from tests.integration.cli.english_heads import ENGLISH_HEAD
from tests.integration.cli.journaled import Event, journaled

Said = pytest.CaptureFixture[str]
NOW = datetime.now(UTC)
RULES = {
    "case.yaml": "journey: case\ninstance: case_id\nsteps: {closed: {on: case.closed}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
    "policy.yaml": "locale: {otherwise: en}\nhold_out: 30%\nconsent: {unknown: allow}\n"
    "scores: {outcomes: [contract.cancelled, order.placed], outcomes_within: 30d}\n",
    "routes.yaml": "rules:\n  - {id: ask, when: {journey: case, step: closed},"
    " send: {survey: ces, channel: email}, delay: 20h}\n",
}


def held_out(customer: str) -> bool:
    return draw("", "hold_out", "", customer) < 0.3


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """200 customers of forty days ago, some of whom cancel; those who may be asked buy more. And ten of yesterday."""
    then, events = NOW - timedelta(days=40), list[Event]()
    for at in range(200):
        customer = f"customer-{at}"
        # What happened before the first touchpoint, and long after it, has nothing to do with it.
        events.append((then - timedelta(days=1), "order.placed", customer, {}))
        events.append((then, "case.closed", customer, {"case_id": f"C{at}"}))
        if at % 4 == 0:
            events.append((then + timedelta(days=3), "contract.cancelled", customer, {}))
        if not held_out(customer) and at % 2:
            events.append((then + timedelta(days=2), "order.placed", customer, {}))
        events.append((then + timedelta(days=31), "contract.cancelled", customer, {}))
    events += [
        (NOW - timedelta(days=1), "case.closed", f"new-{at}", {"case_id": f"N{at}"}) for at in range(10)
    ]
    return journaled(tmp_path, RULES, events)


def test_both_groups_are_by_draw_and_what_came_after_counts(options: list[str], capsys: Said) -> None:
    assert main(["hold-out", *options, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    names = [f"customer-{at}" for at in range(200)]
    held = [name for name in names if held_out(name)]
    assert (report["held_out"], report["askable"]) == (len(held), 200 - len(held))
    assert report["asked"] == report["askable"]
    assert (report["unfinished"], report["otherwise_drawn"]) == (10, 0)
    cancelled, placed = report["outcomes"]
    assert cancelled["held_out"]["customers"] == sum(int(name.split("-")[1]) % 4 == 0 for name in held)
    assert cancelled["effect"] in ("no clear difference", "too few to tell")
    assert placed["held_out"]["customers"] == 0
    assert placed["effect"] == "more often"
    assert placed["low"] > 0


def test_sentences_rows_and_a_page(options: list[str], tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "hold-out.html"
    assert main(["hold-out", *options, "--html", str(file)]) == 0
    out = capsys.readouterr().out
    assert "order.placed happened more often to those who may be asked" in out
    assert "contract.cancelled" in out
    assert "10 whose 30 days are not over" in out
    page = file.read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "more often" in page
    assert main(["hold-out", *options, "--csv", "--outcome", "order.placed", "--within", "1"]) == 0
    (row,) = csv.DictReader(StringIO(capsys.readouterr().out))
    assert (row["type"], row["askable_with"]) == ("order.placed", "0")
    assert main(["hold-out", *options, "--lang", "nl", "--html", str(file)]) == 0
    assert "vaker" in capsys.readouterr().out
    assert not ENGLISH_HEAD.search(page := file.read_text(encoding="utf-8"))
    assert "nooit gevraagd, door loting" in page


def test_what_is_missing_is_said(tmp_path: Path, capsys: Said) -> None:
    policy = "locale: {otherwise: en}\n"
    options = journaled(tmp_path, RULES | {"policy.yaml": policy}, [])
    assert main(["hold-out", *options]) == 2
    assert "set `hold_out:`" in capsys.readouterr().err
    (tmp_path / "rules" / "policy.yaml").write_text(f"{policy}hold_out: 5%\n")
    assert main(["hold-out", *options]) == 2
    assert "scores.outcomes" in capsys.readouterr().err
    assert main(["hold-out", *options, "--outcome", "x"]) == 0
    assert "x happened to nobody." in capsys.readouterr().out
