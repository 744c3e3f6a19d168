"""By which rules a command judges: those that decided, those named, those in force, in one order everywhere."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from router.authoring.language.load import check_directory
from router.authoring.publishing import Authorship, Publisher
from router.cli.main import main
from router.decode import decode
from router.flow.clock import WallClock
from router.flow.pipeline import Pipeline
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.service.rule_watch import RuleWatch
from router.service.secret import token_secret
from router.settings import load_settings
from router.store import SqlStore, upgrade
from router.telemetry.metrics import Metrics

T = TypeVar("T")
Said = pytest.CaptureFixture[str]
NOW = datetime.now(UTC)
RULES = """
surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,
  texts: {en: {question: Effort, low: little, high: much}}}}
---
consent: {unknown: allow}
locale: {otherwise: en}
limits: [{id: any, max: 1, per: 30d}]
---
rules:
  - {id: ask, when: {type: case.closed, event.stars: {lt: 3}}, send: {survey: ces, channel: email}}
"""


class Company:
    """Rule sets in directories, and a data directory where a worker decides by them."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.data = directory, directory / "data"
        self.settings = load_settings(data=self.data)

    def rules(self, name: str, stars: int, per: str = "30d") -> Path:
        """A rule set that asks below so many stars, and not again within a time."""
        path = self.directory / name
        path.mkdir()
        for number, text in enumerate(RULES.split("---")):
            own = text.replace("lt: 3", f"lt: {stars}").replace("per: 30d", f"per: {per}")
            (path / f"{number}.yaml").write_text(own, encoding="utf-8")
        return path

    def decide(self, rules: Path, *stars: int) -> None:
        """A service with these rules decides an interaction for each."""

        async def work(store: SqlStore) -> None:
            in_force = await RuleWatch(store, Metrics()).directory(rules)
            hashed = KeyedHash(token_secret(self.settings))
            pipeline = Pipeline(store, in_force, WallClock(), hashed)
            records = [Record("interactions", 0, n, 0, None, _event(n)) for n in stars]
            assert not (await pipeline.process(records, decode)).dead

        self.with_store(work)

    def publish(self, rules: Path) -> None:
        texts = {
            str(Path(name).relative_to(rules)): text for name, text in check_directory(rules).texts.items()
        }

        async def work(store: SqlStore) -> None:
            publisher = Publisher(store.revisions, store.reading, await store.revisions.course())
            by = Authorship("ann", "more", NOW)
            await publisher.live(await publisher.propose(await publisher.draft(texts, NOW), by), by)

        self.with_store(work)

    def with_store(self, work: Callable[[SqlStore], Awaitable[T]]) -> T:
        async def run() -> T:
            await upgrade(self.settings.database_url)
            store = await SqlStore.open(self.settings.database_url)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(run())

    def forget(self, revision: int) -> None:
        """As a database that an earlier version wrote, which kept no content."""
        with closing(sqlite3.connect(self.data / "feedback-router.db")) as database, database:
            database.execute("UPDATE revisions SET content = NULL WHERE number = ?", (revision,))

    def told(self, capsys: Said, *arguments: str) -> Any:
        capsys.readouterr()  # what the pipeline logged
        assert main([*arguments, "--data", str(self.data), "--json"]) == 0
        return json.loads(capsys.readouterr().out)


def _event(stars: int) -> bytes:
    event = {"specversion": "1.0", "id": f"e{stars}", "source": "/t", "type": "case.closed", "subject": "ann"}
    data = {"stars": stars, "channel": "email"}
    return json.dumps(event | {"time": (NOW - timedelta(seconds=1)).isoformat(), "data": data}).encode()


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ROUTER_RULES", raising=False)
    return Company(tmp_path)


def failed(why: Any) -> str | None:
    (rule,) = why["rules"]
    return rule["failed"] and rule["failed"].partition(" (")[0]


def test_a_decision_is_told_by_the_revision_that_made_it(company: Company, capsys: Said) -> None:
    strict, lax = company.rules("strict", 3), company.rules("lax", 5)
    company.decide(strict, 4)
    company.publish(lax)

    why = company.told(capsys, "why", "e4")
    assert why["note"] is None
    assert failed(why) == "event.stars must be under 3, but it is 4"

    judged = company.told(capsys, "why", "e4", "--rules", str(lax))
    assert judged["note"].startswith(
        f"What is below is judged by the rules of {lax}, not by revision 1, which decided."
    )
    assert failed(judged) is None


def test_a_revision_that_is_gone_is_said_to_be(company: Company, capsys: Said) -> None:
    company.decide(company.rules("strict", 3), 4)
    company.publish(company.rules("lax", 5))
    company.forget(1)

    why = company.told(capsys, "why", "e4")
    assert why["note"].startswith(
        "Revision 1 of the rules, which decided, is no longer there;"
        " what is below is judged by revision 2 of the rules instead."
    )
    assert failed(why) is None


def test_a_set_in_force_that_cannot_be_read_is_told(company: Company, capsys: Said) -> None:
    first = company.rules("first", 3)
    company.decide(first, 1)
    company.publish(company.rules("second", 3, "60d"))
    with closing(sqlite3.connect(company.data / "feedback-router.db")) as database, database:
        database.execute("UPDATE revisions SET content = x'00' WHERE number = 2")

    assert main(["customer", "show", "ann", "--data", str(company.data)]) == 1
    assert "Revision 2, which is in force, cannot be read" in capsys.readouterr().err
    assert main(["customer", "show", "ann", "--data", str(company.data), "--rules", str(first)]) == 0


def test_the_rules_in_force_are_found_in_one_order(
    company: Company, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = company.rules("first", 3, "30d"), company.rules("second", 3, "60d")
    third, fourth = company.rules("third", 3, "90d"), company.rules("fourth", 3, "120d")

    def limit(*arguments: str) -> tuple[str, str]:
        shown = company.told(capsys, "customer", "show", "ann", *arguments)
        return shown["rules"], shown["limits"][0]["per"]

    company.decide(first, 1)
    assert limit() == ("revision 1 of the rules", "30d")  # what a service loaded last
    monkeypatch.setenv("ROUTER_RULES", str(second))
    assert limit() == (f"the rules of {second}", "60d")
    company.publish(third)
    assert limit() == ("revision 2 of the rules", "90d")
    assert limit("--rules", str(fourth)) == (f"the rules of {fourth}", "120d")


def test_without_a_word_the_rules_here_or_those_shipped_are_meant(
    company: Company, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*arguments: str) -> str:
        assert main(["check", *arguments]) == 0
        return capsys.readouterr().err

    assert said().rstrip(".\n").endswith("/rules")
    here = company.rules("rules", 3)
    assert said() == f"The rules are those of {here.name}.\n"
    named = company.rules("named", 3)
    monkeypatch.setenv("ROUTER_RULES", str(named))
    assert said() == f"The rules are those of {named}.\n"
    assert said(str(here)) == ""


def test_a_set_that_was_loaded_can_be_put_in_force_again(company: Company, capsys: Said) -> None:
    company.decide(company.rules("first", 3), 1)
    company.publish(company.rules("second", 3, "60d"))
    assert main(["rollback", "1", "--data", str(company.data)]) == 0
    assert "Revision 1 is in force" in capsys.readouterr().out
