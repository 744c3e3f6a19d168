"""A schema registry of the tests' own, for what a real one does not do on demand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class OwnRegistry:
    """Answers what `schemas` holds by path. `asked` are the paths that were asked for, with their authorization.

    `answer` is the status and body of all answers while it is set.
    """

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.answer: tuple[int, bytes] | None = None
        self.url = ""

    def add(self, path: str, schema: Any, kind: str | None = None, references: Any = None) -> None:
        """A schema; Avro's kind is not named, as registries leave it out."""
        text = schema if isinstance(schema, str) else json.dumps(schema)
        self.schemas[path] = {
            "schema": text,
            **({"schemaType": kind} if kind else {}),
            **({"references": references} if references else {}),
        }

    def answered(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        self.asked.append((path, authorization))
        if self.answer is not None:
            return self.answer
        if path in self.schemas:
            return 200, json.dumps(self.schemas[path]).encode()
        return 404, json.dumps({"error_code": 40403, "message": "Schema not found"}).encode()


@contextmanager
def own_registry() -> Iterator[OwnRegistry]:
    """A registry on a port of its own."""
    registry = OwnRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = registry.answered(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    registry.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
