"""A data directory with what a worker made of interactions."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from router.authoring.language.load import load_directory
from router.decode import decode
from router.flow.clock import WallClock
from router.flow.pipeline import Pipeline
from router.model.record import Record
from router.rules.in_force import InForce
from router.service.secret import keyed_hash
from router.settings import load_settings
from router.store import SqlStore, upgrade

Event = tuple[datetime, str, str, dict[str, Any]]
"""When, the type, the customer, the data."""


def journaled(directory: Path, rules: Mapping[str, str], events: Iterable[Event]) -> list[str]:
    """Has a worker decide the events by the rules; the options with which commands find both."""
    data, rule_files = directory / "data", directory / "rules"
    rule_files.mkdir()
    for name, text in rules.items():
        (rule_files / name).write_text(text, encoding="utf-8")
    settings = load_settings(data=data, rules=rule_files)
    records = [
        Record("interactions", 0, at, 0, None, _record(f"event {at}", *event))
        for at, event in enumerate(events)
    ]

    async def work() -> None:
        await upgrade(settings.database_url)
        store = await SqlStore.open(settings.database_url)
        pipeline = Pipeline(store, InForce(load_directory(rule_files)), WallClock(), keyed_hash(settings))
        assert not (await pipeline.process(records, decode)).dead
        await store.close()

    asyncio.run(work())
    return ["--data", str(data), "--rules", str(rule_files)]


def _record(name: str, at: datetime, kind: str, customer: str, data: dict[str, Any]) -> bytes:
    event = {"specversion": "1.0", "id": name, "source": "/t", "type": kind, "subject": customer}
    return json.dumps(event | {"time": at.isoformat(), "data": data}).encode()
