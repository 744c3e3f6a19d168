"""The effect of a change of rules as one page that needs nothing else: to open, to print, to pass on."""

from collections.abc import Sequence
from html import escape
from typing import Final

from router.authoring.comparison import Count, Effect, Example, RuleSetChange, words
from router.authoring.comparison.effect import by_weight, changed_only, headline, reason_words, signed
from router.cli.output import counted, printable

_STYLE: Final = """
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --soft: #5b6570; --line: #d9dee3;
  --old: #a3adb8; --new: #0b7285; --panel: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --page: #14181c; --text: #e8ecef; --soft: #9aa5b1;
  --line: #333b43; --old: #6b7680; --new: #3bc9db; --panel: #1c2227; } }
* { box-sizing: border-box; }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p { margin: .35rem 0; max-width: 46rem; }
.soft, figcaption, th { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.tiles div, .example { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.tiles b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 500; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem .4rem 0; vertical-align: middle; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.name { overflow-wrap: anywhere; min-width: 8rem; }
td.bars { width: 40%; min-width: 4rem; }
svg { display: block; width: 100%; height: 22px; }
.old { fill: var(--old); } .new { fill: var(--new); }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin: 0 .35rem 0 0; }
.key.o { background: var(--old); } .key.n { background: var(--new); margin-left: 1rem; }
li { margin: .25rem 0; }
.example { margin: .75rem 0; }
.example h3 { font-size: 1rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
.example dl { display: grid; grid-template-columns: 4.5rem 1fr; gap: .3rem .5rem; margin: 0; }
@media (max-width: 36rem) { body { font-size: 15px; } th, td { padding-right: .5rem; } td.name { min-width: 6rem; }
  td.bars { min-width: 3rem; width: 20%; } td.number { white-space: normal; } .example dl { display: block; } }
.example dt { color: var(--soft); } .example dd { margin: 0; overflow-wrap: anywhere; }
"""


def page(before: str, after: str, changes: Sequence[RuleSetChange], effect: Effect) -> str:
    """The page as HTML: inline style and drawings, no scripts, no other hosts."""
    title, first = "What this change of rules would have done", headline(effect)
    # The tables tell what comes after the sentences on customers.
    more = [line for line in words(effect) if line != first][:2]
    parts = [
        f"<h1>{_text(first)}</h1>",
        *(f'<p class="soft">{_text(line)}</p>' for line in more),
        _tiles(effect),
        _changed(before, after, changes),
        '<p class="soft"><span class="key o"></span>old rules<span class="key n"></span>new rules</p>',
        _bars("Invitations by rule", "rule", effect.rules),
        _bars("Invitations by survey", "survey", effect.surveys),
        _bars("Invitations by journey step", "step", effect.steps),
        _bars("Invitations by channel", "channel", effect.channels),
        _reasons("Why nobody was asked", effect.refusals),
        _reasons("Planned, then withdrawn", effect.withdrawn),
        _examples(effect.examples),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _text(value: object) -> str:
    return escape(printable(value))


def _tiles(effect: Effect) -> str:
    tiles = [
        (f"{effect.invitations.before:,} → {effect.invitations.after:,}", "invitations"),
        (signed(effect.invitations), "change"),
        (f"{effect.gained:,}", "customers asked only with the new rules"),
        (f"{effect.lost:,}", "customers asked only with the old rules"),
    ]
    return '<div class="tiles">' + "".join(f"<div><b>{_text(n)}</b>{t}</div>" for n, t in tiles) + "</div>"


def _changed(before: str, after: str, changes: Sequence[RuleSetChange]) -> str:
    lines = "".join(f"<li>{_text(change.line)}</li>" for change in changes)
    lines = f"<ul>{lines}</ul>" if lines else "<p>Nothing changed in meaning.</p>"
    return f'<h2>What changed</h2>\n<p class="soft">From {_text(before)} (old) to {_text(after)} (new)</p>{lines}'


def _bars(title: str, what: str, entries: Sequence[Count]) -> str:
    """A table with a pair of bars in each row, all on one scale."""
    shown = by_weight(entries)
    scale = 100 / max([1, *(max(entry.before, entry.after) for entry in shown)])
    rows = "".join(
        f'<tr><td class="name">{_text(entry.name)}</td><td class="bars"><svg viewBox="0 0 100 22"'
        f' preserveAspectRatio="none" role="img" aria-label="{entry.before} before, {entry.after} after">'
        f'<rect class="old" y="1" width="{entry.before * scale:.2f}" height="9"/>'
        f'<rect class="new" y="12" width="{entry.after * scale:.2f}" height="9"/></svg></td>'
        f"{_numbers(entry)}</tr>"
        for entry in shown
    )
    return _table(title, f"<th>{what}</th><th></th>{_HEADS}", rows)


_HEADS: Final = '<th class="number">old</th><th class="number">new</th><th class="number">change</th>'


def _numbers(entry: Count) -> str:
    change = f"{entry.difference:+,} ({signed(entry)})" if entry.difference else "none"
    cells = (f"{entry.before:,}", f"{entry.after:,}", change)
    return "".join(f'<td class="number">{cell}</td>' for cell in cells)


def _reasons(title: str, entries: Sequence[Count]) -> str:
    rows = "".join(
        f'<tr><td class="name">{_text(reason_words(entry.name))}</td>{_numbers(entry)}</tr>'
        for entry in changed_only(entries)
    )
    return _table(title, f"<th>reason</th>{_HEADS}", rows)


def _table(title: str, heads: str, rows: str) -> str:
    if not rows:
        return ""
    return (
        f'<h2>{title}</h2>\n<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _examples(examples: Sequence[Example]) -> str:
    parts = ["<h2>The most telling examples</h2>"] if examples else []
    for example in examples:
        like = ""
        if example.like_it > 1:
            like = f' <span class="soft">({counted(example.like_it, "case")} like it)</span>'
        sentences = (("Before", example.before), ("After", example.after), ("Why", example.why))
        rows = "".join(f"<dt>{name}</dt><dd>{_text(sentence)}</dd>" for name, sentence in sentences)
        parts.append(f'<div class="example"><h3>{_text(example.happened)}{like}</h3><dl>{rows}</dl></div>')
    return "\n".join(parts)
