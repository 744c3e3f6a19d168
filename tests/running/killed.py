"""A log through the whole service on real servers, killed on the way and started again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from router.store import upgrade
from tests.running.eventlog import Expected
from tests.running.ledger import Kept, assert_as_in_backtest, invitations_in, journal_rows, kept
from tests.running.processes import environment, started
from tests.running.topics import Entry, asked_in, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka


async def played_with_kills(
    log: Sequence[Entry],
    rules: Path,
    expected: Expected,
    servers: tuple[Kafka, Database],
    folder: Path,
    *,
    kills: int,
    elsewhere: Mapping[int, str] | None = None,
) -> Kept:
    """What is kept of the log in the end. It is as in its backtest, and each invitation left under one id.

    `elsewhere` names the topics of those entries, by their place in the log, that are no interactions of ours.
    """
    kafka, postgres = servers
    topics = fresh_topics()
    create_all(kafka.bootstrap, topics, 4)
    await upgrade(postgres.url)
    given = environment(
        clock="event",
        kafka__bootstrap=kafka.bootstrap,
        kafka__session_timeout_ms="6000",
        kafka__heartbeat_ms="1000",
        kafka__max_records="25",
        database__url=postgres.url,
        data=str(folder / "data"),
        health__enabled="false",
        dispatch__poll_ms="20",
        event_clock__idle_after_seconds="1",
        rules=str(rules),
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    if elsewhere:
        given["ROUTER_TOPICS__SOURCES"] = ",".join(sorted(set(elsewhere.values())))

    async def publish_part(begin: int, end: int) -> None:
        parts: dict[str, list[Entry]] = defaultdict(list)
        for place in range(begin, end):
            parts[(elsewhere or {}).get(place, topics["interactions"])].append(log[place])
        for topic, entries in parts.items():
            await publish(kafka.bootstrap, topic, entries)

    part = len(log) // (kills + 1)
    for number in range(kills):
        with started("run", given, folder / "run.log") as service:
            await service.until_told("partitions_assigned")
            before = await journal_rows(postgres.url)
            await publish_part(number * part, (number + 1) * part)

            async def in_the_middle() -> bool:
                return await journal_rows(postgres.url) > before + part // 4  # noqa: B023

            await eventually(in_the_middle, "it decides")
            service.kill()
    await publish_part(kills * part, len(log))
    with started("run", given, folder / "run.log") as service:

        async def done() -> bool:
            sent = await invitations_in(postgres.url, "sent")
            decided = await journal_rows(postgres.url)
            return (decided, sent) == (len(expected.decisions), len(expected.sent))

        await eventually(done, "everything is decided and sent")
        assert service.terminate() == 0
    found = await kept(postgres.url)
    assert_as_in_backtest(found, expected)
    published = await read_all(kafka.bootstrap, topics["invitations"])
    assert expected.published_once(sorted(set(asked_in(published))))
    return found
