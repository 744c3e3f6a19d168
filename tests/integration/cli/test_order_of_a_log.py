"""A log whose lines do not stand in order of time: put in order, or decided as it stands, and said either way."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.cli import in_order
from router.cli.faults import Refused
from router.cli.main import main
from tests.unit.core.builders import SURVEYS

BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)
RULES = """
rules: [{id: ask, when: {type: visit}, send: {survey: nps, channel: email}, delay: 1d, max_age: 1h}]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    directory = tmp_path / "rules"
    directory.mkdir()
    policy = "consent: {unknown: allow}\nlocale: {otherwise: en}\nlimits: [{id: any, max: 1, per: 3d}]\n"
    for name, text in {"rules.yaml": RULES, "surveys.yaml": SURVEYS, "policy.yaml": policy}.items():
        (directory / name).write_text(text)
    return directory


def visits(count: int = 40) -> list[dict[str, Any]]:
    """Visits of five customers, seven hours apart, two of them at each time."""
    return [
        {
            "specversion": "1.0",
            "source": "/test",
            "id": str(number),
            "type": "visit",
            "time": (BEGIN + timedelta(hours=7 * (number // 2))).isoformat(),
            "subject": f"c-{number % 5}",
        }
        for number in range(count)
    ]


def shuffled(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In another order, the two of one time still as they stood."""
    pairs = [events[at : at + 2] for at in range(0, len(events), 2)]
    random.Random(5).shuffle(pairs)
    return [event for pair in pairs for event in pair]


def log(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines) + "\n")
    return path


def backtested(rules: Path, events: Path, *more: str, out: Path) -> list[dict[str, Any]]:
    assert main(["backtest", str(rules), "--events", str(events), "--decisions", str(out), *more]) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.mark.parametrize("order", ["reversed", "by customer", "two halves", "shuffled"])
def test_a_log_in_any_order_is_decided_as_one_in_order_of_time(
    order: str, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = visits()
    ways = {
        "reversed": sorted(events, key=lambda event: event["time"], reverse=True),
        "by customer": sorted(events, key=lambda event: str(event["subject"])),
        "two halves": events[20:] + events[:20],
        "shuffled": shuffled(events),
    }
    expected = backtested(rules, log(tmp_path / "a", *events), out=tmp_path / "out-a")
    assert capsys.readouterr().err == ""
    found = backtested(rules, log(tmp_path / "b", *ways[order]), out=tmp_path / "out-b")
    said = capsys.readouterr()
    by_id = {one["id"]: one for one in expected}
    if order in ("two halves", "shuffled"):
        assert found == expected
    assert sum(one["invitation_id"] is not None for one in found) == sum(
        one["invitation_id"] is not None for one in expected
    )
    assert by_id.keys() == {one["id"] for one in found}
    assert "not in order of time in the log: all were decided in order of time. --as-arrived" in said.err
    assert "out of order of time in the log: put in their place" in said.out


def test_as_arrived_decides_the_lines_as_they_stand_and_says_so(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = visits()
    mixed = log(tmp_path / "b", *events[20:], *events[:20])
    found = backtested(rules, mixed, "--as-arrived", "--json", out=tmp_path / "out")
    said = capsys.readouterr()
    assert [one["id"] for one in found] == [event["id"] for event in events[20:] + events[:20]]
    assert {one["reason"] for one in found[20:]} == {"too_old"}
    assert "20 of 40 interactions are not in order of time in the log, and decided as late there." in said.err
    summary = json.loads(said.out)
    assert (summary["out_of_order"], summary["put_in_order"]) == (20, False)


def test_events_of_a_list_are_put_in_their_own_places_and_lines_keep_their_numbers(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = visits(12)
    several = log(
        tmp_path / "b",
        json.dumps([events[10], events[0]]),
        "no json",
        "",
        json.dumps(events[1:10]),
        events[11],
    )
    found = backtested(rules, several, "--json", out=tmp_path / "out")
    assert [one["id"] for one in found] == [str(number) for number in range(12)]
    summary = json.loads(capsys.readouterr().out)
    assert summary["dead_letters"]["first"][0].startswith("line 2: not_json")
    assert (summary["out_of_order"], summary["put_in_order"]) == (10, True)


def test_diff_counts_what_both_backtests_count(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = visits()
    planned = backtested(rules, log(tmp_path / "a", *events), out=tmp_path / "out")
    asked = sum(one["invitation_id"] is not None for one in planned)
    capsys.readouterr()
    mixed = log(tmp_path / "b", *reversed(events))
    counts = []
    for more in ([], ["--as-arrived"]):
        assert main(["diff", str(rules), str(rules), "--events", str(mixed), "--json", *more]) == 0
        said = capsys.readouterr()
        assert "not in order of time" in said.err
        counts.append(json.loads(said.out)["effect"]["invitations"]["before"])
    assert counts[0] == asked
    assert counts[1] < asked


def test_more_than_fits_is_refused_with_the_way_out(tmp_path: Path) -> None:
    mixed = str(log(tmp_path / "b", *reversed(visits())))
    way_out = "sort the file by `time`, or decide them as they stand with --as-arrived"
    with pytest.raises(Refused, match=way_out), in_order.opened(mixed, most=39):
        pass
    with in_order.opened(mixed, as_arrived=True, most=39) as arrived:
        assert arrived.late
    with in_order.opened(str(log(tmp_path / "a", *visits())), most=39) as in_time:
        assert not in_time.late


def test_as_arrived_speaks_about_a_log(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(rules), str(rules), "--as-arrived"]) == 2
    assert "add --events" in capsys.readouterr().err
