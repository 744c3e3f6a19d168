"""`init --events`: a draft from a log, in JSON lines or CSV, that checks without errors and asks nobody."""

import json
from pathlib import Path

import pytest

from router.cli.main import main

Said = pytest.CaptureFixture[str]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log.csv"
    rows = ["Datum;Klant;Soort;Order;Monteur;Kanaal"]
    for n in range(120):
        day = f"{1 + n % 28:02}-{1 + n // 28:02}-2026"
        rows.append(f"{day} 09:00;c-{n % 50};Besteld;O{n};;web")
        rows.append(f"{day} 10:00;c-{n % 50};Geleverd;O{n};m-{n % 5};bezorging")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def columns(tmp_path: Path) -> str:
    file = tmp_path / "columns.yaml"
    file.write_text(
        "columns: {time: Datum, customer: Klant, type: Soort, order_id: Order, engineer_id: Monteur, channel: Kanaal}\n"
        "types: {Besteld: order.placed, Geleverd: order.delivered}\n"
        "dates: dmy\n"
        "times_in: Europe/Amsterdam\n"
    )
    return str(file)


def test_a_draft_says_what_it_rests_on_and_checks(
    log: Path, columns: str, tmp_path: Path, capsys: Said
) -> None:
    made = tmp_path / "draft"
    assert main(["init", str(made), "--events", str(log), "--columns", columns]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "journeys/order.yaml" in said
    assert f"backtest {made} --events {log} --columns {columns}" in said
    journey = (made / "journeys" / "order.yaml").read_text()
    assert "# Sure (100% of 120): so many of its values are of one customer each." in journey
    assert "order: [placed, delivered]" in journey
    assert "  agent: {last: engineer_id}" in journey
    assert main(["check", str(made)]) == 0


def test_the_log_that_it_was_drafted_from_asks_nobody_and_moves_its_customers(
    log: Path, columns: str, tmp_path: Path, capsys: Said
) -> None:
    made = tmp_path / "draft"
    assert main(["init", str(made), "--events", str(log), "--columns", columns]) == 0
    capsys.readouterr()
    assert main(["backtest", str(made), "--events", str(log), "--columns", columns, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["interactions"] == 240
    assert summary["reasons"] == {"no_rule_matched": 120, "rule_inactive": 120}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--events", "LOG", "--example", "bank"], "Choose one of --example and --events"),
        (["--columns", "time=a"], "--columns says what the columns of --events mean"),
        (["--events", "missing.jsonl"], "missing.jsonl cannot be read"),
        (["--events", "EMPTY"], "There are no interactions in"),
    ],
)
def test_a_draft_that_cannot_be_made_writes_nothing(
    log: Path, tmp_path: Path, capsys: Said, arguments: list[str], words: str
) -> None:
    preferences = {"specversion": "1.0", "id": "1", "source": "/crm", "type": "customer.preferences.v1",
                   "subject": "c-1", "time": "2026-03-01T09:00:00Z", "data": {"consent": ["email"]}}  # fmt: skip
    (tmp_path / "empty.jsonl").write_text(json.dumps(preferences) + "\n")
    names = {"LOG": str(log), "EMPTY": str(tmp_path / "empty.jsonl")}
    made = tmp_path / "draft"
    assert main(["init", str(made), *(names.get(text, text) for text in arguments)]) != 0
    assert words in capsys.readouterr().err
    assert not made.exists()


def test_a_directory_that_is_not_empty_is_told_before_the_log_is_read(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "mine.yaml").write_text("zone: UTC\n")
    assert main(["init", str(tmp_path), "--events", "missing.jsonl"]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_log_without_a_journey_is_told_to_have_none(tmp_path: Path, capsys: Said) -> None:
    log, made = tmp_path / "log.jsonl", tmp_path / "draft"
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "store.visited", "subject": "ann"}
    log.write_text(json.dumps({**event, "time": "2026-03-02T10:00:00Z", "data": {"channel": "store"}}) + "\n")
    assert main(["init", str(made), "--events", str(log)]) == 0
    shown = capsys.readouterr().out
    assert "No journey could be guessed" in shown
    assert "backtest" not in shown
    assert "1 interaction of 1 customer" in (made / "policy.yaml").read_text()
