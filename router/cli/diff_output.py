"""The difference of two rule sets in the terminal: changes, sums with bars, examples."""

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from router.authoring.comparison import Count, Effect, RuleSetChange, words
from router.authoring.comparison.effect import by_weight, changed_only, signed
from router.cli.output import console, print_lines
from router.model.signs import printable
from router.words.comparison import name_words, tell
from router.words.reasons import meaning
from router.words.rule_changes import change_line, change_title
from router.words.voice import Language, Voice

_BAR: Final = 24
_FULL: Final = "█"
_PARTS: Final = " ▏▎▍▌▋▊▉"
_MOST_ROWS: Final = 12
_NAMES: Final = 7
"""How wide the names before the sentences of an example are."""


def print_changes(before: str, after: str, changes: Sequence[RuleSetChange], language: Language) -> None:
    """What changed, one thing after the other."""
    print_lines([f"{tell(language, 'sets', before=before, after=after)}:"])
    if not changes:
        print_lines([f"  {tell(language, 'no change of meaning')}"])
    for change in changes:
        title = change_title(change.what, change.name, change.became, language)
        lines = [change_line(line, language) for line in change.words]
        if len(lines) == 1:
            print_lines([f"  {title}: {lines[0]}"])
        else:
            print_lines([f"  {title}:", *(f"    {line}" for line in lines)])


def print_effect(effect: Effect, speaking: Voice) -> None:
    """What it would have done."""
    print_lines(["", *words(effect, speaking), ""])
    if not effect.interactions:
        return
    language = speaking.language
    console().print(
        Text(tell(language, "bars"))
        + Text(f"{_FULL * 2} {tell(language, 'old rules')}", "dim")
        + Text(f"   {_FULL * 2}", "cyan")
        + f" {tell(language, 'new rules')}\n"
    )
    _bars(tell(language, "invitations by rule"), effect.rules, language)
    _bars(tell(language, "invitations by survey"), effect.surveys, language)
    _bars(tell(language, "invitations by step"), effect.steps, language)
    _bars(tell(language, "invitations by channel"), effect.channels, language)
    for field, entries in effect.by.items():
        _bars(tell(language, "invitations by", field=field), entries, language, by_name=True)
    _reasons(tell(language, "refusals"), effect.refusals, language)
    _reasons(tell(language, "withdrawals"), effect.withdrawn, language)
    if effect.examples:
        print_lines([tell(language, "examples")])
    for number, example in enumerate(effect.examples, start=1):
        like = f" ({tell(language, 'like it', number=example.like_it)})" if example.like_it > 1 else ""
        print_lines(
            [
                "",
                f"  {number}. {example.happened}{like}",
                *(
                    f"    {f'{tell(language, name).lower()}:':<{_NAMES}} {said}"
                    for name, said in (
                        ("before", example.before),
                        ("after", example.after),
                        ("why", example.why),
                    )
                ),
            ]
        )


def _bars(title: str, entries: Sequence[Count], language: Language, *, by_name: bool = False) -> None:
    """Before and after as bars on one scale; by name where the names may be persons, who are never ranked."""
    shown = list(entries) if by_name else by_weight(entries)
    largest = max((max(entry.before, entry.after) for entry in shown), default=0)
    if not largest:
        return
    table = _table(title)
    table.add_column("")
    table.add_column("", overflow="fold")
    table.add_column("", justify="right")
    table.add_column(tell(language, "column change"), justify="right")
    for entry in shown[:_MOST_ROWS]:
        bars = Text(f"{_bar(entry.before, largest)}\n", style="dim") + Text(
            _bar(entry.after, largest), "cyan"
        )
        name = Text(f"{printable(name_words(language, entry.name))}\n")
        numbers = Text(f"{entry.before:,}\n", style="dim") + Text(f"{entry.after:,}")
        change = Text(f"{entry.difference:+,}\n{signed(entry, language)}" if entry.difference else "=")
        table.add_row(name, bars, numbers, change)
    console().print(table)
    if len(shown) > _MOST_ROWS:
        print_lines([tell(language, "left out", number=len(shown) - _MOST_ROWS), ""])


def _bar(value: int, largest: int) -> str:
    eighths = max(round(value * _BAR * 8 / largest), 1) if value > 0 else 0
    return _FULL * (eighths // 8) + _PARTS[eighths % 8].strip()


def _reasons(title: str, entries: Sequence[Count], language: Language) -> None:
    changed = changed_only(entries)
    if not changed:
        return
    table = _table(title)
    for name in ("before", "after", "change"):
        table.add_column(tell(language, f"column {name}"), justify="right")
    table.add_column(tell(language, "column reason"), overflow="fold")
    for entry in changed:
        change = f"{entry.difference:+,} ({signed(entry, language)})"
        table.add_row(f"{entry.before:,}", f"{entry.after:,}", change, meaning(entry.name, language))
    console().print(table)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
