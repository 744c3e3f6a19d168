"""CPU time and memory of processes, read from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU time of these processes and all below them, those that have ended included."""
    parents = _parents()
    wanted = set(roots)
    family = {pid for pid in parents if wanted & set(_line(pid, parents))}
    return sum(_ticks(pid) for pid in family) / _TICKS


def resident_megabytes(pid: int) -> float:
    """The memory that a process holds now."""
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def servers(program: str) -> list[int]:
    """Processes that we started whose command line holds the word; none where a server runs elsewhere."""
    parents = _parents()
    return [pid for pid, parent in parents.items() if parent == os.getpid() and program in _command(pid)]


def _parents() -> dict[int, int]:
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found[int(entry.name)] = int(fields[1])
    return found


def _line(pid: int, parents: dict[int, int]) -> list[int]:
    line = []
    while pid in parents:
        line.append(pid)
        pid = parents[pid]
    return line


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    # Time in user and kernel mode, and that of children waited for: a server's closed connections.
    return sum(int(field) for field in fields[11:15]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields of a process's stat line after its name; none where it is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
