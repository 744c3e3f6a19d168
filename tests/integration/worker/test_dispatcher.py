"""The dispatcher's loop: what fails is tried again, what fails for ever ends it."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from router.flow.alert_relay import PassedAlerts
from router.flow.relay import Passed
from router.flow.retry import Retry
from router.kafka.producer import BrokerUnavailable
from router.service.dispatcher import ROLL_UP_EVERY, ROLL_UP_STEP, ROLL_UP_STEPS, Dispatcher, DispatchFailed
from router.service.parts import Parts
from router.settings import Settings
from router.store import StoreUnavailable
from router.telemetry.metrics import Metrics
from tests.contract.rows import alert_row


class Relay:
    """A relay that fails as told, then stops its dispatcher in the pass that is named."""

    def __init__(self, faults: list[Exception], passes: int = 1) -> None:
        self.faults = faults
        self.last = passes
        self.passes = 0
        self.dispatcher: Dispatcher | None = None

    async def pass_once(self) -> Passed:
        self.passes += 1
        if self.faults:
            raise self.faults.pop(0)
        assert self.dispatcher is not None
        if self.passes >= self.last:
            self.dispatcher.stop()
        return Passed(0)


class AlertsOut:
    """A relay of alerts that fails as told, waits for ever, or publishes one alert each time."""

    def __init__(self, fault: Exception | None = None, *, waits: bool = False) -> None:
        self.fault = fault
        self.waits = waits
        self.passes = 0

    async def pass_once(self) -> PassedAlerts:
        self.passes += 1
        if self.waits:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        return PassedAlerts((alert_row("ann", f"{self.passes}"),))


class Counted:
    """A store with so many changes to roll up in each step, or a fault in its place."""

    def __init__(self, *steps: int | Exception) -> None:
        self.steps = list(steps)

    async def run(self, _work: object) -> int:
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def dispatcher_over(
    relay: Relay, alerts: AlertsOut | None = None, store: Counted | None = None
) -> tuple[Dispatcher, Metrics]:
    metrics = Metrics()
    parts = SimpleNamespace(
        relay=lambda: relay,
        alert_relay=lambda: alerts or AlertsOut(),
        metrics=metrics,
        store=store,
        settings=SimpleNamespace(dispatch=Settings().dispatch, finish_seconds=0.1),
        rules=SimpleNamespace(live=SimpleNamespace(score_shifts={}), scheduled_by=None),
        clock=SimpleNamespace(now=lambda: None),
    )
    every = ROLL_UP_EVERY if store is None else 0.0
    relay.dispatcher = Dispatcher(cast("Parts", parts), retry=Retry(0.0, 0.0), roll_up_every=every)
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


@pytest.mark.parametrize(
    "alerts", [AlertsOut(BrokerUnavailable("no topic")), AlertsOut(KeyError("ours")), AlertsOut(waits=True)]
)
async def test_alerts_that_cannot_leave_hold_no_invitation_up(alerts: AlertsOut) -> None:
    relay = Relay([StoreUnavailable("away")])
    running, _ = dispatcher_over(relay, alerts)
    async with asyncio.timeout(30):
        await running.run()
    assert (relay.passes, alerts.passes) == (2, 1)


async def test_alerts_leave_while_invitations_fail() -> None:
    relay = Relay([StoreUnavailable("away")] * 3)
    running, metrics = dispatcher_over(relay)
    await running.run()
    assert (metrics.registry.get_sample_value("router_alerts_sent_total", {"team": "care"}) or 0) >= 1


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([ROLL_UP_STEP, ROLL_UP_STEP, 3, 7], [7]),
        ([StoreUnavailable("away"), 7], [7]),
        ([KeyError("ours"), 7], [7]),
        ([ROLL_UP_STEP] * (ROLL_UP_STEPS + 1), [ROLL_UP_STEP]),
    ],
)
async def test_changes_are_rolled_up_and_never_in_the_way(
    steps: list[int | Exception], left: list[int]
) -> None:
    """Some steps of each turn; what fails in it stops nothing."""
    relay, store = Relay([], passes=2), Counted(*steps)
    running, _ = dispatcher_over(relay, store=store)
    await running.run()
    assert relay.passes == 2
    assert store.steps == left
