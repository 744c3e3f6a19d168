"""A crash between publishing and settling: the same invitation id again, never a new one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.decode import decode
from router.flow.pipeline import Pipeline
from router.flow.relay import Relay
from router.model.record import Message, Record
from router.service.embedded import embedded
from router.service.parts import Parts, open_parts
from router.telemetry.metrics import Metrics
from tests.running.eventlog import entries, event
from tests.running.ledger import kept
from tests.running.prompt_rules import prompt_rules
from tests.running.service import settings_for
from tests.running.topics import read_all
from tests.running.waiting import eventually


class Crash(Exception):
    """The process is gone."""


class Doomed:
    """A sender after whose work the process dies."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def send(self, messages: Sequence[Message]) -> None:
        await self._parts.producer.send(messages)
        raise Crash


async def test_what_was_published_before_a_crash_is_published_again_as_itself(tmp_path: Path) -> None:
    given = settings_for(tmp_path, rules=prompt_rules(tmp_path / "rules", unknown_consent="allow"))
    at = datetime.now(UTC) - timedelta(minutes=1)
    calls = entries(event(number, f"c-{number}", at, "call.completed") for number in range(3))
    records = [Record("t", 0, number, 0, entry.key, entry.value) for number, entry in enumerate(calls)]
    with embedded(given) as (settings, _):
        async with open_parts(settings, Metrics()) as parts:
            pipeline = Pipeline(parts.store, parts.rules, parts.clock, parts.hashes)
            await pipeline.process(records, decode)

            # Long enough to publish within it: what is held for longer is not sent any more.
            doomed = Relay(
                parts.store,
                Doomed(parts),
                parts.rules,
                parts.clock,
                topic=settings.topics.invitations,
                lease=timedelta(seconds=2),
            )
            with pytest.raises(Crash):
                await doomed.pass_once()
            assert set((await kept(settings.database_url)).states.values()) == {"queued"}

            again: list[object] = []

            async def sent_again() -> bool:
                again.extend((await parts.relay().pass_once()).published)
                return len(again) >= len(calls)

            await eventually(sent_again, "the lease has run out and all is published again")
            assert len(again) == len(calls)
            assert (await parts.relay().pass_once()).due == 0
        published = await read_all(settings.kafka.servers[0], settings.topics.invitations)

    ids = [json.loads(record.value or b"")["id"] for record in published]
    found = await kept(settings.database_url)
    assert sorted(ids) == sorted([*found.states, *found.states])
    assert set(found.states.values()) == {"sent"}
