"""The data directory: closed to others, used by one run at a time, and said when it takes no more."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.cli.decision_file import opened
from router.kafka.embedded.log import RecordLog
from router.sender.outlets import Directory
from router.sender.sent import SentMessages
from router.service.data_directory import DataDirectoryError, for_others, no_room, only_one, prepare_data
from router.settings import load_settings
from router.settings.own_files import own_directory, own_file
from router.store import StoreUnavailable, upgrade
from tests.running.eventlog import HOUR, entries, event
from tests.running.prompt_rules import prompt_rules
from tests.running.service import running, settings_for
from tests.running.topics import publish
from tests.running.waiting import eventually

ROOT = Path(__file__).parents[2]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(directory: Path) -> dict[str, int]:
    """The rights of all that is below a directory, and its own as `.`."""
    paths = [directory, *directory.rglob("*")]
    return {str(path.relative_to(directory)): stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.mark.parametrize("mask", [0, 0o022, 0o077, 0o002])
async def test_all_that_is_kept_of_customers_is_its_owners_alone(mask: int, tmp_path: Path) -> None:
    with umask(mask):
        settings = settings_for(tmp_path / "new" / "data", rules=prompt_rules(tmp_path / "rules"))
        async with running(settings) as service:
            calls = entries([event(1, "c-1", datetime.now(UTC) - HOUR, "call.completed")])
            await publish(service.bootstrap, settings.topics.interactions, calls)
            await eventually(lambda: service.decided == 1, "it is decided")
            during = modes(settings.data)
        SentMessages(settings.data / "sent.db").close()
        Directory(settings.data / "letters")
    found = modes(settings.data)
    assert {name: mode for name, mode in (during | found).items() if mode & 0o077} == {}
    assert {"feedback-router.db-wal", "embedded-broker.db-wal", "token-secret"} <= set(during)
    assert found["."] == found["letters"] == 0o700


async def test_what_was_open_to_others_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings = load_settings(data=data)
    prepare_data(data)
    await upgrade(settings.database_url)
    (data / "token-secret").write_bytes(b"x" * 32)
    (data / "letters").mkdir()
    (data / "letters" / "a.txt").touch()
    RecordLog(data / "embedded-broker.db").close()
    SentMessages(data / "sender.db").close()
    for path in (data, *data.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    prepare_data(data)
    Directory(data / "letters")

    assert {name: oct(mode) for name, mode in modes(data).items() if mode & 0o077} == {"letters": "0o777"}


@pytest.mark.parametrize("others", [True, False])
def test_a_directory_that_was_there_for_others_too_stays_open(others: bool, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    if others:
        (tmp_path / "of-somebody-else").touch()
    prepare_data(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == (0o755 if others else 0o700)


def test_the_root_and_where_somebody_works_are_never_closed(tmp_path: Path) -> None:
    assert all(map(for_others, (Path("/"), Path("/tmp/.."), Path.cwd(), Path.home())))  # noqa: S108 - the root again
    assert not for_others(tmp_path)


def test_a_directory_for_temporary_files_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    prepare_data(tmp_path)
    own_directory(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_decisions_in_a_file_are_its_owners_alone(tmp_path: Path) -> None:
    with umask(0), opened(tmp_path / "decisions") as file:
        assert file is not None
        file.finish({})
    assert modes(tmp_path)["decisions"] == 0o600


def test_a_file_that_is_made_keeps_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    with umask(0):
        own_file(tmp_path / "kept")
        own_file(tmp_path / "new")
    assert (tmp_path / "kept").read_text() == "kept"
    assert modes(tmp_path) | {".": 0} == {".": 0, "kept": 0o600, "new": 0o600}


def test_one_holds_the_directory_and_the_next_is_told_which(tmp_path: Path) -> None:
    with only_one(tmp_path):
        with (
            pytest.raises(DataDirectoryError, match=rf"\(process {os.getpid()}\) runs on the data directory"),
            only_one(tmp_path),
        ):
            pass
        (tmp_path / "run.pid").write_text("of no use")
        with pytest.raises(DataDirectoryError, match="another feedback-router runs on"), only_one(tmp_path):
            pass
    with only_one(tmp_path):
        pass


def start(data: Path, log: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "router.cli", "run", "--rules", str(ROOT / "rules"), "--data", str(data)]
    environment = os.environ | {"ROUTER_HEALTH__PORT": "0"}
    with log.open("ab") as said:
        return subprocess.Popen(command, stderr=said, env=environment)


async def test_a_second_run_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = start(data, tmp_path / "first")
    try:
        await eventually((data / "embedded-broker").is_file, "the first runs")
        address = (data / "embedded-broker").read_text()
        second = start(data, tmp_path / "second")
        assert await asyncio.to_thread(second.wait) == 1
        said = (tmp_path / "second").read_text()
        assert f"(process {first.pid})" in said
        assert "--data" in said
        assert (data / "embedded-broker").read_text() == address

        first.kill()
        await asyncio.to_thread(first.wait)
        (data / "embedded-broker").unlink()
        third = start(data, tmp_path / "third")
        await eventually((data / "embedded-broker").is_file, "the next one runs")
        third.send_signal(signal.SIGTERM)
        await asyncio.to_thread(third.wait)
    finally:
        first.kill()


def test_a_directory_without_room_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert no_room(tmp_path) is None

    @contextmanager
    def full(**_: object) -> Iterator[object]:
        with Path("/dev/full").open("wb") as file:
            yield file

    monkeypatch.setattr("router.service.data_directory.TemporaryFile", full)
    assert no_room(tmp_path) == f"{tmp_path} takes no more (No space left on device): make room"


async def test_a_full_database_is_not_ready_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data", rules=prompt_rules(tmp_path / "rules"))
    at = datetime.now(UTC) - HOUR
    async with running(settings) as service:
        checks = service.worker.checks() | service.parts.checks()
        assert (await checks["disk"]()).ready
        assert (await checks["storing"]()).ready
        store = service.parts.store
        original = store.run

        async def full(work: object) -> None:
            raise StoreUnavailable("The SQLite file has a full disk: make room, then try again")

        store.run = full  # type: ignore[method-assign, assignment]
        await publish(
            service.bootstrap, settings.topics.interactions, entries([event(1, "c", at, "call.completed")])
        )
        await eventually(lambda: bool(service.worker.intake.failing), "a batch is not stored")
        part = await checks["storing"]()
        assert not part.ready
        assert "full disk" in str(part.detail["error"])

        store.run = original  # type: ignore[method-assign]
        await eventually(lambda: service.decided == 1, "it is decided once there is room")
        assert (await checks["storing"]()).ready


@pytest.mark.parametrize(
    "command", [["version"], ["check", str(ROOT / "rules")], ["schema", "rules"], ["--help"]]
)
def test_output_that_finds_no_room_is_told_in_a_line(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "router.cli", *command], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "There is no room for the output (No space left on device): make room, or write it elsewhere.\n"
    )


def test_a_directory_that_was_named_for_a_file_stays_open_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(IsADirectoryError, match="Is a directory"):
        own_file(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
