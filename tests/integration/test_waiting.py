"""Whoever waits in vain says for what, before the limit of the test cuts it off."""

import math

import pytest

from tests.running import waiting
from tests.running.waiting import MARGIN, NeverHeld, eventually, within


async def test_a_wait_ends_with_its_words_before_the_test_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_ends", math.inf)
    assert within(60) == 60
    waiting.waits_end_in(MARGIN)
    with pytest.raises(NeverHeld, match="the moon is blue"):
        await eventually(lambda: False, "the moon is blue", patience=3_600)


def test_every_wait_of_this_test_ends_before_it(request: pytest.FixtureRequest) -> None:
    limit = float(request.config.getini("timeout"))
    assert within(limit) <= limit - MARGIN


@pytest.mark.connected
@pytest.mark.usefixtures("postgres_server")
def test_the_start_of_a_service_is_not_counted(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("timeout")
    assert marker.kwargs == {"func_only": True}
