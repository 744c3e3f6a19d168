import asyncio
import http.client
import signal
import socket

import pytest

from router.telemetry.health import health_app, health_port
from router.telemetry.http_port import Port, PortNotServed, PortTaken, served
from router.telemetry.metrics import Metrics

APP = health_app(lambda: None, {}, Metrics())


async def status(server: Port, path: str, method: str = "GET") -> int:
    def ask() -> int:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
        connection.request(method, path)
        answer = connection.getresponse().status
        connection.close()
        return answer

    return await asyncio.to_thread(ask)


async def test_port_0_takes_a_free_port_and_tells_it() -> None:
    async with served(lambda _port: APP, health_port("127.0.0.1", 0)) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.port > 0


async def test_a_taken_port_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} .*ROUTER_HEALTH__PORT"):
            async with served(lambda _port: APP, health_port("127.0.0.1", port)):
                pytest.fail("served")


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
async def test_an_address_of_another_machine_is_told(host: str) -> None:
    with pytest.raises(PortNotServed, match="ROUTER_HEALTH__HOST"):
        async with served(lambda _port: APP, health_port(host, 0)):
            pytest.fail("served")


async def test_the_port_is_free_again_afterwards_and_signals_are_left_alone() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with served(lambda _port: APP, health_port("127.0.0.1", 0)) as server:
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        assert during == before
        assert await status(server, "/livez") == 200
    async with served(lambda _port: APP, health_port("127.0.0.1", server.port)) as again:
        assert again.port == server.port
        assert await status(again, "/livez", method="HEAD") == 200


async def test_an_error_in_the_program_passes_through_and_ends_the_server() -> None:
    with pytest.raises(RuntimeError, match="stop"):
        async with served(lambda _port: APP, health_port("127.0.0.1", 0)) as server:
            raise RuntimeError("stop")
    with pytest.raises(ConnectionRefusedError):
        await status(server, "/livez")
