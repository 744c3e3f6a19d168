"""What services write, as whoever collects their logs sees it: both outputs of the real processes, line by line."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router import __version__
from router.kafka import EmbeddedBroker
from router.kafka.topics import needed
from router.settings import load_settings
from tests.running.processes import environment, run_to_end, started

PATIENCE = 60.0
RULES = str(Path(__file__).parents[3] / "rules")
ASKED = "it was asked to (SIGTERM, SIGINT or Ctrl-C)"


def given(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a service that logs JSON."""
    own = {"data": str(data), "rules": RULES, "health__port": "0", "log__format": "json"}
    return environment(**own | settings)


def lines(text: str) -> list[dict[str, Any]]:
    """Every line as the object that it has to be."""
    found = [json.loads(line) for line in text.splitlines()]
    assert all(isinstance(line, dict) and {"event", "level", "timestamp"} <= line.keys() for line in found)
    return found


def stopped(
    role: str, environment: dict[str, str], log: Path, until: str, number: int = signal.SIGTERM
) -> str:
    """What a service has written from its start to its end by a signal, sent once it told `until`."""
    # With it a loop that is touched by another thread, as by a hook that stops a part, is a fault.
    strict = environment | {"PYTHONASYNCIODEBUG": "1"}
    with started(role, strict, log) as process:
        end = time.monotonic() + PATIENCE
        while until not in process.told():
            assert time.monotonic() < end, process.told()
            assert not process.ended, process.told()
            time.sleep(0.02)
        process._process.send_signal(number)
        process.exit_code()
        return process.told()


@pytest.fixture
def broker() -> Iterator[str]:
    with EmbeddedBroker() as running:
        yield running.start(dict.fromkeys(needed(load_settings()), 2))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_writes_json_alone_from_the_first_line_to_the_last(tmp_path: Path, number: int) -> None:
    text = stopped("run", given(tmp_path / "data"), tmp_path / "log", "partitions_assigned", number)
    first, *middle, last = lines(text)

    assert (first["event"], first["role"], first["version"]) == ("service_starts", "run", __version__)
    assert (last["event"], last["cause"]) == ("service_stopped", ASKED)
    assert signal.Signals(number).name in [
        line["signal"] for line in middle if line["event"] == "stop_asked_for"
    ]
    (runs,) = [line for line in middle if line["event"] == "service_runs"]
    assert runs["kafka"][0].startswith("127.0.0.1:")
    assert runs["revision"] == 1


@pytest.mark.parametrize(
    ("role", "until"), [("worker", "partitions_assigned"), ("dispatcher", "dispatcher_runs")]
)
def test_worker_and_dispatcher_do_so_too(role: str, until: str, broker: str, tmp_path: Path) -> None:
    settings = given(tmp_path / "data", kafka__bootstrap=broker, kafka__lanes="1")
    first, *_, last = lines(stopped(role, settings, tmp_path / "log", until))

    assert (first["event"], first["role"], first["version"]) == ("service_starts", role, __version__)
    assert (last["event"], last["cause"]) == ("service_stopped", ASKED)


def test_lines_for_people_tell_version_and_end_as_well(tmp_path: Path) -> None:
    settings = given(tmp_path / "data", log__format="console")
    text = stopped("run", settings, tmp_path / "log", "partitions_assigned").splitlines()

    assert "service_starts" in text[0]
    assert f"version={__version__}" in text[0]
    assert "service_stopped" in text[-1]
    assert ASKED in text[-1]
    assert any(line.startswith("The feedback router runs") for line in text)


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["worker"], {}, "No Kafka broker is set"),
        (["webhooks"], {}, "No Kafka broker is set"),
        (["webhooks"], {"kafka__bootstrap": "127.0.0.1:1"}, "No message could be verified"),
        (["worker", "--unknown"], {}, "No such option: --unknown"),
        (["run"], {"clock": "sun", "nonsense": "1"}, "there is no such setting"),
        (["run"], {"log__level": "LOUD"}, "ROUTER_LOG__LEVEL"),
        (["dispatcher"], {"kafka__bootstrap": "127.0.0.1:1"}, "127.0.0.1:1"),
        (["run"], {"rules": "/nowhere"}, "/nowhere"),
        (["run"], {"health__port": "TAKEN"}, "is taken by another program"),
        (["run"], {"database__url": "postgresql://u:p@127.0.0.1:1/x"}, "127.0.0.1:1"),
    ],
)
def test_what_keeps_a_service_from_starting_is_json_too(
    arguments: list[str], settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        own = {name: port if value == "TAKEN" else value for name, value in settings.items()}
        ended = run_to_end(arguments, given(tmp_path / "data", **own))

    assert ended.returncode in (1, 2)
    assert ended.stdout == ""
    told = lines(ended.stderr)
    assert any(said in line.get("message", "") for line in told if line["level"] == "error")
    if told[0]["event"] == "service_starts":
        assert told[-1]["event"] == "service_stopped"


FAULTY = """
import sys, threading
from router.cli import service_log, services

class Broken:
    def __del__(self):
        raise RuntimeError("in a finalizer")

def fail(settings):
    threading.Thread(target=lambda: 1 / 0, name="lane").start()
    Broken()
    raise LookupError("a fault of ours")

import router.cli.serving
async def serve(settings, ending):
    fail(settings)
router.cli.serving.serve = serve
from router.cli.main import main
sys.exit(main(["run"]))
"""


def test_faults_of_the_program_are_json_with_their_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FAULTY],
        env=given(tmp_path / "data"),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert ended.returncode == 1
    told = lines(ended.stderr)
    assert (told[-1]["event"], told[-1]["cause"]) == ("service_stopped", "a fault of this program")
    assert "LookupError: a fault of ours" in told[-1]["exception"]
    uncaught = {line["event"]: line["exception"] for line in told if line["event"].startswith("uncaught")}
    assert "ZeroDivisionError" in uncaught["uncaught in lane"]
    assert "in a finalizer" in uncaught["uncaught in a finalizer"]
