"""What may have been meant by a line that begins at the wrong column: tabs, dashes, indentation."""

import re
from collections.abc import Iterator

from router.authoring.language.breaks import Guess, shortened, written_before

MOST_SHIFTED = 4
"""Columns that a line may be away from where it belongs."""


def dashes(lines: list[str], here: int, before: int | None) -> Iterator[Guess]:
    """A dash without its space, and a first key of an entry without its dash."""
    for number in (here, before):
        if number is None:
            continue
        if match := re.match(r"^(\s*)-(?=[A-Za-z{\[])(.*)$", lines[number]):
            meant = f"{match[1]}- {match[2]}"
            yield Guess(
                number,
                meant,
                len(match[1]),
                "a space is missing behind the dash",
                f"write {shortened(meant)}",
            )
        above = written_before(lines, number)
        extra = re.match(r"^(\s*)-\s+([A-Za-z_][\w.]*:.*)$", lines[number])
        if extra and number == here and above is not None and _column_of_key(lines[above]) == len(extra[1]):
            yield Guess(
                number, extra[1] + extra[2], len(extra[1]), "a dash stands here, where none belongs",
                f"write {shortened(extra[2])}",
            )  # fmt: skip
        entry = re.match(r"^(\s*)((?:id|name):\s.*)$", lines[number])
        under = above is not None and lines[above].rstrip().endswith(":")
        if entry and under and number == before and _indent(lines[here]) == len(entry[1]) + 2:
            meant = f"{entry[1]}- {entry[2]}"
            yield Guess(
                number,
                meant,
                len(entry[1]),
                "the dash before this entry is missing",
                f"write {shortened(meant)}",
            )


def tabs(lines: list[str], here: int) -> Iterator[Guess]:
    """Lines that are indented with tabs, all at once."""
    tabbed = [n for n, line in enumerate(lines) if re.match(r" *\t", line)]
    if not tabbed or here < tabbed[0]:
        return
    first = tabbed[0]
    widths = [(n, re.match(r"[ \t]*", lines[n])) for n in tabbed]
    above = written_before(lines, first)
    near = _column_of_key(lines[above]) if above is not None else 0
    under = above is not None and lines[above].rstrip().endswith(":")
    for wide in (near + 2, near, 2, 4, 8) if under else (near, near + 2, 2, 4, 8):
        new = []
        for n, match in widths:
            depth = match[0].count("\t") if match else 1
            begin = wide if wide in (near, near + 2) and depth == 1 else wide * depth
            new.append((n, " " * begin + lines[n].lstrip(" \t")))
        more = f", and in {len(new) - 1} more lines" if len(new) > 1 else ""
        column = lines[first].index("\t")
        yield Guess(
            first, new[0][1], column, f"a tab stands here{more}, and lines begin with spaces",
            "delete it, and type spaces: two for each level", "R010", tuple(new[1:]),
        )  # fmt: skip


def indentation(lines: list[str], here: int, before: int | None) -> Iterator[Guess]:
    """A line, or a run of lines, that begins a little too far to the left or to the right."""
    if before is None:
        return
    own = _indent(lines[here])
    is_entry = lines[here].lstrip().startswith("- ")
    levels: list[int] = []
    for number in range(before, max(before - 40, -1), -1):
        if lines[number].strip() and not lines[number].lstrip().startswith("#"):
            line = lines[number]
            starts = {_indent(line)} if is_entry else {_column_of_key(line)}
            levels += [level for level in starts if level not in levels]
            if line.rstrip().endswith(":") and number == before:
                levels.append(_column_of_key(line) + 2)
    if own in levels and _column_of_key(lines[before]) != own and not lines[before].lstrip().startswith("-"):
        yield from _outdented(lines, before, own)
    run = _run(lines, here, own)
    heads = {_column_of_key(lines[n]) for n in range(before + 1) if lines[n].rstrip().endswith(":")}
    is_head = lines[here].rstrip().endswith(":")

    def likeness(level: int) -> tuple[int, bool]:
        return abs(level - own), (level in heads) != is_head

    for level in sorted((level for level in levels if level != own), key=likeness):
        shift = level - own
        if abs(shift) > MOST_SHIFTED:
            continue
        way = _spaces_told(shift)
        hint = f"begin it at column {level + 1}, like the lines that it belongs to"
        children = [here, *_run(lines, here, own + 1)[1:]]
        for members in {len(one): one for one in ([here], children, run)}.values():
            moved = [(n, " " * max(_indent(lines[n]) + shift, 0) + lines[n].lstrip(" ")) for n in members]
            yield Guess(here, moved[0][1], own, way, hint, "R119", tuple(moved[1:]))


def _run(lines: list[str], here: int, own: int) -> list[int]:
    """The lines from one on that are no further to the left."""
    end = next(
        (n for n in range(here + 1, len(lines)) if lines[n].strip() and _indent(lines[n]) < own), len(lines)
    )
    return [here, *(n for n in range(here + 1, end) if lines[n].strip())]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _column_of_key(line: str) -> int:
    """Where the first key of a line stands, behind its dashes."""
    return len(line) - len(re.sub(r"^\s*(?:- +)*", "", line))


def _outdented(lines: list[str], before: int, own: int) -> Iterator[Guess]:
    """The line before, which alone begins elsewhere than those around it."""
    shift = own - _indent(lines[before])
    if abs(shift) <= MOST_SHIFTED:
        yield Guess(
            before,
            " " * own + lines[before].lstrip(" "),
            _indent(lines[before]),
            _spaces_told(shift),
            f"begin it at column {own + 1}, like the lines that it belongs to",
            "R119",
        )


def _spaces_told(shift: int) -> str:
    spaces = f"{abs(shift)} space" + ("" if abs(shift) == 1 else "s")
    return f"{spaces} too {'many' if shift < 0 else 'few'} at the beginning of this line"
