"""`customer set-aside` and `customer resume`, and what else can be done with a customer whose state is damaged."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.cli.main import main
from router.model.customer import Customer
from router.model.encoding import encode_state
from router.model.ledger import SetAside
from router.settings import load_settings
from router.store import SqlStore, upgrade

Said = pytest.CaptureFixture[str]
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """Two customers set aside, and a third one whose state is damaged."""
    url = load_settings(data=tmp_path).database_url
    await upgrade(url)
    store = await SqlStore.open(url)
    for number, name in enumerate(("ann", "be\u202en")):
        entry = SetAside(name, AT, "UnreadableRow", f"in/0/{number}")
        await store.run(lambda transaction, entry=entry: transaction.put_aside(entry, 9))  # type: ignore[misc]
    await store.close()
    with closing(sqlite3.connect(tmp_path / "feedback-router.db")) as database:
        states = [("carl", b"\xc1"), ("ann", encode_state(Customer("ann")))]
        database.executemany("INSERT INTO customers (customer_id, version, body) VALUES (?, 1, ?)", states)
        database.commit()
    return tmp_path


def test_who_is_set_aside_is_listed(data: Path, capsys: Said) -> None:
    assert main(["customer", "set-aside", "--data", str(data)]) == 0
    shown = capsys.readouterr().out
    assert "ann" in shown
    assert "in/0/1" in shown
    assert "\u202e" not in shown
    assert main(["customer", "set-aside", "--json", "--data", str(data)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["customer_id"] for one in found] == ["ann", "be\u202en"]
    assert found[0]["cause"] == "UnreadableRow"


def test_a_customer_s_page_says_that_they_are_set_aside(data: Path, capsys: Said) -> None:
    assert main(["customer", "show", "ann", "--data", str(data)]) == 0
    assert "Set aside since 2026-11-02 13:00 CET (UnreadableRow)" in " ".join(capsys.readouterr().out.split())
    assert main(["customer", "show", "ann", "--json", "--data", str(data)]) == 0
    assert json.loads(capsys.readouterr().out)["set_aside"]["cause"] == "UnreadableRow"
    assert main(["customer", "show", "be\u202en", "--data", str(data)]) == 1
    assert "set aside" in capsys.readouterr().err


def test_one_or_all_are_taken_back(data: Path, capsys: Said) -> None:
    at = ("--data", str(data))
    assert main(["customer", "resume", "ann", *at]) == 0
    assert "dlq replay --all --reason not_stored" in capsys.readouterr().err
    assert main(["customer", "resume", "ann", *at]) == 1
    assert "is not set aside" in capsys.readouterr().err
    assert main(["customer", "resume", *at]) == 2
    assert main(["customer", "resume", "ann", "--all", *at]) == 2
    assert main(["customer", "resume", "--all", *at]) == 0
    capsys.readouterr()
    assert main(["customer", "set-aside", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_damaged_state_is_told_and_can_be_erased(data: Path, capsys: Said) -> None:
    at = ("--data", str(data))
    assert main(["customer", "show", "carl", *at]) == 1
    told = capsys.readouterr().err
    assert "restore it from a backup" in told
    assert "Traceback" not in told
    assert main(["customer", "erase", "carl", "--yes", *at]) == 0
    assert "The customer is erased." in capsys.readouterr().err
