"""The embedded default, whole: what it decides is what the backtest decides."""

from pathlib import Path

from router.service.embedded import embedded_address
from tests.running.eventlog import backtest, company_log
from tests.running.ledger import assert_as_in_backtest, invitations_in, kept
from tests.running.service import running, settings_for
from tests.running.topics import asked_in, publish, read_all
from tests.running.waiting import eventually


async def test_a_log_on_the_event_time_clock_is_decided_as_in_its_backtest_over_a_restart(
    tmp_path: Path,
) -> None:
    log = company_log(200)
    expected = backtest(log)
    settings = settings_for(tmp_path, clock="event")
    half = len(log) // 2
    for part, complete in ((log[:half], backtest(log[:half])), (log[half:], expected)):
        async with running(settings) as service:
            await publish(service.bootstrap, settings.topics.interactions, part)
            await eventually(lambda: service.read == len(part), "everything is read")  # noqa: B023
            await eventually(
                lambda: _sent(service.database, len(complete.sent)),  # noqa: B023
                "what is due is sent",
            )
            records = await read_all(service.bootstrap, settings.topics.invitations)
            # Of both parts: what was published before the restart is still there.
            published = asked_in(records)
        assert embedded_address(tmp_path) is None

    assert_as_in_backtest(await kept(settings.database_url), expected)
    assert expected.published_once(published)


async def _sent(url: str, count: int) -> bool:
    return await invitations_in(url, "sent") == count
