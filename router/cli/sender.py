"""`sender`: a reference survey sender, to try out and to copy from."""

import asyncio
import signal
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Data
from router.cli.output import told
from router.cli.service_log import service

if TYPE_CHECKING:
    from router.sender import Outlet
    from router.settings import Settings

_GRACE: Final = 5.0
"""Seconds that the message in hand has when it is to stop, and after it each part that is closed."""


def sender(
    to: Annotated[
        list[str],
        typer.Option(
            help="Output directory, or smtp://host:port; per channel: email=smtp://host:port. Repeatable.",
            metavar="[CHANNEL=]DIRECTORY|SMTP",
        ),
    ],
    answer_url: Annotated[
        str | None,
        typer.Option(
            help="URL of the answer page, with {token} and {score}: https://example.org/?t={token}&s={score}",
            metavar="URL",
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Run the reference sender: send invitations and report their delivery.

    Idempotent: each message is handled once, by its id, across restarts; the ids are kept in the data
    directory. SMTP user, password and From address are settings (ROUTER_SENDER__...).
    """
    from router.service.embedded import reachable

    settings = reachable(settings_of(data))
    with service("sender", settings):
        outlets = {channel: _outlet(target, settings) for channel, target in map(_split, to)}
        asyncio.run(_run(settings, outlets, answer_url))


def _split(target: str) -> tuple[str | None, str]:
    channel, separator, rest = target.partition("=")
    if separator and "/" not in channel and ":" not in channel:
        return channel, rest
    return None, target


def _outlet(target: str, settings: "Settings") -> "Outlet":
    from router.sender import Directory, NotAMailbox, Smtp

    if not target.startswith("smtp:"):
        try:
            return Directory(Path(target))
        except OSError as error:
            raise Refused(
                f"The directory {target} cannot be made ({error.strerror}): name one that can be written to.",
                FAILED,
            ) from None
    host, port = _server(target)
    given = settings.sender
    password = given.smtp_password.get_secret_value() if given.smtp_password else None
    try:
        return Smtp(host, port, given.address, given.smtp_user, password)
    except NotAMailbox as reason:
        raise Refused(
            f"ROUTER_SENDER__ADDRESS: {reason}; set one that mails can come from, such as feedback@example.org."
        ) from None


def _server(target: str) -> tuple[str, int]:
    """Host and port of `smtp://host:port`; a password has no place on a command line."""
    try:
        parts = urlsplit(target)
        if parts.hostname and not parts.username:
            return parts.hostname, parts.port or 25
    except ValueError:
        pass
    raise Refused(
        f"{target.rpartition('@')[2]} cannot be sent to: write smtp://host:port, and set"
        " ROUTER_SENDER__SMTP_USER and ROUTER_SENDER__SMTP_PASSWORD for a login."
    )


async def _run(settings: "Settings", outlets: dict[str | None, Any], answer_url: str | None) -> None:
    """Sends until it is told to stop, then within seconds comes to an end, whoever does not answer."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    counts: Counter[str] = Counter()
    sending = asyncio.create_task(_send(settings, outlets, answer_url, stopping, counts))
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait([sending, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    _, late = await asyncio.wait([sending], timeout=_GRACE)
    if late:
        sending.cancel()
        await asyncio.wait([sending], timeout=2 * _GRACE)
    if sending.done() and not sending.cancelled():
        sending.result()
    done = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    unsure = " What was not told of them is told after the next start." if late else ""
    told(f"Stopped: {done or 'nothing came'}.{unsure}")


async def _send(
    settings: "Settings",
    outlets: dict[str | None, Any],
    answer_url: str | None,
    stopping: asyncio.Event,
    counts: "Counter[str]",
) -> None:
    from router.kafka.connection import client_options
    from router.kafka.group_reader import GroupReader
    from router.kafka.producer import Producer
    from router.sender import Sender
    from router.sender.sent import SentMessages, SentNotStored

    try:
        async with AsyncExitStack() as stack:
            sent = SentMessages(settings.data / "sender.db")
            stack.callback(sent.close)
            reader = GroupReader(
                settings.kafka, settings.topics.invitations, f"{settings.kafka.group}.sender"
            )
            stack.push_async_callback(reader.stop)
            await reader.start()
            producer = Producer(client_options(settings.kafka))
            stack.push_async_callback(producer.stop)
            running = Sender(
                reader, producer, outlets, sent, reports=settings.topics.deliveries, answer_url=answer_url
            )
            running.counts = counts
            told(f"Sends what comes on {settings.topics.invitations}. Ctrl-C stops it.")
            until = asyncio.create_task(stopping.wait())
            until.add_done_callback(lambda _: running.stop())
            await running.run()
    except SentNotStored as error:
        raise Refused(f"{error}.", FAILED) from None
