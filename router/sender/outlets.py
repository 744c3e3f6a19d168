"""Where a sender sends to: files in a directory, or a mail server."""

import asyncio
import os
import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from router.flow.invitation_event import InvitationDue
from router.model.invitation_states import DeliveryStatus
from router.model.spelling import one_line
from router.sender.letter import letter, text_of
from router.sender.mailbox import NotAMailbox, mailbox
from router.settings.own_files import closed_to_others, own_directory

TRIES, FIRST_PAUSE = 4, 0.5
PERMANENT = 500
_ADDRESS = re.compile(r"\S*@\S*")


class Delivery(Struct, frozen=True):
    """What became of a message: its statuses in the order they happened, and a word for people without an address."""

    statuses: tuple[DeliveryStatus, ...]
    detail: str | None = None


class Unreachable(Exception):
    """The outlet does not answer: try again later, nothing was sent."""


class Outlet(Protocol):
    """Sends one message. Raises `Unreachable` where nothing was sent and it should be tried again later.

    Where sending is `idempotent`, a message that a crash caught on its way is sent again, else it is not.
    """

    idempotent: bool

    async def send(self, event: InvitationDue, answer_url: str | None) -> Delivery:
        """Returns what became of it."""


class Directory:
    """Writes each message into a file under its id, which only its owner can read."""

    idempotent = True

    def __init__(self, directory: Path) -> None:
        own_directory(directory)
        for letter_file in directory.glob("*.txt"):
            closed_to_others(letter_file)
        self._directory = directory

    async def send(self, event: InvitationDue, answer_url: str | None) -> Delivery:
        """Writes the file whole or not at all."""
        data = event.data
        to = data.recipient or f"customer {data.customer_id}"
        kind = f"{data.kind} {data.reminder}" if data.kind == "reminder" else data.kind
        text = (
            f"To: {one_line(to)} by {one_line(data.channel or '-')} ({kind})\n\n{text_of(event, answer_url)}"
        )
        part = self._directory / f".{event.id}.part"
        try:
            # A part that a crash left behind may have other rights: a new file is opened, which only its owner can read.
            part.unlink(missing_ok=True)
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(text)
            part.replace(self._directory / f"{event.id}.txt")
        except OSError as error:
            raise Unreachable(f"no file can be written in {self._directory} ({error.strerror})") from None
        return Delivery(("accepted", "delivered"))


class Smtp:
    """Hands each message to a mail server. An address that is refused for good is reported as a hard bounce.

    What is not an address, or one that this server cannot take, has failed. `sender` is the From address, with or
    without a name; raises `NotAMailbox` where it is not an address.
    """

    idempotent = False

    def __init__(
        self, host: str, port: int, sender: str, user: str | None = None, password: str | None = None
    ):
        self._host, self._port, self._sender = host, port, sender
        self._from = mailbox(sender)
        self._login = (user, password) if user and password else None

    async def send(self, event: InvitationDue, answer_url: str | None) -> Delivery:
        """Tries again a few times where the server says so (a temporary failure, 4xx)."""
        if not event.data.recipient:
            return Delivery(("failed",), "no address")
        try:
            to = mailbox(event.data.recipient)
        except NotAMailbox as reason:
            return Delivery(("failed",), str(reason))
        mail = letter(event, to, answer_url, self._sender)
        pause = FIRST_PAUSE
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(pause)
                pause *= 2
            delivery = await asyncio.to_thread(self._try_once, mail, to)
            if delivery is not None:
                return delivery
        return Delivery(("accepted", "soft_bounced", "failed"), f"refused temporarily, {TRIES} times")

    def _try_once(self, mail: EmailMessage, to: str) -> Delivery | None:
        """What became of one try; None: the server asks to try again."""
        try:
            server = smtplib.SMTP(self._host, self._port, timeout=20)
            server.ehlo_or_helo_if_needed()
            encrypted = server.has_extn("starttls")
            if encrypted:
                server.starttls(context=ssl.create_default_context())
                # What the server offered before the encryption counts no more: anybody could have said it.
                server.ehlo_or_helo_if_needed()
            if self._login and not encrypted:
                server.close()
                raise Unreachable("the mail server offers no encryption: the password is not sent without it")
            if self._login:
                server.login(*self._login)
        except smtplib.SMTPResponseException as answer:
            raise Unreachable(
                f"the mail server refuses the connection or the login ({answer.smtp_code})"
            ) from None
        except OSError as error:
            raise Unreachable(f"the mail server does not answer ({type(error).__name__})") from None
        with server:
            try:
                server.send_message(mail, self._from, [to])
            except OSError as error:
                return self._refused(error, to)
        return Delivery(("accepted", "delivered"))

    def _refused(self, error: OSError, to: str) -> Delivery | None:
        """What an error says about the message; None: to be tried again."""
        match error:
            case smtplib.SMTPNotSupportedError():
                return Delivery(
                    ("failed",), "the mail server does not accept such letters in an address (SMTPUTF8)"
                )
            case smtplib.SMTPRecipientsRefused():
                # There is one recipient, so there is one answer.
                code, words = next(iter(error.recipients.values()))
                return (
                    Delivery(("accepted", "hard_bounced"), _words(code, words)) if code >= PERMANENT else None
                )
            case smtplib.SMTPResponseException() if error.smtp_code < PERMANENT:
                return None
            case smtplib.SMTPSenderRefused() if to.isascii():
                # Our address is at fault, not the customer's: a `failed` would suppress the customer's channel.
                raise Unreachable(
                    f"the mail server refuses the From address ROUTER_SENDER__ADDRESS ({error.smtp_code})"
                )
            case smtplib.SMTPResponseException():
                return Delivery(("accepted", "failed"), _words(error.smtp_code, error.smtp_error))
        # Nobody knows whether it took the mail: better none than two.
        return Delivery(("accepted",), "the mail server broke off the connection")


def _words(code: int, words: bytes | str) -> str:
    """The server's words without the address that it may repeat."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {_ADDRESS.sub('(address)', one_line(text))}"
