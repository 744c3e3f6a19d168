"""A mail server for tests, that answers as its addresses say: `hard…` 550, `soft…` 451, all others 250."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MailServer:
    """Counts what it took, by recipient, and how often a recipient was tried."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            answer = b"250 ok"
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self.tried[recipient] += 1
                answer = {"h": b"550 no such mailbox", "s": b"451 later"}.get(recipient[:1], answer)
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                while (await reader.readline()) not in (b".\r\n", b""):
                    pass
                self.taken[recipient] += 1
            elif verb == b"QUIT":
                break
            writer.write(answer + b"\r\n")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Runs on a free port of this machine."""
    told = MailServer()
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    async with server:
        yield told
