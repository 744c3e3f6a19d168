"""The dispatcher's loop: what fails is tried again, what fails for ever ends it."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from router.flow.relay import Passed
from router.flow.retry import Retry
from router.kafka.producer import BrokerUnavailable
from router.service.dispatcher import Dispatcher, DispatchFailed
from router.service.parts import Parts
from router.settings import Settings
from router.store import StoreUnavailable
from router.telemetry.metrics import Metrics


class Relay:
    """A relay that fails as told, then stops its dispatcher."""

    def __init__(self, faults: list[Exception]) -> None:
        self.faults = faults
        self.passes = 0
        self.dispatcher: Dispatcher | None = None

    async def pass_once(self) -> Passed:
        self.passes += 1
        if self.faults:
            raise self.faults.pop(0)
        assert self.dispatcher is not None
        self.dispatcher.stop()
        return Passed(0)


def dispatcher_over(relay: Relay) -> tuple[Dispatcher, Metrics]:
    metrics = Metrics()
    parts = SimpleNamespace(relay=lambda: relay, metrics=metrics, settings=Settings())
    relay.dispatcher = Dispatcher(cast("Parts", parts), retry=Retry(0.0, 0.0))
    return relay.dispatcher, metrics


async def test_what_fails_is_tried_again() -> None:
    relay = Relay([StoreUnavailable("away"), BrokerUnavailable("away"), KeyError("ours")])
    running, metrics = dispatcher_over(relay)
    await running.run()
    assert relay.passes == 4
    assert metrics.registry.get_sample_value("router_store_retries_total", {"cause": "unavailable"}) == 1


async def test_what_fails_for_ever_ends_it() -> None:
    relay = Relay([ValueError("ours")] * 100)
    running, _ = dispatcher_over(relay)
    with pytest.raises(DispatchFailed, match="61 errors one after another"):
        async with asyncio.timeout(30):
            await running.run()
    assert relay.passes == 61
