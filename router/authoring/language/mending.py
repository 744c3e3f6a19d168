"""What an author most likely meant by a text that breaks the grammar.

Each guess changes one line. It is believed only where the text then reads further than before, so that a wrong one is
not told; and reading goes on with it, so that all else is told and nothing false about what could not be read.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from router.authoring.language.everyday import sign_first
from router.authoring.language.signs import MOST_IN_LINE
from router.authoring.language.spoken import clock_hint

MOST_MENDS: Final = 20
"""Mistakes of grammar that are told of one file."""

MOST_READ: Final = 2_000_000
"""Characters that are read again to try guesses in one file."""

_KEY: Final = r"(?:- +)*[A-Za-z_][\w./-]*"
_KEYED: Final = re.compile(rf"^(\s*{_KEY}):(?:\s+(.*))?$")
_COMMENT: Final = re.compile(r"\s+#.*$")


class Guess(Struct, frozen=True):
    """A line as it was meant, and what is said of it: where, in which words, and how to write it."""

    line: int
    text: str
    column: int
    message: str
    hint: str
    code: str = "R003"
    others: tuple[tuple[int, str], ...] = ()


class Break(Struct, frozen=True):
    """Where and how the grammar breaks; lines and columns count from 0. `line` is beyond the last where all is well."""

    line: int
    column: int
    problem: str
    since: tuple[int, int] | None = None


def breaks(content: str) -> Break | None:
    """Where a text breaks the grammar; None where it does not."""
    try:
        for _ in YAML(typ="safe").parse(content):
            pass
    except MarkedYAMLError as error:
        return of_error(error)
    except (YAMLError, ValueError):
        return Break(0, 0, "")
    return None


def of_error(error: MarkedYAMLError) -> Break:
    """The break that a reading ran into."""
    mark, since = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return Break(0, 0, error.problem or "")
    return Break(mark.line, mark.column, error.problem or "", (since.line, since.column) if since else None)


def mended(content: str, broken: Break) -> tuple[str, list[Guess]]:
    """The text with what can be mended, and the guesses that were right."""
    found: list[Guess] = []
    trial = _Trial(content, broken)
    while trial.at is not None and len(found) < MOST_MENDS:
        lines = trial.content.split("\n")
        if any(len(line) > MOST_IN_LINE for line in lines):
            break
        believed: tuple[Guess, str, Break | None] | None = None
        for guess in _guesses(lines, trial.at):
            if believed and guess.code != "R119":
                break
            tried = trial.reads_further(lines, guess)
            if tried and (believed is None or _further(tried[1]) > _further(believed[2])):
                believed = (guess, *tried)
            # Of lines that may begin elsewhere the guess is taken that mends most.
            if believed and believed[0].code != "R119":
                break
        if believed is None:
            break
        found.append(believed[0])
        trial.content, trial.at = believed[1], believed[2]
    return trial.content, found


class _Trial:
    """The text so far, where it breaks, and how much may still be read to try guesses."""

    def __init__(self, content: str, at: Break) -> None:
        self.content = content
        self.at: Break | None = at
        self.left = MOST_READ

    def reads_further(self, lines: list[str], guess: Guess) -> tuple[str, Break | None] | None:
        """The text with a guess, and where it breaks then; None where that is no further than before."""
        if self.left <= 0 or self.at is None:
            return None
        tried = list(lines)
        for number, text in ((guess.line, guess.text), *guess.others):
            tried[number] = text
        content = "\n".join(tried)
        self.left -= len(content)
        after = breaks(content)
        longer = len(guess.text) - len(lines[guess.line]) if guess.line == self.at.line else 0
        if after is None or (after.line, after.column - longer) > (self.at.line, self.at.column):
            return content, after
        return None


def _further(at: Break | None) -> float:
    return at.line if at else float("inf")


def _guesses(lines: list[str], at: Break) -> Iterator[Guess]:
    """What may have been meant, the likeliest first."""
    here = min(at.line, len(lines) - 1)
    before = _written_before(lines, here)
    suspects = [at.since[0]] if at.since and at.since[0] < len(lines) else []
    suspects += [number for number in (here, before) if number is not None and number not in suspects]
    yield from _tabs(lines, here)
    yield from _dashes(lines, here, before)
    if before is not None and re.match(r"^\s*(-[a-z]|[^:\"'-]+$)", _COMMENT.sub("", lines[before])):
        yield from _colons(lines, before)
    if "'-'" in at.problem or "expected key" in at.problem or "mapping values" in at.problem:
        yield from _indentation(lines, here, before)
    for number in suspects:
        yield from _signs(lines, number)
        yield from _colons(lines, number)
    for number in suspects:
        yield from _quotes(lines, number, at)
    yield from _brackets(lines, at, here)
    for number in suspects:
        yield from _whole_value(lines, number)


def _written_before(lines: list[str], here: int) -> int | None:
    """The line above that is neither empty nor a comment."""
    above = (n for n in range(here - 1, -1, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
    return next(above, None)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _column_of_key(line: str) -> int:
    """Where the first key of a line stands, behind its dashes."""
    return len(line) - len(re.sub(r"^\s*(?:- +)*", "", line))


def _dashes(lines: list[str], here: int, before: int | None) -> Iterator[Guess]:
    """A dash without its space, and a first key of an entry without its dash."""
    for number in (here, before):
        if number is None:
            continue
        if match := re.match(r"^(\s*)-(?=[A-Za-z{\[])(.*)$", lines[number]):
            meant = f"{match[1]}- {match[2]}"
            yield Guess(
                number, meant, len(match[1]), "a space is missing behind the dash", f"write {_short(meant)}"
            )
        above = _written_before(lines, number)
        entry = re.match(r"^(\s*)((?:id|name):\s.*)$", lines[number])
        under = above is not None and lines[above].rstrip().endswith(":")
        if entry and under and number == before and _indent(lines[here]) == len(entry[1]) + 2:
            meant = f"{entry[1]}- {entry[2]}"
            yield Guess(
                number,
                meant,
                len(entry[1]),
                "the dash before this entry is missing",
                f"write {_short(meant)}",
            )


def _tabs(lines: list[str], here: int) -> Iterator[Guess]:
    """Lines that are indented with tabs, all at once."""
    tabbed = [n for n, line in enumerate(lines) if re.match(r" *\t", line)]
    if not tabbed or here < tabbed[0]:
        return
    first = tabbed[0]
    widths = [(n, re.match(r"[ \t]*", lines[n])) for n in tabbed]
    above = _written_before(lines, first)
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


def _indentation(lines: list[str], here: int, before: int | None) -> Iterator[Guess]:
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
    run = _run(lines, here, own)
    heads = {_column_of_key(lines[n]) for n in range(before + 1) if lines[n].rstrip().endswith(":")}
    is_head = lines[here].rstrip().endswith(":")

    def likeness(level: int) -> tuple[int, bool]:
        return abs(level - own), (level in heads) != is_head

    for level in sorted((level for level in levels if level != own), key=likeness):
        shift = level - own
        if abs(shift) > 4:
            continue
        spaces = f"{abs(shift)} space" + ("" if abs(shift) == 1 else "s")
        way = f"{spaces} too {'many' if shift < 0 else 'few'} at the beginning of this line"
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


def _signs(lines: list[str], number: int) -> Iterator[Guess]:
    """Signs of comparison: `journey.contacts >= 1`, with or without a colon."""
    line = _COMMENT.sub("", lines[number])
    match = re.match(rf"^(\s*{_KEY})\s*:?\s*((?:>=|=>|<=|=<|<>|!=|==|[<>=]).*)$", line)
    signed = sign_first(match[2]) if match else None
    if match and signed:
        meant = (
            f"{match[1]}: {{{signed[0]}: {signed[1]}}}" if signed[0] != "eq" else f"{match[1]}: {signed[1]}"
        )
        sign = re.match(r"\W+", match[2])
        said = sign[0].strip() if sign else match[2]
        if signed[0] == "eq":
            yield Guess(
                number,
                meant,
                match.start(2),
                f"`{said}` stands here, and a colon should",
                f"write {meant.strip()}",
            )
        else:
            what = f"`{said}` is no comparison of the language"
            yield Guess(number, meant, match.start(2), what, f"write {meant.strip()}", "R120")


def _colons(lines: list[str], number: int) -> Iterator[Guess]:
    """A colon that is missing, has no space behind it, or is another sign; a dash without a space, or missing."""
    line = lines[number]
    text = _COMMENT.sub("", line)
    if match := re.match(rf"^(\s*{_KEY})(?::|\uff1a|=|;)(?=\S)(.*)$", text):
        meant = f"{match[1]}: {match[2].lstrip()}"
        sign = text[match.end(1)]
        what = (
            "a space is missing behind the colon"
            if sign == ":"
            else f"`{sign}` stands here, and a colon should"
        )
        yield Guess(number, meant, match.end(1), what, f"write {_short(meant)}")
    if match := re.match(rf"^(\s*{_KEY})\s+([^\s:=-].*)$", text):
        meant = f"{match[1]}: {match[2]}"
        key = match[1].strip().removeprefix("- ")
        yield Guess(
            number, meant, match.end(1), f"a colon is missing behind `{key}`", f"write {_short(meant)}"
        )
    if match := re.match(rf"^(\s*{_KEY})\s*$", text):
        key = match[1].strip().removeprefix("- ")
        yield Guess(
            number, f"{match[1]}:", match.end(1), f"a colon is missing behind `{key}`", f"write {key}:"
        )
    above = _written_before(lines, number)
    entry = above is not None and lines[above].lstrip().startswith("- ")
    if entry and above is not None and not text.lstrip().startswith("-"):
        indent_above = _indent(lines[above])
        meant = " " * indent_above + "- " + text.lstrip()
        yield Guess(
            number, meant, _indent(line), "the dash before this entry is missing", f"write {_short(meant)}"
        )


def _quotes(lines: list[str], number: int, at: Break) -> Iterator[Guess]:
    """A quote that is not closed, quotes inside of quotes, and text behind them."""
    line = lines[number]
    for match in re.finditer(r"""(?<=[:\-,\[{])\s*(["'])""", line):
        quote, column = match[1], match.start(1)
        rest = line[column + 1 :]
        bare = _COMMENT.sub("", rest).rstrip()
        other = "'" if quote == '"' else '"'
        curly = re.sub("[\u201c\u201d\u2018\u2019]$", "", bare)
        if quote not in bare:
            meant = line[:column] + quote + curly + quote
            yield Guess(
                number, meant, column, "this quote is not closed", f"write {_short(quote + curly + quote)}"
            )
        elif not line[:column].rstrip().endswith((",", "[", "{")) and other not in bare:
            inner = bare.removesuffix(quote)
            if bare.endswith(quote) and quote in inner:
                meant = f"{other}{inner}{other}"
                said = (
                    f"the text has {'an apostrophe' if quote == chr(39) else 'quotes'} inside of its quotes"
                )
            else:
                inner = bare.replace(quote, "")
                meant, said = f"{quote}{inner}{quote}", "text stands behind the closing quote"
            if not re.search(rf"{quote}\s*[,\]}}]", bare):
                yield Guess(number, line[:column] + meant, column, said, f"write {_short(meant)}")


def _brackets(lines: list[str], at: Break, here: int) -> Iterator[Guess]:
    """A brace or bracket that is not closed, closed twice or wrongly; a comma that is missing; a bare time of day."""
    line = lines[here]
    if at.since and at.since[0] < len(lines):
        opened, column = at.since
        open_line = lines[opened]
        sign = open_line[column : column + 1]
        clock = re.match(r"[^\s,\]}]+", open_line[column:])
        if "unexpected ':'" in at.problem and clock:
            token = clock[0]
            hint = clock_hint(token)
            said = hint.removeprefix("write ") if hint.startswith("write") else f'"{token}"'
            meant = open_line[:column] + said + open_line[column + len(token) :]
            yield Guess(opened, meant, column, "a text with a colon needs quotes", f"write {said}")
        if sign in ("{", "["):
            close = "}" if sign == "{" else "]"
            said = line[at.column : at.column + 1]
            if said in "}]" and said and said != close:
                meant = line[: at.column] + close + line[at.column :]
                yield Guess(
                    here,
                    meant,
                    column,
                    f"the `{sign}` here is not closed",
                    f"write {close} before the {said}",
                )
                meant = line[: at.column] + close + line[at.column + 1 :]
                yield Guess(here, meant, at.column, f"`{sign}` is closed by `{said}`", f"write {close} here")
            if here == opened:
                yield from _commas(line, here, column, at.column)
            for end in dict.fromkeys((opened, *range(opened, min(here + 1, opened + 8)))):
                text = _COMMENT.sub("", lines[end]).rstrip()
                if text and (end != here or end == opened):
                    yield Guess(
                        end, text.rstrip(",") + close, column if end == opened else 0,
                        f"the `{sign}` here is not closed", f"write {close} at the end of the line",
                    )  # fmt: skip
    if line[at.column : at.column + 1] in ("}", "]"):
        sign = line[at.column]
        yield Guess(
            here, line[: at.column] + line[at.column + 1 :], at.column, f"one `{sign}` too many", "delete it"
        )


def _commas(line: str, here: int, opened: int, column: int) -> Iterator[Guess]:
    """A comma that is missing before a column, or is another sign; `opened` is where the brace stands."""
    semicolon = line[: column + 1].rfind(";")
    if semicolon > opened:
        meant = f"{line[:semicolon]},{line[semicolon + 1 :]}"
        yield Guess(here, meant, semicolon, "`;` stands here, and a comma should", "write , here")
    if word := re.search(r"\s+([\w.\"'-]+):?$", line[: column + 1].rstrip(": ") + ""):
        meant = f"{line[: word.start()]}, {line[word.start(1) :]}"
        yield Guess(
            here, meant, word.start(1), f"a comma is missing before `{word[1]}`", f"write , {word[1]}"
        )
    if line[column : column + 1] not in ("", "}", "]"):
        meant = f"{line[:column].rstrip()}, {line[column:]}"
        yield Guess(here, meant, column, "a comma is missing before this", "write a comma before it")


def _whole_value(lines: list[str], number: int) -> Iterator[Guess]:
    """A value that means something in YAML, and is text."""
    match = _KEYED.match(_COMMENT.sub("", lines[number]))
    if match is None or not match[2] or match[2][0] in "\"'{[":
        return
    value = match[2].rstrip()
    column = lines[number].index(value)
    if re.fullmatch(r"%\s*[0-9.]+", value):
        written = value.lstrip("% ") + "%"
        yield Guess(
            number,
            f"{match[1]}: {written}",
            column,
            "the percent sign stands behind the number",
            f"write {written}",
        )
    if value[0] == "(" and value[-1] == ")":
        meant = f"{match[1]}: {{{value[1:-1]}}}"
        yield Guess(number, meant, column, "`(` stands here, and a brace should", f"write {_short(meant)}")
    if inner := re.match(r"([a-z][\w.]*): \S", value):
        meant = f"{match[1]}: {{{value}}}"
        said = f"`{inner[1]}:` stands behind another key, and needs braces"
        yield Guess(number, meant, column, said, f"write {_short(meant)}")
    quote = "'" if '"' in value else '"'
    if quote in value:
        return
    said = (
        "a text with a colon needs quotes"
        if ": " in value
        else f"a text that begins with `{value[0]}` needs quotes"
    )
    meant = f"{quote}{value}{quote}"
    yield Guess(number, f"{match[1]}: {meant}", column, said, f"write {_short(meant)}")


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 90 else f"{text[:80]} … {text[-1]}"
