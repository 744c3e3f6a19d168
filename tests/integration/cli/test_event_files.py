"""Files of events as people have them: what is read, and what is refused before anything is sent or decided."""

import bz2
import gzip
import io
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from router.cli.event_files import LONGEST_LINE
from router.cli.faults import WRONG_USE, Refused
from router.cli.formats import EXAMPLE
from router.cli.lines import opened
from router.cli.main import main

RULES = Path(__file__).parents[3] / "rules"
EVENTS = [
    {"specversion": "1.0", "id": f"n{number}", "source": "/s", "type": "visit.began", "subject": "c",
     "time": f"2026-05-0{number + 1}T08:00:00Z", "data": {"note": "caffè"}}
    for number in range(5)
]  # fmt: skip
LINES = [json.dumps(event, ensure_ascii=False).encode() for event in EVENTS]
TEXT = b"\n".join(LINES) + b"\n"
MARK = b"\xef\xbb\xbf"


def read(path: Path, *, twice: bool = False) -> list[bytes]:
    with opened(str(path), twice=twice) as source:
        return [line.text for block in source.blocks() for line in block]


def table(separator: str) -> bytes:
    rows = [separator.join(["id", "time", "customer"]), separator.join(["1", "2026-05-01", "c"])]
    return "\n".join(rows).encode()


def archived(kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as file:
            file.writestr("events.jsonl", TEXT)
    else:
        with tarfile.open(fileobj=out, mode="w") as tar:
            entry = tarfile.TarInfo("events.jsonl")
            entry.size = len(TEXT)
            tar.addfile(entry, io.BytesIO(TEXT))
    return out.getvalue()


READ: dict[str, bytes] = {
    "plain": TEXT,
    "no newline at the end": TEXT.rstrip(),
    "carriage returns": TEXT.replace(b"\n", b"\r\n"),
    "empty lines": b"\n \n\r\n" + TEXT.replace(b"\n", b"\n\n\t\n"),
    "byte order mark": MARK + TEXT,
    "byte order mark and empty lines": MARK + b"\r\n\r\n" + TEXT,
    "two marks": MARK + MARK + TEXT,
    "files put together, each with its mark": MARK + LINES[0] + b"\n" + MARK + b"\n".join(LINES[1:]),
    "indented lines": b"  " + TEXT.replace(b"\n", b"\n   "),
    "gzip": gzip.compress(TEXT),
    "gzip with a mark": gzip.compress(MARK + TEXT),
    "gzip, several members": gzip.compress(LINES[0] + b"\n") + gzip.compress(b"\n".join(LINES[1:])),
    "gzip, a line over two members": gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:]),
    "gzip with zeros behind": gzip.compress(TEXT) + b"\0" * 512,
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \r\n\t\n", "is empty"),
    "only a mark": (MARK, "is empty"),
    "empty gzip": (gzip.compress(b""), "is empty"),
    "UTF-16": (TEXT.decode().encode("utf-16"), "iconv -f UTF-16 "),
    "UTF-16, big end first": (b"\xfe\xff" + TEXT.decode().encode("utf-16-be"), "iconv -f UTF-16 "),
    "UTF-16 without mark": (TEXT.decode().encode("utf-16-le"), "iconv -f UTF-16LE"),
    "UTF-16BE without mark": (TEXT.decode().encode("utf-16-be"), "iconv -f UTF-16BE"),
    "UTF-32": (TEXT.decode().encode("utf-32"), "iconv -f UTF-32 "),
    "UTF-32 without mark": (TEXT.decode().encode("utf-32-le"), "iconv -f UTF-32LE"),
    "UTF-16 in gzip": (gzip.compress(TEXT.decode().encode("utf-16")), "| iconv -f UTF-16 -t UTF-8 >"),
    "a pretty list": (json.dumps(EVENTS, indent=2).encode(), "jq -c '.[]'"),
    "a list with an event a line": (b"[\n" + b",\n".join(LINES) + b"\n]\n", "jq -c '.[]'"),
    "a list that begins with an event": (b"[" + b",\n".join(LINES) + b"]", "jq -c '.[]'"),
    "a pretty event": (json.dumps(EVENTS[0], indent="\t").encode(), "jq -c . "),
    "pretty with carriage returns": (json.dumps(EVENTS[0], indent=1).replace("\n", "\r\n").encode(), "jq -c . "),
    "a list in an envelope": (b'{"events": [\n' + b",\n".join(LINES) + b"\n]}\n", "jq -c . "),
    "an envelope of one": (b'{"events": [\n' + LINES[0] + b"\n]}\n", "jq -c . "),
    "cut in the first line": (LINES[0][:40], "jq -c . "),
    "lines with commas": (b",\n".join(LINES), "sed 's/,"),
    "lines with commas and carriage returns": (b" ,\r\n".join(LINES), "sed 's/,"),
    "events on one line": (b" ".join(LINES), "jq -c . "),
    "old ends of lines": (b"\r".join(LINES), "jq -c . "),
    "old ends of lines, a large file": (b"\r".join(LINES * 900), "jq -c . "),
    "many events on one line": (b" ".join(LINES * 9000), "jq -c . "),
    "Windows-1252": (TEXT.decode().encode("cp1252"), "iconv -f WINDOWS-1252"),
    "a list in Windows-1252": (b"[" + b",".join(LINES * 900).decode().encode("cp1252") + b"]\n", "WINDOWS-1252"),
    "a table with an event in it": (table(",") + b"\n" + LINES[0] + b"\n1,2,3" * 40, "a table (CSV)"),
    "a log with an event in it": (b"INFO hello\n" * 3 + LINES[0] + b"\n" + b"INFO bye\n" * 9_000, "one event a line"),
    "an event before what is none": (LINES[0] + b"\n" + table(";") + b"\n", "a table (CSV)"),
    "a pretty list in gzip": (gzip.compress(json.dumps(EVENTS, indent=2).encode()), "| jq -c '.[]' >"),
    "CSV": (table(","), "a table (CSV)"),
    "CSV of other countries": (table(";"), "a table (CSV)"),
    "CSV in quotes": (b'"id","time"\n"1","2026-05-01"\n', "a table (CSV)"),
    "TSV": (table("\t"), "a table (TSV)"),
    "XML": (b"<?xml version='1.0'?>\n<events/>", "XML or HTML"),
    "YAML": (b"- id: 1\n  source: /s\n", "does not hold one event a line"),
    "a number": (b"7\n8\n", "does not hold one event a line"),
    "text": (b"hello\n", "does not hold one event a line"),
    "zip": (archived("zip"), "zip archive or a spreadsheet"),
    "tar": (archived("tar"), "tar archive"),
    "tar in gzip": (gzip.compress(archived("tar")), "tar archive"),
    "Parquet": (b"PAR1\x15\x04\x15" + bytes(range(200)), "Parquet"),
    "Avro": (b"Obj\x01\x04\x14avro.codec", "Avro"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x58\x89", "zstd -dc"),
    "bzip2": (bz2.compress(TEXT), "bzip2 -dc"),
    "xz": (lzma.compress(TEXT), "xz -dc"),
    "gzip twice": (gzip.compress(gzip.compress(TEXT)), "gzip twice"),
    "cut gzip": (gzip.compress(TEXT * 99)[:-20], "not copied whole"),
    "cut gzip, only the sum missing": (gzip.compress(TEXT)[:-4], "not copied whole"),
    "only the head of gzip": (gzip.compress(TEXT)[:5], "not copied whole"),
    "gzip with a wrong sum": (gzip.compress(TEXT)[:-8] + b"wrong sum", "damaged"),
    "gzip with a wrong byte": (gzip.compress(TEXT)[:30] + b"\xff\xff" + gzip.compress(TEXT)[32:], "damaged"),
    "gzip with something behind": (gzip.compress(TEXT) + b"{}", "damaged"),
    "a bomb": (gzip.compress(b"\n" * 80_000_000), "more than 200 times"),
    "one long line": (b'{"a":"' + b"x" * LONGEST_LINE + b'"}', "a line of more than"),
    "a long line at the end": (TEXT + b"[" + LINES[0] + b"]" * LONGEST_LINE, "a line of more than"),
    "a long line between": (TEXT + b"x" * (LONGEST_LINE + 1) + b"\n" + TEXT, "a line of more than"),
    "a long line in gzip": (gzip.compress(TEXT + os.urandom(6_100_000).hex().encode(), 1), "a line of more than"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("twice", [False, True])
def test_a_file_is_read(name: str, twice: bool, tmp_path: Path) -> None:
    (tmp_path / "events").write_bytes(READ[name])
    assert read(tmp_path / "events", twice=twice) == LINES


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_the_way_out(name: str, tmp_path: Path) -> None:
    text, way_out = REFUSED[name]
    (tmp_path / "events").write_bytes(text)
    with pytest.raises(Refused) as refused, opened(str(tmp_path / "events")):
        pass
    assert way_out in str(refused.value)
    assert refused.value.code == WRONG_USE
    assert str(refused.value).startswith(str(tmp_path / "events"))


def through_pipe(text: bytes, path: Path, at_once: int) -> list[bytes]:
    """What is read of a pipe that brings the text in pieces."""
    os.mkfifo(path)

    def write() -> None:
        try:
            with path.open("wb", buffering=0) as pipe:
                for at in range(0, len(text), at_once):
                    pipe.write(text[at : at + at_once])
        except BrokenPipeError:
            return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return read(path)
    finally:
        writer.join()


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("at_once", [7, 100_000])
def test_a_pipe_is_read(name: str, at_once: int, tmp_path: Path) -> None:
    assert through_pipe(READ[name], tmp_path / "pipe", at_once) == LINES


@pytest.mark.parametrize(
    "name", [name for name in REFUSED if "long line" not in name and not name.startswith("an event")]
)
def test_a_pipe_is_refused(name: str, tmp_path: Path) -> None:
    text, way_out = REFUSED[name]
    with pytest.raises(Refused) as refused:
        through_pipe(text, tmp_path / "pipe", 50_000)
    assert way_out in str(refused.value)


@pytest.mark.parametrize(
    "broken", [b"nonsense", b"a,b", b"\0\0\0", LINES[0][:-3], b'{"a":1', b"\xff\xfe", b"7"]
)
@pytest.mark.parametrize("at", [0, 1, 5])
def test_a_line_that_cannot_be_read_does_not_cost_the_others(broken: bytes, at: int, tmp_path: Path) -> None:
    lines = [*LINES[:at], broken, *LINES[at:]]
    text = b"\n".join(lines)
    if text.startswith(b"\xff\xfe"):
        return  # a mark of UTF-16
    (tmp_path / "events").write_bytes(text)
    assert read(tmp_path / "events") == lines
    assert through_pipe(text, tmp_path / "pipe", 60) == lines


def test_the_example_that_messages_show_is_an_event() -> None:
    assert json.loads(EXAMPLE)["specversion"] == "1.0"
    assert "\n" not in EXAMPLE


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "backtest": lambda path: ["backtest", str(RULES), "--events", str(path)],
    "diff": lambda path: ["diff", str(RULES), str(RULES), "--events", str(path)],
    "events send": lambda path: ["events", "send", str(path), "--data", str(path.parent)],
    "events send, moved": lambda path: ["events", "send", str(path), "--rebase-to", "now"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["empty", "UTF-16", "a pretty list", "CSV", "cut gzip", "zip"])
def test_commands_refuse_before_anything_else(
    command: str, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "events").write_bytes(REFUSED[name][0])
    assert main(COMMANDS[command](tmp_path / "events")) == WRONG_USE
    out, err = capfd.readouterr()
    assert REFUSED[name][1] in err
    assert out == ""


def decide(text: bytes) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "router.cli", "decide", str(RULES)]
    return subprocess.run(command, input=text, capture_output=True, check=False)


@pytest.mark.parametrize("name", ["plain", "byte order mark", "carriage returns", "gzip", "gzip with a mark"])
def test_decide_takes_what_a_file_may_hold(name: str) -> None:
    done = decide(READ[name])
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", [["decide", str(RULES)], ["backtest", str(RULES), "--events", "-"]])
def test_a_closed_standard_input_is_said(command: list[str]) -> None:
    line = 'exec "$0" -m router.cli "$@" <&-'
    done = subprocess.run(["/bin/sh", "-c", line, sys.executable, *command], capture_output=True, check=False)
    assert done.returncode == WRONG_USE
    assert b"tandard input" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_endless_line_is_not_copied_to_its_end() -> None:
    with (
        pytest.raises(Refused, match=r"a line of more than|does not hold one event a line"),
        opened("/dev/zero", twice=True),
    ):
        pass


def test_decide_takes_one_pretty_event() -> None:
    assert decide(MARK + json.dumps(EVENTS[0], indent=2).encode()).returncode == 0


@pytest.mark.parametrize("name", ["UTF-16", "UTF-16 without mark", "cut gzip", "zip", "gzip twice", "a bomb"])
def test_decide_refuses_the_others(name: str) -> None:
    done = decide(REFUSED[name][0])
    assert done.returncode == WRONG_USE
    assert done.stderr.startswith(b"Standard input ")
    assert b"Traceback" not in done.stderr


def test_a_database_is_no_file_of_events(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "events") as database:
        database.execute("CREATE TABLE t (a)")
    with pytest.raises(Refused, match="is a SQLite database"):
        read(tmp_path / "events")
