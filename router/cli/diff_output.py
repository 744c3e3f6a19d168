"""The difference of two rule sets in the terminal: changes, sums with bars, examples."""

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from router.authoring.comparison import Count, Effect, RuleSetChange, words
from router.authoring.comparison.effect import by_weight, changed_only, signed
from router.cli.output import console, counted, print_lines, printable
from router.words.reasons import meaning
from router.words.voice import Voice

_BAR: Final = 24
_FULL: Final = "█"
_PARTS: Final = " ▏▎▍▌▋▊▉"
_MOST_ROWS: Final = 12


def print_changes(before: str, after: str, changes: Sequence[RuleSetChange]) -> None:
    """What changed, one thing after the other."""
    print_lines([f"From {before} (old) to {after} (new):"])
    if not changes:
        print_lines(["  Nothing changed in meaning."])
    for change in changes:
        name = f"{change.what} {change.name}".strip()
        became = "" if change.became == "changed" else f" {change.became}"
        if len(change.words) == 1:
            print_lines([f"  {name}{became}: {change.words[0]}"])
        else:
            print_lines([f"  {name}{became}:", *(f"    {word}" for word in change.words)])


def print_effect(effect: Effect, speaking: Voice) -> None:
    """What it would have done."""
    print_lines(["", *words(effect, speaking), ""])
    if not effect.interactions:
        return
    console().print(
        Text("In the bars: ")
        + Text(f"{_FULL * 2} old rules", "dim")
        + Text(f"   {_FULL * 2}", "cyan")
        + " new rules\n"
    )
    _bars("Invitations by rule", effect.rules)
    _bars("Invitations by survey", effect.surveys)
    _bars("Invitations by journey step", effect.steps)
    _bars("Invitations by channel", effect.channels)
    for field, entries in effect.by.items():
        _bars(f"Invitations by {field}", entries, by_name=True)
    _reasons("Why nobody was asked", effect.refusals)
    _reasons("Planned, then withdrawn", effect.withdrawn)
    if effect.examples:
        print_lines(["The most telling examples"])
    for number, example in enumerate(effect.examples, start=1):
        like = f" ({counted(example.like_it, 'case')} like it)" if example.like_it > 1 else ""
        print_lines(
            [
                "",
                f"  {number}. {example.happened}{like}",
                f"    before: {example.before}",
                f"    after:  {example.after}",
                f"    why:    {example.why}",
            ]
        )


def _bars(title: str, entries: Sequence[Count], *, by_name: bool = False) -> None:
    """Before and after as bars on one scale; by name where the names may be persons, who are never ranked."""
    shown = list(entries) if by_name else by_weight(entries)
    largest = max((max(entry.before, entry.after) for entry in shown), default=0)
    if not largest:
        return
    table = _table(title)
    table.add_column("")
    table.add_column("", overflow="fold")
    table.add_column("", justify="right")
    table.add_column("change", justify="right")
    for entry in shown[:_MOST_ROWS]:
        bars = Text(f"{_bar(entry.before, largest)}\n", style="dim") + Text(
            _bar(entry.after, largest), "cyan"
        )
        name = Text(f"{printable(entry.name)}\n")
        numbers = Text(f"{entry.before:,}\n", style="dim") + Text(f"{entry.after:,}")
        change = Text(f"{entry.difference:+,}\n{signed(entry)}" if entry.difference else "=")
        table.add_row(name, bars, numbers, change)
    console().print(table)
    if len(shown) > _MOST_ROWS:
        print_lines([f"and {len(shown) - _MOST_ROWS} more; --json has all of them.", ""])


def _bar(value: int, largest: int) -> str:
    eighths = max(round(value * _BAR * 8 / largest), 1) if value > 0 else 0
    return _FULL * (eighths // 8) + _PARTS[eighths % 8].strip()


def _reasons(title: str, entries: Sequence[Count]) -> None:
    changed = changed_only(entries)
    if not changed:
        return
    table = _table(title)
    for name in ("before", "after", "change"):
        table.add_column(name, justify="right")
    table.add_column("reason", overflow="fold")
    for entry in changed:
        change = f"{entry.difference:+,} ({signed(entry)})"
        table.add_row(f"{entry.before:,}", f"{entry.after:,}", change, meaning(entry.name))
    console().print(table)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
