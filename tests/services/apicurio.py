"""Apicurio Registry from Maven Central on the local Java, its schemas in memory."""

import atexit
import json
import shutil
import signal
import tarfile
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.services.cache import cached
from tests.services.child import Child, free_port
from tests.services.java import JVM, maven, program, require_java
from tests.services.service import Service, Unavailable, wait_until

# The last that runs on Java 17.
VERSION = "3.0.9"

_ARTIFACT = f"io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"
# Later ones read the artifact's parents first, of which not all were published.
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy"
_JSON = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
_START_SECONDS = 120


class ApicurioRegistry(Service):
    """A registry whose Confluent API is at `url`, answering after about 8 s. Stopped, it forgets its schemas."""

    kind = "maven"
    restartable = True

    def __init__(self) -> None:
        require_java()
        program_directory = cached(f"apicurio-{VERSION}", _download)
        self._home = Path(tempfile.mkdtemp(prefix="feedback-router-registry-"))
        atexit.register(self.close)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
        jar = program_directory / f"apicurio-registry-app-{VERSION}-runner.jar"
        where = ["-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={port}", "-Dquarkus.log.level=WARN"]
        self._child = Child(
            [program("java"), *JVM, *where, "-jar", jar],
            self._home / "registry.log",
            stop_with=signal.SIGTERM,
        )
        self.start()

    def start(self) -> None:
        self._child.start()
        try:
            wait_until(self._answers, f"the registry at {self.url}", _START_SECONDS)
        except Unavailable:
            self.close()
            raise

    def stop(self) -> None:
        self._child.stop()

    def check(self) -> None:
        self._child.check()

    def close(self) -> None:
        atexit.unregister(self.close)
        self._child.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def add(
        self, subject: str, schema: Any, kind: str = "AVRO", references: Sequence[dict[str, Any]] = ()
    ) -> int:
        """Registers a schema as a subject's next version; its id."""
        text = schema if isinstance(schema, str) else json.dumps(schema)
        body = {"schema": text, "schemaType": kind, "references": list(references)}
        answer: dict[str, int] = self._asked(f"subjects/{subject}/versions", json.dumps(body).encode())
        return answer["id"]

    def _answers(self) -> bool:
        self.check()
        try:
            self._asked("subjects")
        except OSError:
            return False
        return True

    def _asked(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.url}/{path}", body, _JSON)  # noqa: S310 - of our own address
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


def _download(target: Path) -> None:
    maven(_COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={target}")
    [archive] = target.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    archive.unlink()
