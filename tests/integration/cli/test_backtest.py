import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from router.cli.main import main
from router.demo.company import hostile, month

RULES = Path(__file__).parents[3] / "rules"
START = datetime(2026, 3, 1, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("events") / "events.jsonl"
    in_order = sorted(month(7, START, 150), key=lambda event: str(event["time"]))
    path.write_bytes(b"\n".join(map(msgspec.json.encode, in_order)) + b"\n")
    return path


def run(events: Path | str, *more: str) -> int:
    return main(["backtest", str(RULES), "--events", str(events), *more])


def test_every_interaction_has_one_line_and_every_planned_invitation_its_end(
    events: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"

    assert run(events, "--decisions", str(out)) == 0

    lines = [json.loads(line) for line in out.read_text().splitlines()]
    sent = [json.loads(line) for line in events.read_text().splitlines()]
    assert [line["id"] for line in lines] == [event["id"] for event in sent]
    planned = [line for line in lines if line["invitation_id"]]
    assert {line["outcome"] for line in planned} <= {"invite", "defer"}
    assert {line["final"] for line in lines if not line["invitation_id"]} == {None}
    assert "sent" in {line["final"] for line in planned}
    assert list(tmp_path.iterdir()) == [out]


def test_a_second_run_is_the_same_byte_for_byte(events: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "one", tmp_path / "two"]

    for out in outs:
        assert run(events, "--decisions", str(out)) == 0

    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_the_sum_agrees_with_the_lines(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    run(events, "--decisions", str(out), "--json")

    summary: dict[str, Any] = json.loads(capsys.readouterr().out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert summary["interactions"] == len(lines) == sum(summary["reasons"].values())
    sent = sum(line["final"] == "sent" for line in lines)
    assert summary["finals"]["sent"] == sent == sum(entry["sent"] for entry in summary["invitations"])
    planned = sum(line["invitation_id"] is not None for line in lines)
    assert sum(entry["planned"] for entry in summary["invitations"]) == planned
    assert sum(entry["invitations"] for entry in summary["steps"]) == planned


def test_reminders_and_fallbacks_are_counted_apart(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = tmp_path / "rules"
    shutil.copytree(RULES, none, ignore=shutil.ignore_patterns("tests"))
    file = none / "routes" / "subscription.yaml"
    file.write_text(file.read_text().replace("    reminder: {after: 3d}\n", ""))
    sums = []
    for rules in (RULES, none):
        assert main(["backtest", str(rules), "--events", str(events), "--json"]) == 0
        sums.append(json.loads(capsys.readouterr().out))

    reminded, plain = sums
    (followed,) = reminded["followed"]
    assert (followed["rule"], followed["kind"]) == ("nps-after-renewal", "reminder")
    assert followed["planned"] == followed["sent"] + followed["ended"] + followed["open"] > 0
    assert plain["followed"] == []
    assert [entry["planned"] for entry in reminded["invitations"]] == [
        entry["planned"] for entry in plain["invitations"]
    ]

    assert run(events) == 0
    assert "Reminders and fallbacks" in capsys.readouterr().out


def test_people_get_tables(events: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(events) == 0

    said = capsys.readouterr()
    assert "Decisions by reason" in said.out
    assert "nps-after-purchase" in said.out
    assert said.err == ""


def test_lines_that_cannot_be_read_are_counted_and_named(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"\n\n" + b"\n".join([*hostile(), events.read_bytes()]))

    assert run(bad) == 0

    said = capsys.readouterr().out
    assert "3 lines cannot be read" in said
    assert "line 3: not_json" in said
    assert "line 5: confluent_framing" in said


def test_a_file_of_which_nothing_can_be_read_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"\n".join(hostile()))

    assert run(bad) == 1
    assert "Nothing of" in capsys.readouterr().err


def test_an_empty_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").touch()

    assert run(tmp_path / "empty") == 2
    assert "is empty" in capsys.readouterr().err


def test_what_cannot_be_written_is_told(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(events, "--decisions", str(tmp_path / "no" / "out")) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_wrong_rule_set_is_refused_with_all_that_is_wrong(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - id: a\n    send: {survey: none}\n    wen: {}\n")

    assert main(["backtest", str(tmp_path), "--events", str(events)]) == 2
    assert "R0" in capsys.readouterr().err


def test_an_earlier_file_stays_when_the_run_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("kept")

    assert run(tmp_path / "none.jsonl", "--decisions", str(out)) == 2
    assert out.read_text() == "kept"


def test_standard_input_is_read_and_a_broken_pipe_is_quiet(events: Path) -> None:
    command = [sys.executable, "-m", "router.cli", "backtest", str(RULES), "--events", "-"]
    with (
        events.open("rb") as stdin,
        subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
