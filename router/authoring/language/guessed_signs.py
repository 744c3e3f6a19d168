"""What may have been meant by a line whose signs do not fit: colons, quotes, braces, commas, comparisons."""

import re
from collections.abc import Iterator
from typing import Final

from router.authoring.language.breaks import Break, Guess, shortened, written_before
from router.authoring.language.everyday import sign_first
from router.authoring.language.spoken import clock_hint

_KEY: Final = r"(?:- +)*[A-Za-z_][\w./-]*"
_KEYED: Final = re.compile(rf"^(\s*{_KEY}):(?:\s+(.*))?$")
_COMMENT: Final = re.compile(r"\s+#.*$")


def signs(lines: list[str], number: int) -> Iterator[Guess]:
    """Signs of comparison: `journey.contacts >= 1`, with or without a colon."""
    line = _COMMENT.sub("", lines[number])
    match = re.match(
        rf"^(\s*)(?:(?:if|and|als|en) +)?({_KEY})\s*:?\s*((?:>=|=>|<=|=<|<>|!=|==|[<>=]).*)$", line
    )
    signed = sign_first(match[3]) if match else None
    if match and signed:
        value = f"{{{signed[0]}: {signed[1]}}}" if signed[0] != "eq" else signed[1]
        meant = f"{match[1]}{match[2]}: {value}"
        sign = re.match(r"\W+", match[3])
        said = sign[0].strip() if sign else match[3]
        if signed[0] == "eq":
            yield Guess(
                number,
                meant,
                match.start(3),
                f"`{said}` stands here, and a colon should",
                f"write {meant.strip()}",
            )
        else:
            what = f"`{said}` is no comparison of the language"
            yield Guess(number, meant, match.start(3), what, f"write {meant.strip()}", "R120")


def without_colon(line: str) -> bool:
    """Whether a line has no colon, where most have one."""
    return re.match(r"^\s*(-[a-z]|[^:\"'-]+$)", _COMMENT.sub("", line)) is not None


def colons(lines: list[str], number: int) -> Iterator[Guess]:
    """A colon that is missing, has no space behind it, or is another sign; a dash without a space, or missing."""
    line = lines[number]
    text = _COMMENT.sub("", line)
    if match := re.match(r'^(\s*)"([A-Za-z_][\w.]*: [^"]*)"\s*$', text):
        said = "quotes stand around the whole line"
        yield Guess(number, match[1] + match[2], len(match[1]), said, f"write {shortened(match[2])}")
    if match := re.match(rf"^(\s*{_KEY})(?::|\uff1a|=|;)(?=\S)(.*)$", text):
        meant = f"{match[1]}: {match[2].lstrip()}"
        sign = text[match.end(1)]
        what = (
            "a space is missing behind the colon"
            if sign == ":"
            else f"`{sign}` stands here, and a colon should"
        )
        yield Guess(number, meant, match.end(1), what, f"write {shortened(meant)}")
    if match := re.match(rf"^(\s*{_KEY})\s+([^\s:=-].*)$", text):
        meant = f"{match[1]}: {match[2]}"
        key = match[1].strip().removeprefix("- ")
        yield Guess(
            number, meant, match.end(1), f"a colon is missing behind `{key}`", f"write {shortened(meant)}"
        )
    if match := re.match(rf"^(\s*{_KEY})\s*$", text):
        key = match[1].strip().removeprefix("- ")
        yield Guess(
            number, f"{match[1]}:", match.end(1), f"a colon is missing behind `{key}`", f"write {key}:"
        )
    above = written_before(lines, number)
    entry = above is not None and lines[above].lstrip().startswith("- ")
    if entry and above is not None and not text.lstrip().startswith("-"):
        indent_above = len(lines[above]) - len(lines[above].lstrip(" "))
        meant = " " * indent_above + "- " + text.lstrip()
        yield Guess(
            number,
            meant,
            len(line) - len(line.lstrip(" ")),
            "the dash before this entry is missing",
            f"write {shortened(meant)}",
        )


def quotes(lines: list[str], number: int, at: Break) -> Iterator[Guess]:
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
                number, meant, column, "this quote is not closed", f"write {shortened(quote + curly + quote)}"
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
                yield Guess(number, line[:column] + meant, column, said, f"write {shortened(meant)}")


def brackets(lines: list[str], at: Break, here: int) -> Iterator[Guess]:
    """A brace or bracket that is not closed, closed twice or wrongly; a comma that is missing; a bare time of day."""
    line = lines[here]
    if at.since and at.since[0] < len(lines):
        opened, column = at.since
        open_line = lines[opened]
        sign = open_line[column : column + 1]
        clock = re.match(r"[^\s,\]}]+", open_line[column:])
        glued = re.match(r"([a-z_.]+):(?=[A-Za-z])", open_line[column:])
        if "unexpected ':'" in at.problem and glued:
            meant = f"{open_line[: column + glued.end()]} {open_line[column + glued.end() :]}"
            said = f"a space is missing behind the colon of `{glued[1]}`"
            yield Guess(opened, meant, column + glued.end() - 1, said, f"write {glued[1]}: and a space")
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
    if joined := re.search(r"\s+((?:and|en|&)\s+)([\w.]+)$", line[: column + 1].rstrip(": ")):
        meant = f"{line[: joined.start()]}, {line[joined.start(2) :]}"
        said = f"`{joined[1].strip()}` stands here, and a comma should"
        yield Guess(here, meant, joined.start(1), said, f"write , {joined[2]}")
    if word := re.search(r"\s+([\w.\"'-]+):?$", line[: column + 1].rstrip(": ") + ""):
        meant = f"{line[: word.start()]}, {line[word.start(1) :]}"
        yield Guess(
            here, meant, word.start(1), f"a comma is missing before `{word[1]}`", f"write , {word[1]}"
        )
    if line[column : column + 1] not in ("", "}", "]"):
        meant = f"{line[:column].rstrip()}, {line[column:]}"
        yield Guess(here, meant, column, "a comma is missing before this", "write a comma before it")


def whole_value(lines: list[str], number: int) -> Iterator[Guess]:
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
        yield Guess(number, meant, column, "`(` stands here, and a brace should", f"write {shortened(meant)}")
    if inner := re.match(r"([a-z][\w.]*): \S", value):
        meant = f"{match[1]}: {{{value}}}"
        said = f"`{inner[1]}:` stands behind another key, and needs braces"
        yield Guess(number, meant, column, said, f"write {shortened(meant)}")
    quote = "'" if '"' in value else '"'
    if quote in value:
        return
    said = (
        "a text with a colon needs quotes"
        if ": " in value
        else f"a text that begins with `{value[0]}` needs quotes"
    )
    meant = f"{quote}{value}{quote}"
    yield Guess(number, f"{match[1]}: {meant}", column, said, f"write {shortened(meant)}")
