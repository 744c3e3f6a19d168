"""The effect of a change of rules as one page."""

from collections.abc import Sequence
from typing import Final

from router.authoring.comparison import Count, Effect, Example, RuleSetChange, words
from router.authoring.comparison.effect import by_weight, changed_only, headline, signed
from router.cli.output import counted
from router.cli.pages import frame
from router.cli.pages.frame import Column, Markup, heading, paragraph, table, text, tiles
from router.words.reasons import meaning
from router.words.voice import Voice


def page(
    before: str, after: str, changes: Sequence[RuleSetChange], effect: Effect, speaking: Voice
) -> Markup:
    """The page as HTML."""
    first = headline(effect)
    # The tables tell what comes after the sentences on customers.
    more = [line for line in words(effect, speaking) if line != first][:2]
    parts = [
        heading(first, 1),
        *(paragraph(line, soft=True) for line in more),
        _tiles(effect),
        _changed(before, after, changes),
        '<p class="soft"><span class="key o"></span>old rules<span class="key n"></span>new rules</p>',
        _bars("Invitations by rule", "rule", effect.rules),
        _bars("Invitations by survey", "survey", effect.surveys),
        _bars("Invitations by journey step", "step", effect.steps),
        _bars("Invitations by channel", "channel", effect.channels),
        *(
            _bars(f"Invitations by {field}", field, entries[:_MOST_ROWS], by_name=True)
            for field, entries in effect.by.items()
        ),
        _reasons("Why nobody was asked", effect.refusals),
        _reasons("Planned, then withdrawn", effect.withdrawn),
        _examples(effect.examples),
    ]
    return frame.page("What this change of rules would have done", parts)


def _tiles(effect: Effect) -> Markup:
    return tiles(
        [
            (f"{effect.invitations.before:,} → {effect.invitations.after:,}", "invitations"),
            (signed(effect.invitations), "change"),
            (f"{effect.gained:,}", "customers asked only with the new rules"),
            (f"{effect.lost:,}", "customers asked only with the old rules"),
        ]
    )


def _changed(before: str, after: str, changes: Sequence[RuleSetChange]) -> Markup:
    lines = "".join(f"<li>{text(change.line)}</li>" for change in changes)
    lines = f"<ul>{lines}</ul>" if lines else "<p>Nothing changed in meaning.</p>"
    return (
        f'<h2>What changed</h2>\n<p class="soft">From {text(before)} (old) to {text(after)} (new)</p>{lines}'
    )


def _bars(title: str, what: str, entries: Sequence[Count], *, by_name: bool = False) -> Markup:
    """A table with a pair of bars in each row, all on one scale; by name where the names may be persons."""
    shown = list(entries) if by_name else by_weight(entries)
    scale = 100 / max([1, *(max(entry.before, entry.after) for entry in shown)])
    rows = [
        [
            entry.name,
            (
                '<svg viewBox="0 0 100 22" preserveAspectRatio="none" role="img"'
                f' aria-label="{entry.before} before, {entry.after} after">'
                f'<rect class="old" y="1" width="{entry.before * scale:.2f}" height="9"/>'
                f'<rect class="new" y="12" width="{entry.after * scale:.2f}" height="9"/></svg>'
            ),
            *_numbers(entry),
        ]
        for entry in shown
    ]
    return table(title, [Column(what, "name"), Column("", "drawing"), *_NUMBERS], rows)


_MOST_ROWS: Final = 200
_NUMBERS: Final = [Column("old", "number"), Column("new", "number"), Column("change", "number")]


def _numbers(entry: Count) -> tuple[str, str, str]:
    change = f"{entry.difference:+,} ({signed(entry)})" if entry.difference else "none"
    return f"{entry.before:,}", f"{entry.after:,}", change


def _reasons(title: str, entries: Sequence[Count]) -> Markup:
    rows = [[meaning(entry.name), *_numbers(entry)] for entry in changed_only(entries)]
    return table(title, [Column("reason", "name"), *_NUMBERS], rows)


def _examples(examples: Sequence[Example]) -> Markup:
    parts = ["<h2>The most telling examples</h2>"] if examples else []
    for example in examples:
        like = ""
        if example.like_it > 1:
            like = f' <span class="soft">({counted(example.like_it, "case")} like it)</span>'
        sentences = (("Before", example.before), ("After", example.after), ("Why", example.why))
        rows = "".join(f"<dt>{name}</dt><dd>{text(sentence)}</dd>" for name, sentence in sentences)
        parts.append(f'<div class="example"><h3>{text(example.happened)}{like}</h3><dl>{rows}</dl></div>')
    return "\n".join(parts)
