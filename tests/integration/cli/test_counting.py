"""`backtest --by`, `diff --by`, and the answers to expect, on a log that can be counted by hand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from router.decide.choose import invitation_id
from router.model.field_values import MOST_VALUES, OTHERS, Values
from router.model.interaction import Interaction

Said = pytest.CaptureFixture[str]
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
RULES = """\
rules:
  - id: ask
    when: {type: a.b}
    send: {survey: nps, channel: email}
"""
SURVEYS = """\
surveys:
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts: {en: {question: "How likely?", low: not, high: very}}
"""


def events() -> Iterator[dict[str, Any]]:
    """60 customers over 10 days, by two agents; 12 of them answer."""
    for number in range(60):
        at = START + number * timedelta(hours=4)
        about = {
            "specversion": "1.0",
            "source": "/t",
            "id": f"i{number}",
            "type": "a.b",
            "subject": f"c{number}",
        }
        agent = "zoe" if number % 3 else "adam"
        yield about | {"time": at.isoformat(), "data": {"agent_id": agent, "channel": "phone"}}
        if number % 5 == 0:
            asked = invitation_id(Interaction("/t", f"i{number}", "a.b", at, f"c{number}"), "ask")
            answer = {
                "specversion": "1.0",
                "source": "/a",
                "id": f"a{number}",
                "type": "feedback.response.v1",
            }
            data = {"invitation_id": asked, "score": 9}
            yield answer | {"time": (at + timedelta(hours=1)).isoformat(), "data": data}


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, str]:
    rules, log = tmp_path / "rules", tmp_path / "log.jsonl"
    rules.mkdir()
    (rules / "policy.yaml").write_text("consent: {unknown: allow}\nlocale: {otherwise: en}\n")
    (rules / "routes.yaml").write_text(RULES)
    (rules / "surveys.yaml").write_text(SURVEYS)
    log.write_text("".join(f"{json.dumps(event)}\n" for event in events()))
    return str(rules), str(log)


def test_a_backtest_counts_per_agent_and_tells_the_answers_to_expect(
    given: tuple[str, str], capsys: Said
) -> None:
    rules, log = given
    assert main(["backtest", rules, "--events", log, "--by", "agent_id", "--by", "channel", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    agents, channels = told["by"]
    # Persons stand by name, whoever has more.
    assert agents["people"] is True
    assert [tuple(one.values()) for one in agents["values"]] == [
        ("adam", 20, 20, 20, 4),
        ("zoe", 40, 40, 40, 8),
    ]
    assert [one["value"] for one in channels["values"]] == ["phone"]
    (answers,) = told["answers"]
    assert (answers["survey"], answers["sent"], answers["answered"]) == ("nps", 60, 12)
    assert answers["in_30_days"][0] < 12 * 3 < answers["in_30_days"][1]
    assert main(["backtest", rules, "--events", log, "--by", "agent_id"]) == 0
    shown = capsys.readouterr().out
    assert "By agent_id" in shown
    assert "Answers to expect" in shown


def test_diff_counts_per_agent(given: tuple[str, str], tmp_path: Path, capsys: Said) -> None:
    rules, log = given
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    for file in Path(rules).iterdir():
        (fewer / file.name).write_text(file.read_text().replace("when: {", "when: {event.agent_id: zoe, "))
    page = tmp_path / "page.html"
    options = ["diff", rules, str(fewer), "--events", log, "--by", "agent_id"]
    assert main([*options, "--json", "--html", str(page)]) == 0
    by = json.loads(capsys.readouterr().out)["effect"]["by"]
    assert [(one["name"], one["before"], one["after"]) for one in by["agent_id"]] == [
        ("adam", 20, 0),
        ("zoe", 40, 40),
    ]
    assert "Invitations by agent_id" in page.read_text()
    assert main([*options, "--zone", "Asia/Tokyo"]) == 0
    shown = capsys.readouterr().out
    assert "Invitations by agent_id" in shown
    assert "At 2026-03-02 19:00 JST, a.b" in shown
    assert "UTC" not in shown


@pytest.mark.parametrize("by", ["", "journey.agent"])
def test_what_is_no_field_is_refused(given: tuple[str, str], capsys: Said, by: str) -> None:
    rules, log = given
    assert main(["backtest", rules, "--events", log, "--by", by]) == 2
    assert "is no field of an interaction or a customer" in capsys.readouterr().err


def test_no_more_values_are_told_apart_than_there_is_room_for() -> None:
    values = Values(["agent_id"])
    told = [
        values.of(Interaction("/t", "1", "a.b", START, "c", attributes={"agent_id": number}), None)[0]
        for number in range(MOST_VALUES + 5)
    ]
    assert len(set(told)) == MOST_VALUES + 1
    assert told[-1] == OTHERS
