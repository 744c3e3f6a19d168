"""Tells a file with one event a line from what people give instead of one, and what to do about it."""

import re
from typing import Final

import msgspec

GZIP: Final = b"\x1f\x8b"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

EXAMPLE: Final = (
    '{"specversion":"1.0","id":"1","source":"/shop","type":"order.delivered",'
    '"time":"2026-03-02T10:15:00Z","subject":"customer-1","data":{}}'
)

_UNPACKED: Final = "unpack it and give what comes out, as in `{} > events.jsonl`"
_CONVERTED: Final = "write each row as one CloudEvent a line, such as " + EXAMPLE
_MAPPED: Final = (
    "`backtest`, `diff` and `init --events` read it with --columns time=COLUMN,customer=COLUMN,type=COLUMN; "
    f"elsewhere {_CONVERTED}"
)
_RECODED: Final = "write it as UTF-8, as with `iconv -f {} -t UTF-8 FILE > events.jsonl`"
_BINARY: Final = (
    (GZIP, "compressed with gzip twice", _UNPACKED.format("gzip -dc FILE")),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", _UNPACKED.format("zstd -dc FILE")),
    (b"\x04\x22\x4d\x18", "compressed with lz4", _UNPACKED.format("lz4 -dc FILE")),
    (b"BZh", "compressed with bzip2", _UNPACKED.format("bzip2 -dc FILE")),
    (b"\xfd7zXZ\0", "compressed with xz", _UNPACKED.format("xz -dc FILE")),
    (b"PK\x03\x04", "a zip archive or a spreadsheet", f"unpack it, or {_CONVERTED}"),
    (b"PK\x05\x06", "an empty zip archive", "give a file with one event a line"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", _CONVERTED),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and give what comes out"),
    (b"PAR1", "a Parquet file", _CONVERTED),
    (b"ORC", "an ORC file", _CONVERTED),
    (b"Obj\x01", "an Avro file", _CONVERTED),
    (b"SQLite format 3\0", "a SQLite database", _CONVERTED),
    (b"%PDF", "a PDF", _CONVERTED),
    (b"\xff\xfe\0\0", "UTF-32 text", _RECODED.format("UTF-32")),
    (b"\0\0\xfe\xff", "UTF-32 text", _RECODED.format("UTF-32")),
    (b"\xff\xfe", "UTF-16 text", _RECODED.format("UTF-16")),
    (b"\xfe\xff", "UTF-16 text", _RECODED.format("UTF-16")),
    (b"\x1e", "a JSON text sequence", "remove the separators, as with `tr -d '\\036' < FILE > events.jsonl`"),
)
_WITHOUT_MARK: Final = (
    (b"[^\0]\0\0\0[^\0]\0\0\0", "UTF-32LE"),
    (b"\0\0\0[^\0]\0\0\0[^\0]", "UTF-32BE"),
    (b"[^\0]\0[^\0]\0[^\0]\0", "UTF-16LE"),
    (b"\0[^\0]\0[^\0]\0[^\0]", "UTF-16BE"),
)
_TAR: Final = slice(257, 262)


def no_text(head: bytes) -> str | None:
    """The kind of a file that begins like this and holds no lines of UTF-8, with the way out; None where it may."""
    for begin, what, way_out in _BINARY:
        if head.startswith(begin):
            return f"is {what}: {way_out}"
    for pattern, name in _WITHOUT_MARK:
        if re.match(pattern, head, re.DOTALL):
            return f"is {name.partition('LE')[0].partition('BE')[0]} text: {_RECODED.format(name)}"
    if head[_TAR] == b"ustar":
        return "is a tar archive: unpack it and give what comes out"
    return None


def no_events(head: bytes, *, whole: bool) -> str | None:
    """Why a file that begins like this does not hold one event a line, with the way out; None where it does.

    `whole`: there is nothing behind. Events that are broken are no reason where others are not, nor is what is
    no JSON at all in at most half of the lines.
    """
    kind = no_text(head)
    if kind is not None:
        return kind
    lines = _lines(head, whole=whole)
    if not lines:
        return f"is empty: give one event a line, such as {EXAMPLE}" if whole else None
    broken = [line for line in lines if not _is_event(line)]
    strange = [line for line in broken if line[:1] not in (b"{", b"[")]
    first = lines[0]
    # Begins on the first line and ends on another one: pretty-printed JSON, of which some lines are JSON by chance.
    goes_on = first.startswith(b"[") or (first.startswith(b"{") and first[-1:] in b"{[,:")
    if len(broken) < len(lines) and 2 * len(strange) <= len(lines) and not (first in broken and goes_on):
        return None
    return _not_in_lines(broken[0]) if broken[0][:1] in (b"{", b"[") else _no_json(broken[0])


def begins_with_event(head: bytes) -> bool:
    """Whether the first line that is not empty is whole, and JSON that may be an event or a list of them."""
    lines = _lines(head, whole=False)
    return bool(lines) and _is_event(lines[0])


def holds_line(head: bytes) -> bool:
    """Whether a first line that is not empty is there to its end."""
    return b"\n" in head.lstrip()


def _lines(head: bytes, *, whole: bool) -> list[bytes]:
    """The lines that are not empty; the last counts only where it is known to end."""
    texts = head.split(b"\n")
    return [line for line in map(bare, texts if whole else texts[:-1]) if line]


def bare(text: bytes) -> bytes:
    """A line without what stands around it: white space, and the marks that files put together have inside."""
    text = text.strip()
    while text.startswith(BYTE_ORDER_MARK):
        text = text.removeprefix(BYTE_ORDER_MARK).strip()
    return text


def _no_json(first: bytes) -> str:
    if first.startswith(b"<"):
        return f"is XML or HTML: {_CONVERTED}"
    for sign, what in ((b"\t", "a table (TSV)"), (b";", "a table (CSV)"), (b",", "a table (CSV)")):
        if sign in first:
            return f"looks like {what}: {_MAPPED}"
    return f"does not hold one event a line: give lines, such as {EXAMPLE}"


def _not_in_lines(first: bytes) -> str:
    """For JSON that does not stand in lines, or is broken."""
    if first.endswith(b",") and _is_event(first[:-1]):
        return "has commas between its lines: take them away, as with `sed 's/,[[:space:]]*$//' FILE > events.jsonl`"
    if _is_event(first.decode("latin-1").encode()):
        return f"is not UTF-8 text: {_RECODED.format('WINDOWS-1252')}, if that is how it was written"
    query = "'.[]'" if first.startswith(b"[") else "."
    return (
        "does not hold one event a line (a line of it is not whole JSON): "
        f"bring it into lines with `jq -c {query} FILE > events.jsonl`"
    )


def _is_event(line: bytes) -> bool:
    if line[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    except RecursionError:
        return True  # it is whole as far as anybody can tell; the decoder refuses it with its reason
    return True
