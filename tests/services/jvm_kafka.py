"""Apache Kafka from Maven Central on the local Java."""

import atexit
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.cache import cached
from tests.services.child import Child, free_port
from tests.services.java import JVM, maven, program, require_java
from tests.services.service import BROKER_SETTINGS, START_SECONDS, Kafka, Unavailable

VERSION = "4.1.0"

_POM = Path(__file__).with_name("pom.xml")
_CLUSTER_ID = "ZmVlZGJhY2stcm91dGVyLQ"
_LOGGING = "-Dorg.apache.logging.log4j.level=WARN"


class JvmKafka(Kafka):
    """One combined broker and controller, answering after about 3 s."""

    kind = "maven"
    restartable = True

    def __init__(self) -> None:
        jars = _jars()
        self._home = Path(tempfile.mkdtemp(prefix="feedback-router-kafka-"))
        atexit.register(self.close)
        port, controller_port = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        properties = self._home / "server.properties"
        properties.write_text(_properties(port, controller_port, self._home / "data"))
        java = [program("java"), *JVM, _LOGGING, "-cp", f"{jars}/*"]
        format_data = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER_ID, "-c", str(properties)]
        subprocess.run([*java, *format_data], check=True, capture_output=True, timeout=START_SECONDS)
        self._child = Child(
            [*java, "kafka.Kafka", properties], self._home / "kafka.log", stop_with=signal.SIGTERM
        )
        self.start()

    def start(self) -> None:
        self._child.start()
        try:
            self.wait_until_it_answers()
        except Unavailable:
            self.close()
            raise

    def stop(self) -> None:
        self._child.stop()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self._child.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._child.signal(signal.SIGCONT)

    def check(self) -> None:
        self._child.check()

    def close(self) -> None:
        atexit.unregister(self.close)
        self._child.stop()
        shutil.rmtree(self._home, ignore_errors=True)


def _jars() -> Path:
    require_java()
    return cached(f"kafka-{VERSION}", _download)


def _download(target: Path) -> None:
    copy = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={target}")
    maven("--file", _POM, *copy)


def _properties(port: int, controller_port: int, data: Path) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        **BROKER_SETTINGS,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
