"""`feedback-router backtest` of a million interactions, as a process of its own."""

import hashlib
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rule_files import write_rules
from benchmarks.story import CUSTOMERS, Log

INTERACTIONS = 1_000_000
MOST_SECONDS = 90.0
MOST_MEGABYTES = 500.0

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_CHUNK = 10_000


def backtest(directory: Path, seed: int) -> bool:
    """Backtests a made-up log and tells what it took; whether that is as wanted."""
    count = write_rules(directory / "rules")
    events, decisions = directory / "events.jsonl", directory / "decisions.jsonl"
    _write_log(events, seed)
    command = [sys.executable, "-m", "router.cli", "backtest", str(directory / "rules")]
    command += ["--events", str(events), "--decisions", str(decisions), "--json"]
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    megabytes = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    with decisions.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    print(
        f"{INTERACTIONS:,} interactions of {CUSTOMERS:,} customers through {count:,} rules: {seconds:.0f} s"
        f" (at most {MOST_SECONDS:.0f}), {used.ru_utime + used.ru_stime:.0f} s of CPU, {megabytes:.0f} MB"
        f" (at most {MOST_MEGABYTES:.0f}); the decisions are {digest[:16]}"
    )
    return child.returncode == 0 and seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES


def _write_log(path: Path, seed: int) -> None:
    log = Log(seed, _BEGIN)
    with path.open("wb") as file:
        for _ in range(INTERACTIONS // _CHUNK):
            file.writelines(event.value + b"\n" for event in log.take(_CHUNK))
