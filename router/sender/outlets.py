"""Where a sender sends to: files in a directory, or a mail server."""

import asyncio
import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from router.dispatch.invitation_event import InvitationDue
from router.model.invitation_states import DeliveryStatus
from router.sender.letter import letter, text_of

TRIES, FIRST_PAUSE = 4, 0.5


class Told(Struct, frozen=True):
    """What became of a message, in the order it happened."""

    statuses: tuple[DeliveryStatus, ...]
    detail: str | None = None


class Unreachable(Exception):
    """The outlet does not answer: try again later, nothing was sent."""


class Outlet(Protocol):
    """Sends one message. Raises `Unreachable` where it is not known to have.

    Where sending again is `harmless`, a message that a crash caught on its way is sent again, else it is not.
    """

    harmless: bool

    async def send(self, event: InvitationDue, answer_url: str | None) -> Told:
        """Returns what became of it."""


class Directory:
    """Writes each message into a file under its id."""

    harmless = True

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory

    async def send(self, event: InvitationDue, answer_url: str | None) -> Told:
        """Writes the file whole or not at all."""
        data = event.data
        to = data.recipient or f"customer {data.customer_id}"
        again = f" ({data.kind} {data.reminder})" if data.kind == "reminder" else f" ({data.kind})"
        text = f"To: {to} by {data.channel}{again}\n\n{text_of(event, answer_url)}"
        part = self._directory / f".{event.id}.part"
        part.write_text(text, encoding="utf-8")
        os.replace(part, self._directory / f"{event.id}.txt")  # noqa: PTH105 - it says what it does
        return Told(("accepted", "delivered"))


class Smtp:
    """Hands each message to a mail server. An address that is refused for good is reported as a hard bounce."""

    harmless = False

    def __init__(
        self, host: str, port: int, sender: str, user: str | None = None, password: str | None = None
    ):
        self._host, self._port, self._sender = host, port, sender
        self._login = (user, password) if user and password else None

    async def send(self, event: InvitationDue, answer_url: str | None) -> Told:
        """Tries a server that asks for patience some times."""
        if not event.data.recipient:
            return Told(("failed",), "no address")
        try:
            mail = letter(event, event.data.recipient, answer_url, self._sender)
        except ValueError:
            return Told(("hard_bounced",), "not an address")
        pause = FIRST_PAUSE
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(pause)
                pause *= 2
            told = await asyncio.to_thread(self._tried, mail)
            if told is not None:
                return told
        return Told(("accepted", "soft_bounced", "failed"), f"refused {TRIES} times for now")

    def _tried(self, mail: EmailMessage) -> Told | None:
        """What became of one try; None: the server asks to try again."""
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as answer:
            raise Unreachable(f"the mail server refuses to talk ({answer.smtp_code})") from None
        except OSError as error:
            raise Unreachable(f"the mail server does not answer ({type(error).__name__})") from None
        with server:
            try:
                server.send_message(mail)
            except smtplib.SMTPRecipientsRefused as refused:
                code, words = next(iter(refused.recipients.values()))
                return Told(("accepted", "hard_bounced"), f"{code} {_text(words)}") if code >= 500 else None
            except smtplib.SMTPResponseException as answer:
                if answer.smtp_code < 500:
                    return None
                return Told(("accepted", "failed"), f"{answer.smtp_code} {_text(answer.smtp_error)}")
            except OSError:
                # Nobody knows whether it took the mail: better none than two.
                return Told(("accepted",), "the mail server broke off")
        return Told(("accepted", "delivered"))

    def _connected(self) -> smtplib.SMTP:
        server = smtplib.SMTP(self._host, self._port, timeout=20)
        server.ehlo()
        encrypted = server.has_extn("starttls")
        if encrypted:
            server.starttls(context=ssl.create_default_context())
        if self._login and not encrypted:
            server.close()
            raise Unreachable("the mail server offers no encryption: the password is not sent without")
        if self._login:
            server.login(*self._login)
        return server


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
