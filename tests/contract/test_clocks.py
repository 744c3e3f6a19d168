"""A process whose clock is off neither decides nor sends, and leases run by the clock that all share."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from router.flow.clock import ClockSkewed, WallClock
from router.store import SqlStore
from tests.contract.test_set_aside import OTHERS, Service, calls

DAY = timedelta(days=1)


class Ahead(WallClock):
    """A clock that is ahead of the machine's, or behind."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self.ahead = ahead

    def wall(self) -> datetime:
        return super().wall() + self.ahead


@pytest.mark.parametrize("ahead", [DAY, -DAY, timedelta(seconds=70), timedelta(days=3_650)])
async def test_beyond_what_is_allowed_nothing_is_decided(store: SqlStore, ahead: timedelta) -> None:
    service = Service(store)
    service.pipeline.clock = clock = Ahead(ahead)
    with pytest.raises(ClockSkewed, match="ahead of" if ahead > timedelta(0) else "behind"):
        await service.read(calls(service))
    assert abs(clock.skew - ahead) < timedelta(seconds=5)
    assert await store.reading.reasons() == {}
    assert await store.reading.set_aside() == []


@pytest.mark.parametrize("ahead", [DAY, -DAY])
async def test_beyond_what_is_allowed_nothing_is_sent_or_held(store: SqlStore, ahead: timedelta) -> None:
    service = Service(store)
    await service.read(calls(service))
    service.relay.clock = Ahead(ahead)
    with pytest.raises(ClockSkewed):
        await service.relay.pass_once()
    assert service.broker.stored == []
    # Who has the right time sends all of it, and need not wait for anybody's lease.
    service.relay.clock = WallClock()
    await service.all_sent()
    assert set(OTHERS) <= {event["subject"] for event in service.broker.stored}


@pytest.mark.parametrize("seconds", [50, 0])
async def test_leases_run_by_the_database_whatever_our_clock_says(store: SqlStore, seconds: int) -> None:
    service = Service(store)
    await service.read(calls(service))

    class Away:
        async def send(self, _: object) -> None:
            raise ConnectionError

    service.relay.clock = Ahead(timedelta(seconds=seconds))
    service.relay.broker = Away()
    before = datetime.now(UTC)
    with pytest.raises(ConnectionError):
        await service.relay.pass_once()
    async with store._database.connect() as connection:
        rows = await connection.execute(text("SELECT leased_until FROM invitations WHERE state = 'queued'"))
        until = {_moment(value) for (value,) in rows}
    lease = service.relay.lease
    assert until
    assert all(before + lease <= moment <= datetime.now(UTC) + lease for moment in until)


def _moment(value: int | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromtimestamp(value / 1_000_000, UTC)
