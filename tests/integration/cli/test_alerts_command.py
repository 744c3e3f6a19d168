"""`alerts`: listed, shown, taken and closed by somebody; a customer's page tells them as well."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from router.model.alerts import AlertRow
from router.model.customer import Customer
from router.model.encoding import encode_state
from router.model.ledger import StateRow
from router.settings import load_settings
from router.store import SqlStore, upgrade
from tests.contract.rows import alert_row, save

Said = pytest.CaptureFixture[str]
NOW = datetime.now(UTC)
BODY = json.dumps({"score": 3, "comment": "again", "answered_at": "2026-03-02T10:00:00Z"}).encode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    url = load_settings(data=path).database_url
    late, early = NOW - timedelta(days=1), NOW + timedelta(days=1)
    rows = [
        alert_row("ann", "late", body=BODY, due_at=late, raised_at=late, rule="detractor"),
        alert_row("bob", "early", body=BODY, due_at=early, raised_at=late, team="billing"),
    ]

    async def store(rows: Sequence[AlertRow]) -> None:
        await upgrade(url)
        opened = await SqlStore.open(url)
        try:
            states = [StateRow(name, 0, encode_state(Customer(name, 1))) for name in ("ann", "bob")]
            await save(opened, states=states, alerts=rows)
        finally:
            await opened.close()

    asyncio.run(store(rows))
    return path


def run(data: Path, *arguments: str) -> int:
    return main([*arguments, "--data", str(data)])


def listed(data: Path, capsys: Said, *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(data, "alerts", "list", "--json", *more) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_the_overdue_are_listed_first_and_by_team(data: Path, capsys: Said) -> None:
    assert [(one["customer_id"], one["overdue"]) for one in listed(data, capsys)] == [
        ("ann", True),
        ("bob", False),
    ]
    assert [one["customer_id"] for one in listed(data, capsys, "--team", "billing")] == ["bob"]
    run(data, "alerts", "list")
    assert "1 alert overdue" in capsys.readouterr().out


def test_one_is_taken_and_closed_by_the_beginning_of_its_id(data: Path, capsys: Said) -> None:
    name = str(listed(data, capsys)[0]["id"])[:8]

    assert run(data, "alerts", "take", name, "--by", "Ann", "--note", "calls at two") == 0
    assert "Taken by Ann" in capsys.readouterr().out
    run(data, "alerts", "show", name)
    shown = capsys.readouterr().out
    assert "Alert detractor for care, taken, overdue." in shown
    assert "calls at two" in shown
    assert "again" in shown

    assert run(data, "alerts", "close", name, "--by", "Ann") == 0
    assert [one["customer_id"] for one in listed(data, capsys)] == ["bob"]
    assert [one["closed_by"] for one in listed(data, capsys, "--closed")] == ["Ann"]
    assert run(data, "alerts", "take", name) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ffffff", "abc", "no-id"])
def test_what_names_no_alert_is_told(data: Path, capsys: Said, name: str) -> None:
    assert run(data, "alerts", "show", name) in (1, 2)
    said = capsys.readouterr().err
    assert "alert" in said
    assert "Traceback" not in said


def test_a_customer_s_page_tells_of_alerts(data: Path, capsys: Said) -> None:
    assert run(data, "customer", "show", "ann") == 0
    assert "Alert detractor for care, open, overdue, to be closed by" in capsys.readouterr().out
    assert run(data, "customer", "show", "bob", "--json") == 0
    assert [one["team"] for one in json.loads(capsys.readouterr().out)["alerts"]] == ["billing"]
