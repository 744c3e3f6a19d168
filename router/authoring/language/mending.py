"""What an author most likely meant by a text that breaks the grammar.

Each guess changes a line or a few. It is believed only where the text then reads further than before, so that a wrong
one is not told; and reading goes on with it, so that all else is told and nothing false about what could not be read.
"""

from collections.abc import Iterator
from typing import Final

from router.authoring.language.breaks import Break, Guess, breaks, written_before
from router.authoring.language.guessed_columns import dashes, indentation, tabs
from router.authoring.language.guessed_signs import (
    brackets,
    colons,
    quotes,
    signs,
    whole_value,
    without_colon,
)
from router.authoring.language.signs import MOST_IN_LINE

MOST_MENDS: Final = 20
"""Mistakes of grammar that are told of one file."""

MOST_READ: Final = 2_000_000
"""Characters that are read again to try guesses in one file."""


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
    before = written_before(lines, here)
    suspects = [at.since[0]] if at.since and at.since[0] < len(lines) else []
    suspects += [number for number in (here, before) if number is not None and number not in suspects]
    yield from tabs(lines, here)
    yield from dashes(lines, here, before)
    if before is not None and without_colon(lines[before]):
        yield from signs(lines, before)
        yield from colons(lines, before)
    if "'-'" in at.problem or "expected key" in at.problem or "mapping values" in at.problem:
        yield from indentation(lines, here, before)
    for number in suspects:
        yield from signs(lines, number)
        yield from colons(lines, number)
    for number in suspects:
        yield from quotes(lines, number, at)
    yield from brackets(lines, at, here)
    for number in suspects:
        yield from whole_value(lines, number)
