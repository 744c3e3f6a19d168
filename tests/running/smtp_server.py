"""A mail server for tests, that answers as its addresses say: `hard…` 550, `soft…` 451, all others 250.

A sender that begins with `refused` is refused with 553.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MailServer:
    """Counts what it took, by recipient, and how often a recipient was tried; `mails` are the bytes of each."""

    def __init__(self, *, smtputf8: bool = False) -> None:
        self.port = 0
        self.smtputf8 = smtputf8
        self.mails: list[bytes] = []
        self.taken: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            answer = b"250 ok"
            if verb == b"EHLO" and self.smtputf8:
                answer = b"250-test\r\n250-8BITMIME\r\n250 SMTPUTF8"
            elif verb == b"MAIL" and b"<refused" in line:
                answer = b"553 not from you"
            elif verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self.tried[recipient] += 1
                answer = {"hard": f"550 <{recipient}> no such mailbox".encode(), "soft": b"451 later"}.get(
                    recipient[:4], answer
                )
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                lines = []
                while (text := await reader.readline()) not in (b".\r\n", b""):
                    lines.append(text)
                self.mails.append(b"".join(lines))
                self.taken[recipient] += 1
            elif verb == b"QUIT":
                break
            writer.write(answer + b"\r\n")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def mail_server(*, smtputf8: bool = False) -> AsyncIterator[MailServer]:
    """Runs on a free port of this machine."""
    told = MailServer(smtputf8=smtputf8)
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    async with server:
        yield told
