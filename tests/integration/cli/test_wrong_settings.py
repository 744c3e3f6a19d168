"""Honest mistakes of whoever sets the service up: each gets lines that say what to do, and never a traceback."""

import io
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from router.cli.main import main
from router.settings.settings import shipped_rules

PASSWORD = "hunter2"
POSTGRES = f"postgresql://router:{PASSWORD}@127.0.0.1:1/router"
KAFKA = {"KAFKA__BOOTSTRAP": "127.0.0.1:1"}
SERVERS = {**KAFKA, "DATABASE__URL": POSTGRES, "TOKEN_SECRET": "a secret text that is long enough"}

Prepare = Callable[[Path], None]


def database(rest: str) -> dict[str, str]:
    return {"DATABASE__URL": f"postgresql://router:{PASSWORD}@{rest}"}


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("db upgrade", database("127.0.0.1:1/router?sslmode=verify-full"), "root certificate file"),
    ("db upgrade", database("127.0.0.1:1/router?sslmode=on"), "sslmode is not one of"),
    ("db upgrade", database("127.0.0.1:1/router?ssl=1"), "ssl is not one of"),
    ("db upgrade", database("127.0.0.1:1/router?target_session_attrs=rw"), "target_session_attrs is not one"),
    ("db upgrade", database("127.0.0.1:1/router?connect_timeout=5"), "'connect_timeout'"),
    ("db upgrade", database("/router?port=abc"), "hosts and ports"),
    ("db upgrade", database("127.0.0.1/router?host=a&host=b"), "hosts and ports"),
    ("db upgrade", database("127.0.0.1:99999/router"), "a port from 1 to 65535"),
    ("db upgrade", database("127.0.0.1:0/router"), "a port from 1 to 65535"),
    ("db upgrade", database("no-such-host.invalid/router"), "host name that nobody knows"),
    ("db upgrade", database(f"{'a' * 300}/router"), "does not name a host"),
    ("db upgrade", database("db..internal/router"), "does not name a host"),
    ("db upgrade", database("pa@ss@db/router"), "%40"),
    ("db upgrade", {"DATABASE__URL": "postgresql://"}, "must be written as"),
    ("db upgrade", {"DATABASE__URL": f"postgresql:/router:{PASSWORD}@db"}, "must be written as"),
    ("db upgrade", {"DATABASE__URL": f"mysql://router:{PASSWORD}@db/router"}, "must be written as"),
    ("db upgrade", {"DATABASE__URL": "sqlite://"}, "must be written as"),
    ("db upgrade", {"DATABASE__URL": "sqlite:///:memory:"}, "SQLite needs a file"),
    ("db upgrade", {"DATABASE__URL": "sqlite:///{here}/garbage"}, "is not a SQLite database"),
    ("db upgrade", {"DATABASE__URL": "sqlite:///{here}"}, "cannot be opened"),
    ("db upgrade", {"DATABASE__URL": "sqlite:///{here}/garbage/x.db"}, "choose one that is writable"),
    ("db upgrade", {"DATABASE__URL": "sqlite:///{here}/x.db?mode=ro"}, "'mode'"),
    ("db upgrade", {"DATABASE__URL": ""}, "is set and empty"),
    ("db upgrade", {"DATA": "{here}/garbage"}, "choose one that is writable"),
    ("db upgrade", {"DATA": "~nobody-of-this-name/x"}, "home directory"),
    ("worker", {**SERVERS, "DATABASE__URL": ""}, "is set and empty"),
    ("worker", {"KAFKA__BOOTSTRAP": "  "}, "is set and empty"),
    ("worker", {**KAFKA, "DATA": "{here}/garbage"}, "ROUTER_DATA"),
    ("dispatcher", {**SERVERS, "RULES": "{here}/nowhere"}, "{here}/nowhere"),
    ("dispatcher", {"KAFKA__BOOTSTRAP": "no-such-host.invalid:9092"}, "nobody knows the host name"),
    ("dispatcher", {"KAFKA__BOOTSTRAP": "kafka..internal:9092"}, "server 1 does not name a host"),
    ("dispatcher", {"KAFKA__BOOTSTRAP": f"ok:1,{'a' * 300}:9092"}, "server 2 does not name a host"),
    ("dispatcher", {**KAFKA, "KAFKA__SSL_CAFILE": "{here}/none.pem"}, "cannot be read (No such file"),
    ("dispatcher", {**KAFKA, "KAFKA__SSL_CAFILE": "{here}/garbage"}, "holds no certificate"),
    ("dispatcher", {**KAFKA, "KAFKA__SSL_CAFILE": "{here}"}, "ROUTER_KAFKA__SSL_CAFILE"),
    ("dispatcher", {**KAFKA, "KAFKA__SECURITY_PROTOCOL": "SASL_SSL"}, "ROUTER_KAFKA__SASL_MECHANISM"),
    ("dispatcher", {**KAFKA, "SECRETS_DIR": "{here}/none"}, "not a directory that can be read"),
    ("dispatcher", {**KAFKA, "SECRETS_DIR": "{here}/secrets"}, "is empty: write the value into it"),
    ("run", {"RULES": "{here}/garbage"}, "{here}/garbage"),
    ("run", {"RULES": "{here}/bad-rules"}, "policy.yaml"),
    ("run", {"HEALTH__HOST": "no-such-host.invalid"}, "ROUTER_HEALTH__HOST"),
    ("run", {"HEALTH__HOST": "a" * 300}, "name or the address of a host"),
    ("run", {"HEALTH__HOST": "203.0.113.1"}, "an address of this machine"),
    ("run", {"TOPICS__INTERACTIONS": "."}, "not a name that Kafka accepts"),
    ("run", {"TOPICS__DLQ_SUFFIX": "x" * 200}, "of at most 100 characters"),
    ("run", {"TOPICS__INTERACTIONS": "x" * 249}, "too long"),
    ("run", {"CLOCK": "utc"}, "one of `wall`, `event`"),
    ("sender --to {here}/out", KAFKA, "no Kafka broker answers"),
    ("sender --to {here}/garbage/x", KAFKA, "name one that can be written to"),
    ("sender --to smtp://mail:smtp", KAFKA, "smtp://host:port"),
    ("events send {here}/none.jsonl", KAFKA, "{here}/none.jsonl"),
    ("events tail", KAFKA, "no Kafka broker answers"),
    ("dlq list", KAFKA, "no Kafka broker answers"),
    ("invitations list --data {here}/typo", {}, "is not there: check --data"),
    ("customer show C-1 --data {here}/typo", {}, "is not there: check --data"),
    ("forecast --data {here}/typo", {}, "is not there: check --data"),
    ("revisions --data {here}/typo", {}, "is not there: check --data"),
    ("rollback 1 --data {here}/typo", {}, "is not there: check --data"),
    ("why x --data {here}/garbage", {}, "{here}/garbage"),
    ("publish {here}/good-rules -m x --data {here}/typo", {}, "is not there: check --data"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.upper().startswith("ROUTER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUTER_HEALTH__PORT", "0")
    (tmp_path / "garbage").write_text("garbage")
    (tmp_path / "bad-rules").mkdir()
    (tmp_path / "bad-rules" / "policy.yaml").write_bytes(b"\xff\xfel\x00")
    copytree(shipped_rules(), tmp_path / "good-rules")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ROUTER_DATABASE__URL").write_text("\n")
    return tmp_path


@pytest.mark.parametrize(("command", "settings", "said"), WRONG, ids=[f"{w[0]}: {w[2]}"[:60] for w in WRONG])
def test_a_mistake_is_told_with_the_way_out(
    command: str,
    settings: dict[str, str],
    said: str,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ROUTER_{name}", value.replace("{here}", str(here)))

    code = main(command.replace("{here}", str(here)).split())

    told = "".join(capfd.readouterr())
    assert code in (1, 2)
    # What would end a process that hangs must not be left behind.
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert all(timer.finished.is_set() for timer in timers)
    assert said.replace("{here}", str(here)) in told
    assert "Traceback" not in told
    assert PASSWORD not in told


def test_all_that_a_start_lacks_is_told_together(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    given = {**SERVERS, "RULES": f"{here}/nowhere", "HEALTH__HOST": "203.0.113.1"}
    for name, value in given.items():
        monkeypatch.setenv(f"ROUTER_{name}", value)

    assert main(["dispatcher"]) == 1

    told = capfd.readouterr().err
    for part in ("PostgreSQL at 127.0.0.1:1", "no Kafka broker answers", "203.0.113.1", f"{here}/nowhere"):
        assert part in told


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "utf-16"])
def test_output_in_another_encoding_is_no_fault(
    encoding: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", out)
    name = "ré\u2011gles-ж-\U0001f600"

    assert main(["check", f"{here}/{name}"]) == 1
    assert main(["init", name]) == 0
    assert main(["test", name]) == 0
    assert main(["check", name]) == 0
    assert main(["--help"]) == 0
