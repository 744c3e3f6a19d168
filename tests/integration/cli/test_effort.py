"""`effort` on a journal that a worker wrote."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from tests.integration.cli.english_heads import ENGLISH_HEAD
from tests.integration.cli.journaled import Event, journaled

Said = pytest.CaptureFixture[str]
NOW = datetime.now(UTC)
CASE = """
journey: case
instance: case_id
steps:
  opened: {on: case.opened}
  handling: {on: [call.completed, chat.completed]}
  reopened: {on: case.reopened, reopens: true}
  closed: {on: case.closed, ends: true}
order: [opened, handling, closed]
expires: 30d
effort:
  contacts: {count: [call.completed, chat.completed]}
  transfers: {sum: transfers}
"""
RULES = {
    "case.yaml": CASE,
    "visit.yaml": "journey: visit\ninstance: order_id\nsteps: {done: {on: visit.done}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
    "policy.yaml": "locale: {otherwise: en}\n",
    "routes.yaml": "rules:\n  - {id: ask, when: {journey: case, step: closed}, send: {survey: ces, channel: email}}\n",
}


def case(at: int, ago: float, *events: tuple[float, str, dict[str, Any]]) -> Iterator[Event]:
    """One case of one customer, by days after its begin."""
    for days, kind, data in events:
        yield NOW - timedelta(days=ago - days), kind, f"customer-{at}", {"case_id": f"C{at}"} | data


def call(**given: Any) -> dict[str, Any]:
    return {"channel": "phone", "agent_id": "Ann"} | given


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Twenty cases of four kinds; thirty earlier ones that all needed a second call; two calls of today."""
    events = list[Event]()
    for at in range(20):
        if at % 4 == 0:  # resolved at the first contact
            events += case(at, 30, (0, "call.completed", call(transfers=0)), (1, "case.closed", {}))
        elif at % 4 == 1:  # transferred, and again by chat after two days
            chat = {"channel": "chat", "agent_id": "Bob"}
            events += case(
                at,
                30,
                (0, "call.completed", call(transfers=2)),
                (2, "chat.completed", chat),
                (3, "case.closed", {}),
            )
        elif at % 4 == 2:  # one contact, but opened again
            events += case(
                at, 30, (0, "call.completed", call()), (1, "case.closed", {}), (2, "case.reopened", {})
            )
        else:  # a second call, too late for a repeat; and never closed
            events += case(at, 30, (0, "call.completed", call()), (9, "call.completed", call()))
    for at in range(100, 130):
        events += case(
            at, 80, (0, "call.completed", call()), (3, "call.completed", call()), (4, "case.closed", {})
        )
    for at in range(200, 202):
        events += case(at, 1, (0, "call.completed", call()))
    return journaled(tmp_path, RULES, sorted(events, key=lambda event: event[0]))


def rows_of(report: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(row["dimension"], row["value"], row["rate"]): row for row in report["rows"]}


def test_each_rate_is_what_it_says(options: list[str], capsys: Said) -> None:
    assert main(["effort", *options, "--since", "45d", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    rows = rows_of(report)
    # 20 first calls, five chats, five late calls.
    assert (report["contacts"], report["too_recent"]) == (30, 2)
    assert report["journeys"] == ["case"]
    assert report["without_contacts"] == ["visit"]
    assert report["transfers_told"] == 10
    shares = {name: rows["all", "", name] for name in ("repeat_contact", "transfer", "channel_switch")}
    assert {name: round(row["point"] * 30) for name, row in shares.items()} == {
        "repeat_contact": 5,
        "transfer": 5,
        "channel_switch": 5,
    }
    resolved = rows["all", "", "first_contact_resolution"]
    assert (resolved["n"], resolved["point"]) == (20, 0.25)
    assert resolved["low"] < 0.25 < resolved["high"]
    assert rows["channel", "phone", "repeat_contact"]["n"] == 25
    assert rows["step", "handling", "repeat_contact"]["n"] == 30
    # Five contacts of a person are not shown.
    assert rows["agent_id", "Bob", "repeat_contact"]["n"] == 5
    assert rows["agent_id", "Bob", "repeat_contact"]["point"] is None
    assert rows["agent_id", "Ann", "repeat_contact"]["point"] == 5 / 25


def test_before_and_after(options: list[str], tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "effort.html"
    dates = ["--since", "90d", "--compare", f"{NOW - timedelta(days=45):%Y-%m-%d}"]
    assert main(["effort", *options, *dates, "--html", str(file)]) == 0
    out = capsys.readouterr().out
    assert "all, resolved at first contact: better, 0.0 % before and 25.0 % now" in out
    assert "repeat contacts: better" in out
    assert "Not seen" in out
    page = file.read_text(encoding="utf-8")
    assert page.count("<svg") > 8
    assert "better" in page
    assert main(["effort", *options, *dates, "--csv", "--channel", "phone"]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert {row["value"] for row in rows if row["dimension"] == "channel"} == {"phone"}
    assert {row["verdict"] for row in rows} <= {"better", "worse", "no clear change", "too few to tell"}
    # All 60 calls of then were compared with; thirty of them were followed by another.
    before = next(row for row in rows if row["dimension"] == "all" and row["rate"] == "repeat_contact")
    assert (before["n_before"], float(before["share_before"])) == ("60", 0.5)


def test_a_pass_that_began_before_the_time_told_has_its_first_contact_before_it(
    tmp_path: Path, capsys: Said
) -> None:
    events = list(case(1, 12, (0, "call.completed", call()), (4, "call.completed", call(agent="Cy"))))
    options = journaled(tmp_path, RULES, events)
    assert main(["effort", *options, "--since", "10d", "--within", "1", "--json"]) == 0
    rows = rows_of(json.loads(capsys.readouterr().out))
    assert rows["all", "", "repeat_contact"]["n"] == 1
    assert ("all", "", "first_contact_resolution") not in rows


def test_nothing_to_count_and_wrong_use(options: list[str], tmp_path: Path, capsys: Said) -> None:
    assert main(["effort", *options, "--contacts", "calls"]) == 0
    assert "a journey counts them by `calls: {count: [...]}`" in capsys.readouterr().out
    assert main(["effort", *options, "--journey", "nothing"]) == 2
    assert main(["effort", *options, "--compare", "never"]) == 2
    page = tmp_path / "nl.html"
    dutch = ["--lang", "nl", "--since", "45d", "--by", "agent", "--html", str(page)]
    assert main(["effort", *options, *dutch]) == 0
    out = capsys.readouterr().out
    assert "contacten van case" in out
    assert "Per kanaal" in out
    assert not ENGLISH_HEAD.search(text := page.read_text())
    assert "Alle contacten" in text
