"""What commands tell of an interaction that earned a question besides."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from tests.integration.cli.journaled import journaled
from tests.unit.core.builders import ALLOW, SURVEYS

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
RULES = {
    "policy.yaml": ALLOW + "quotas: [{id: few, max: 2, per: calendar_year}]\n",
    "surveys.yaml": SURVEYS,
    "routes.yaml": """rules:
  - {id: now, when: {type: helped}, send: {survey: ces, channel: email}, priority: 50, delay: 1h}
  - {id: later, when: {type: helped}, send: {survey: nps, channel: email}, delay: 31d, also: true}
""",
}


def said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main([*command]) == 0
    return capsys.readouterr().out


def test_why_and_customer_show_tell_of_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = journaled(tmp_path, RULES, [(AT, "helped", "c-1", {}), (AT, "helped", "c-2", {})])
    told = json.loads(said(capsys, "why", "event 0", "--json", *here))
    [besides] = told["also"]
    assert (told["invitation"]["rule"], besides["rule"], besides["survey"]) == ("now", "later", "nps")
    assert besides["invitation"]["state"] == "planned"
    assert told["note"] is None

    words = said(capsys, "why", "event 0", "--lang", "en", *here)
    assert words.count("The customer is asked") == 2
    assert "  Besides: The customer is asked nps by email, due " in words
    assert "The rule is tried besides the others (`also`); its priority is 0." in words
    # By the id of either invitation the same is told.
    for invitation in (told["invitation"]["id"], besides["invitation"]["id"]):
        assert said(capsys, "why", invitation, "--lang", "en", *here) == words

    # The quota had room for two: the second customer is asked nothing, and that can be computed again.
    refused = json.loads(said(capsys, "why", "event 1", "--json", *here))
    assert (refused["reason"], refused["also"], refused["note"]) == ("quota", [], None)

    history = json.loads(said(capsys, "customer", "show", "c-1", "--json", *here))
    [interaction] = history["interactions"]
    assert [one["rule"] for one in interaction["also"]] == ["later"]
    line = history["timeline"][0]["came_of_it"]
    assert re.fullmatch(r"asks ces, due .+ \(rule now\); asks nps, due .+ \(rule later\)", line)


def test_the_last_place_of_a_quota_goes_to_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_place = RULES | {"policy.yaml": ALLOW + "quotas: [{id: few, max: 1, per: calendar_year}]\n"}
    here = journaled(tmp_path, one_place, [(AT, "helped", "c-1", {})])
    told = json.loads(said(capsys, "why", "event 0", "--json", *here))
    assert (told["invitation"]["rule"], told["also"], told["note"]) == ("now", [], None)
    [later] = [rule for rule in told["rules"] if rule["rule"] == "later"]
    assert later["sentence"].startswith("It matches, but:")


def test_the_file_of_a_backtest_has_both_and_what_became_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, log, out = tmp_path / "rules", tmp_path / "log.jsonl", tmp_path / "out.jsonl"
    rules.mkdir()
    for name, text in RULES.items():
        (rules / name).write_text(text)
    events = [("helped", "2026-03-02T10:00:00Z"), ("other", "2026-05-02T10:00:00Z")]
    base: dict[str, Any] = {"specversion": "1.0", "source": "/t", "subject": "c-1", "data": {}}
    lines = [json.dumps(base | {"id": kind, "type": kind, "time": time}) for kind, time in events]
    log.write_text("\n".join(lines))
    told = said(capsys, "backtest", str(rules), "--events", str(log), "--decisions", str(out), "--json")

    first, second = map(json.loads, out.read_text().splitlines())
    assert (first["rule"], first["final"]) == ("now", "sent")
    assert [(one["rule"], one["final"]) for one in first["also"]] == [("later", "sent")]
    assert "also" not in second
    counts = {one["rule"]: (one["planned"], one["sent"]) for one in json.loads(told)["invitations"]}
    assert counts == {"now": (1, 1), "later": (1, 1)}
