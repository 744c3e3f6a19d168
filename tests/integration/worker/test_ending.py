"""What being told to end comes to: a start given up, a service asked, a process that leaves when it takes too long."""

import asyncio

import pytest

from router.service.ending import Ending
from tests.running.waiting import eventually


async def test_a_start_is_given_up() -> None:
    ending = Ending(10)

    async def starting() -> None:
        asyncio.get_running_loop().call_soon(ending.begin)
        await asyncio.Event().wait()

    await ending.run(starting())
    assert ending.begun
    assert not ending.failed


async def test_a_service_that_is_up_is_asked_once() -> None:
    ending, asked, end = Ending(10), list[str](), asyncio.Event()

    def stop() -> None:
        asked.append("stop")
        end.set()

    async def service() -> None:
        ending.started(stop)
        ending.begin()
        ending.begin()
        await end.wait()

    await ending.run(service())
    assert asked == ["stop"]


async def test_one_that_is_told_while_it_comes_up_is_asked_as_soon_as_it_is() -> None:
    ending, asked = Ending(10), list[str]()
    ending.begin()
    ending.started(lambda: asked.append("stop"))
    assert asked == ["stop"]


@pytest.mark.parametrize(("failed", "code"), [(False, 143), (True, 1)])
async def test_what_takes_too_long_is_left(
    failed: bool, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    left: list[int] = []
    ending = Ending(0.01, left.append)
    ending.started(lambda: None)
    ending.begin(failed=failed)
    await eventually(lambda: left == [code], "the process leaves")
    assert "ROUTER_STOP_SECONDS" in "".join(capfd.readouterr())


async def test_a_cancellation_from_elsewhere_is_not_taken_for_an_end() -> None:
    ending = Ending(10)

    async def service() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await ending.run(service())
