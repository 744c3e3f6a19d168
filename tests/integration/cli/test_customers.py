"""`customer show`, `customer erase` and `forecast` on what a pipeline has stored."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pytest

from router.authoring.language.load import load_directory
from router.cli.main import main
from router.decode import decode
from router.flow.clock import WallClock
from router.flow.pipeline import Pipeline
from router.model.encoding import decode_state
from router.model.record import Record
from router.rules.in_force import InForce
from router.service.data_directory import SECRET_FILE
from router.service.known_secret import require_known
from router.service.secret import keyed_hash
from router.settings import load_settings
from router.store import SqlStore, upgrade
from router.store.database import Database

RULES = {
    "case.yaml": "journey: case\ninstance: case_id\nsteps: {closed: {on: case.closed}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
    "policy.yaml": "locale: {otherwise: en}\nlimits: [{id: any, max: 1, per: 30d}]\n"
    "rate_caps: [{id: mails, channel: email, max: 2, per: 1h}]\n"
    "quotas: [{id: agent-month, same: agent, max: 10, per: calendar_month}]\n",
    "routes.yaml": "rules:\n  - {id: ask, when: {journey: case, step: closed},"
    " send: {survey: ces, channel: email}, delay: 20h}\n",
}
LONGEST_ID = 512
T = TypeVar("T")
Said = pytest.CaptureFixture[str]


class Kept:
    """A data directory, and what a worker stores in it."""

    def __init__(self, directory: Path) -> None:
        self.data, self.rules = directory / "data", directory / "rules"
        self.rules.mkdir()
        for name, text in RULES.items():
            (self.rules / name).write_text(text, encoding="utf-8")
        self.settings = load_settings(data=self.data, rules=self.rules)

    def run(self, *arguments: str, rules: bool = True) -> int:
        return main([*arguments, "--data", str(self.data), *(["--rules", str(self.rules)] if rules else [])])

    def read(self, *events: tuple[str, str, dict[str, Any]], ago: timedelta = timedelta()) -> list[str]:
        """Has a worker decide the events (type, customer, data), all of a minute; their reasons."""
        now = datetime.now(UTC) - ago

        async def work(store: SqlStore) -> list[str]:
            pipeline = Pipeline(
                store,
                InForce(load_directory(self.rules)),
                WallClock(),
                keyed_hash(self.settings),
            )
            records = [
                Record("interactions", 0, offset, 0, None, json.dumps(_event(now, *one)).encode())
                for offset, one in enumerate(events)
            ]
            processed = await pipeline.process(records, decode)
            assert not processed.dead
            return [decided.decision.reason for decided in processed.decided]

        return asyncio.run(self.with_store(work))

    def start(self) -> None:
        """Does what a role does first about the secret."""

        async def work(store: SqlStore) -> None:
            await require_known(store, keyed_hash(self.settings), datetime.now(UTC))

        asyncio.run(self.with_store(work))

    def rows_of(self, customer: str) -> int:
        """How many rows of all tables name the customer."""
        with closing(sqlite3.connect(self.data / "feedback-router.db")) as database:
            dumped = list(database.iterdump())
        return sum(f"'{customer}'" in line for line in dumped)

    def suppressed(self, customer: str) -> tuple[str, ...]:
        async def work(store: SqlStore) -> tuple[str, ...]:
            stored = await store.reading.customer(customer)
            assert stored is not None
            return decode_state(stored.body).profile.suppressed

        return asyncio.run(self.with_store(work))

    async def with_store(self, work: Callable[[SqlStore], Awaitable[T]]) -> T:
        await upgrade(self.settings.database_url)
        store = await SqlStore.open(self.settings.database_url)
        try:
            return await work(store)
        finally:
            await store.close()


def _event(now: datetime, kind: str, customer: str, data: dict[str, Any]) -> dict[str, Any]:
    name = f"{kind}/{customer}/{json.dumps(data)}"
    name = name if len(name) <= LONGEST_ID else f"{kind}/{customer}"
    return {"specversion": "1.0", "id": name, "source": "/t", "type": kind, "subject": customer} | {
        "time": (now - timedelta(seconds=1)).isoformat(),
        "data": data,
    }


def _agreed(customer: str) -> tuple[str, str, dict[str, Any]]:
    return ("customer.preferences.v1", customer, {"consent": {"email": True}})


def _closed(customer: str, case: str = "7") -> tuple[str, str, dict[str, Any]]:
    return ("case.closed", customer, {"case_id": case, "agent": "Bea"})


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_an_erased_customer_is_forgotten_and_never_asked_again(kept: Kept, capsys: Said) -> None:
    assert kept.read(_agreed("ann"), _closed("ann"))[-1] == "invited"
    assert kept.run("customer", "show", "ann") == 0
    shown = capsys.readouterr().out
    assert "case 7" in shown
    assert "1 of 1" in shown

    assert kept.rows_of("ann") >= 4
    assert kept.run("customer", "erase", "ann", rules=False) == 2
    assert "--yes" in capsys.readouterr().err
    assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 0
    assert "is erased" in capsys.readouterr().err
    assert kept.run("customer", "show", "ann") == 1
    assert "Nothing is known of the customer ann" in capsys.readouterr().err
    assert kept.rows_of("ann") == 0

    assert kept.read(_agreed("ann"), _closed("ann", "8"))[-1] == "suppressed"
    assert kept.suppressed("ann") == ("erased",)


def test_what_an_erased_customer_said_before_is_not_heard_again(kept: Kept) -> None:
    before = (
        "customer.preferences.v1",
        "ann",
        {"consent": {"email": True}, "suppressed": [], "tier": "gold"},
    )
    assert kept.read(before) == ["preferences_recorded"]
    assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 0
    again = ("customer.preferences.v1", "ann", before[2] | {"tier": "again"})
    assert kept.read(again, ago=timedelta(days=1)) == ["preferences_recorded"]
    assert kept.suppressed("ann") == ("erased",)
    assert kept.read(_closed("ann"))[-1] == "suppressed"


@pytest.mark.parametrize("spelt", [" ann", "ann\u200b", "\ufeffann\n"])
def test_erasing_holds_for_every_spelling_of_the_id(kept: Kept, spelt: str) -> None:
    assert kept.read(_agreed("ann"), _closed(spelt))[-1] == "invited"
    assert kept.run("customer", "erase", spelt, "--yes", rules=False) == 0
    assert kept.rows_of("ann") == 0
    assert kept.read(_agreed(spelt), _closed(spelt))[-1] == "suppressed"


@pytest.mark.parametrize(("key", "former"), [("7", "7.0"), ("ann", "ann "), ("Zo\u00eb", "Zoe\u0308")])
def test_who_was_erased_when_ids_were_kept_as_they_came_stays_erased(
    kept: Kept, key: str, former: str
) -> None:
    hashes = keyed_hash(kept.settings)
    kept.start()

    async def erased(store: SqlStore) -> None:
        (hashed, *_) = hashes.customer(former)
        await store.run(lambda work: work.erase(former, [hashed], ["erased"], datetime.now(UTC)))

    asyncio.run(kept.with_store(erased))
    assert kept.read(_agreed(key), _closed(key))[-1] == "suppressed"


def test_one_customer_of_two_spellings_is_shown_limited_and_erased(kept: Kept, capsys: Said) -> None:
    assert kept.read(_agreed("7"), _closed("7"))[-1] == "invited"
    with closing(sqlite3.connect(kept.data / "feedback-router.db")) as stored:
        for table in ("customers", "journal", "invitations", "instance_owners"):
            stored.execute(f"UPDATE {table} SET customer_id = ' 7.0'")
        stored.commit()
    assert kept.read(_agreed("7"), _closed("7", "8"))[-1] == "invited"

    async def move(_store: SqlStore) -> None:
        migration = import_module("router.store.migrations.versions.v0007_customers")
        database = Database(kept.settings.database_url, connections=1)
        async with database.begin() as connection:
            await connection.run_sync(migration.move)
        await database.close()

    asyncio.run(kept.with_store(move))
    assert kept.run("customer", "show", "7.0") == 0
    shown = capsys.readouterr().out
    assert all(text in shown for text in ("case 7", "case 8", "2 of 1"))
    assert kept.read(_closed("7", "9"))[-1] != "invited"
    assert kept.run("customer", "erase", " 7.0", "--yes", rules=False) == 0
    assert kept.rows_of("7") + kept.rows_of(" 7.0") == 0


def test_what_is_not_clear_is_shown(kept: Kept, capsys: Said) -> None:
    stopped = ("customer.preferences.v1", "ann", {"consent": {"emial": False}})
    assert kept.read(_agreed("ann"), stopped, _closed("ann"))[-2:] == ["preferences_unclear"] * 2
    assert kept.run("customer", "show", "ann") == 0
    assert "cannot be understood: no earlier yes holds" in capsys.readouterr().out


@pytest.mark.parametrize("mistyped", ["anm", "Ann", "a nn", "ann\u0301", "", "\x9b31m"])
def test_a_mistyped_id_is_not_marked_as_erased(kept: Kept, capsys: Said, mistyped: str) -> None:
    assert kept.read(_agreed("ann"), _closed("ann"))[-1] == "invited"
    assert kept.run("customer", "erase", mistyped, "--yes", rules=False) == 1
    told = capsys.readouterr().err
    assert "Nothing is known of the customer" in told
    assert "nothing was changed" in told
    assert "--unknown" in told
    assert told.replace("\n", "").isprintable()
    assert kept.rows_of("ann") >= 4
    if mistyped:
        assert kept.read(_agreed(mistyped), _closed(mistyped, "9"))[-1] == "invited"


def test_an_unknown_customer_can_be_erased_before_anything_comes(kept: Kept, capsys: Said) -> None:
    assert kept.read(_agreed("bob")) == ["preferences_recorded"]
    assert kept.run("customer", "erase", "ann", "--unknown", rules=False) == 2
    assert kept.run("customer", "erase", "ann", "--yes", "--unknown", rules=False) == 0
    assert "Nothing was known" in capsys.readouterr().err
    assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 0
    assert "was erased before" in capsys.readouterr().err
    assert kept.read(_agreed("ann"), _closed("ann"))[-1] == "suppressed"


def test_what_was_kept_of_an_erased_customer_outlives_a_second_erasure(kept: Kept) -> None:
    said = ("customer.preferences.v1", "ann", {"suppressed": ["legal_hold"]})
    assert kept.read(said) == ["preferences_recorded"]
    for _ in range(2):
        assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 0
    kept.read(_closed("ann"))
    assert kept.suppressed("ann") == ("erased", "legal_hold")


def test_nobody_is_erased_under_another_secret(
    kept: Kept, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roles have the secret of the data directory; whoever erases has set another one, in another directory."""
    kept.read(_agreed("ann"))
    url = kept.settings.database_url
    elsewhere = str(kept.data / "elsewhere")
    monkeypatch.setenv("ROUTER_DATABASE__URL", url)
    assert main(["customer", "erase", "ann", "--yes", "--data", elsewhere]) == 2
    assert "No worker or dispatcher has run on this database" in capsys.readouterr().err

    kept.start()
    for secret in ("another-secret-of-length", None):
        if secret:
            monkeypatch.setenv("ROUTER_TOKEN_SECRET", secret)
        else:
            monkeypatch.delenv("ROUTER_TOKEN_SECRET")
        assert main(["customer", "erase", "ann", "--yes", "--data", elsewhere]) == 2
        told = capsys.readouterr().err
        assert "was used with another secret" in told
        assert "another-secret" not in told
    assert kept.rows_of("ann") >= 1

    monkeypatch.setenv("ROUTER_TOKEN_SECRET", "another-secret-of-length")
    assert main(["db", "new-secret", "--data", elsewhere]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["db", "new-secret", "--yes", "--data", elsewhere]) == 0
    assert main(["customer", "erase", "ann", "--yes", "--data", elsewhere]) == 0


def test_a_secret_that_is_set_later_knows_the_one_of_the_data_directory(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.read(_agreed("ann"))
    kept.start()
    assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 0
    monkeypatch.setenv("ROUTER_TOKEN_SECRET", "one-that-is-set-later")
    kept.settings = load_settings(data=kept.data, rules=kept.rules)
    kept.start()
    assert kept.read(_agreed("ann"), _closed("ann"))[-1] == "suppressed"


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_damaged_secret_in_the_data_directory_is_said(kept: Kept, capsys: Said, content: bytes) -> None:
    kept.read(_agreed("ann"))
    (kept.data / SECRET_FILE).write_bytes(content)
    assert kept.run("customer", "erase", "ann", "--yes", rules=False) == 1
    assert "is damaged" in capsys.readouterr().err


def test_postgresql_needs_a_secret_that_is_set(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_KAFKA__BOOTSTRAP", "127.0.0.1:1")
    for url in (
        "postgresql://nobody@127.0.0.1:1/x",
        "postgres://127.0.0.1:1/x",
        "postgresql+asyncpg://127.0.0.1:1/x",
    ):
        monkeypatch.setenv("ROUTER_DATABASE__URL", url)
        for command in (["worker"], ["dispatcher"], ["run"], ["customer", "erase", "ann", "--yes"]):
            assert main(command) in (1, 2)
            assert "ROUTER_TOKEN_SECRET: is not set" in capsys.readouterr().err


def test_the_forecast_tells_hours_rate_caps_and_quotas(kept: Kept, capsys: Said) -> None:
    names = [f"c-{number}" for number in range(7)]
    assert kept.read(*map(_agreed, names), *map(_closed, names)).count("invited") == 7

    assert kept.run("forecast", "--days", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(hour["count"] for hour in found["planned"]) == 7
    due = datetime.now(UTC) + timedelta(hours=20)
    assert abs(datetime.fromisoformat(found["planned"][0]["at"]) - due) < timedelta(hours=2)
    (held,) = found["held_back"]
    assert held["cap"] == "mails"
    assert held["held_back"] in (5, 6)
    assert [(use["value"], use["used"], use["max"]) for use in found["quotas"]] == [("Bea", 7, 10)]

    assert kept.run("forecast", "--days", "2") == 0
    shown = capsys.readouterr().out
    assert "7 invitations planned" in shown
    assert "reminder" not in shown
    assert "The rate cap mails holds back" in shown
    assert "█" in shown
    assert "7 of 10" in shown

    assert "How many will be answered is not known: 0 were sent" in shown

    by = ["--by", "agent", "--by", "event.agent", "--by", "channel"]
    assert kept.run("forecast", "--days", "2", *by, "--json") == 0
    counted = {one["field"]: one["values"] for one in json.loads(capsys.readouterr().out)["by"]}
    assert [(one["value"], one["planned"]) for one in counted["agent"]] == [("Bea", 7)]
    assert counted["agent"] == counted["event.agent"]
    assert sum(one["planned"] for one in counted["channel"]) == 7
    assert kept.run("forecast", *by) == 0
    assert "Bea" in capsys.readouterr().out
    assert kept.run("forecast", "--by", "customer.segment") == 2
    assert "scores: {by: [...]}" in capsys.readouterr().err

    assert kept.run("forecast", "--days", "2", "--lang", "nl", "--zone", "Asia/Tokyo") == 0
    dutch = capsys.readouterr().out
    assert "7 uitnodigingen gepland tot" in dutch
    assert "JST" in dutch
    assert "7 van 10" in dutch
    assert "UTC" not in dutch


def test_a_forecast_of_nothing_says_so(kept: Kept, capsys: Said) -> None:
    kept.read(_agreed("ann"))
    assert kept.run("forecast") == 0
    assert "0 invitations planned" in capsys.readouterr().out
