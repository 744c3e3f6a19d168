"""The effect of a change of rules as one page."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from router.authoring.comparison import Count, Effect, Example, RuleSetChange, words
from router.authoring.comparison.effect import by_weight, changed_only, headline, signed
from router.pages import frame
from router.pages.frame import Column, heading, paragraph, table, text, tiles
from router.words.comparison import name_words, tell
from router.words.reasons import meaning
from router.words.rule_changes import change_line, change_title
from router.words.voice import Language, Voice

_KEY: Final = Markup('<p class="soft"><span class="key o"></span>{}<span class="key n"></span>{}</p>')


def page(before: str, after: str, changes: Sequence[RuleSetChange], effect: Effect, speaking: Voice) -> str:
    """The page as HTML."""
    language = speaking.language
    parts = [
        heading(headline(effect, language), 1),
        *effect_parts(effect, speaking, [changed_parts(before, after, changes, language)]),
    ]
    return frame.page(tell(language, "title"), parts, language)


def effect_parts(effect: Effect, speaking: Voice, changed: Sequence[Markup] = ()) -> list[Markup]:
    """The effect after its headline: sentences, figures, `changed`, tables and examples."""
    language = speaking.language
    # The tables tell what comes after the sentences on customers.
    first = headline(effect, language)
    more = [line for line in words(effect, speaking) if line != first][:2]
    return [
        *(paragraph(line, soft=True) for line in more),
        _tiles(effect, language),
        *changed,
        _KEY.format(text(tell(language, "old rules")), text(tell(language, "new rules"))),
        *(
            _bars(
                tell(language, f"invitations by {what}"), tell(language, f"column {what}"), entries, language
            )
            for what, entries in (
                ("rule", effect.rules),
                ("survey", effect.surveys),
                ("step", effect.steps),
                ("channel", effect.channels),
            )
        ),
        *(
            _bars(
                tell(language, "invitations by", field=field),
                field,
                entries[:_MOST_ROWS],
                language,
                by_name=True,
            )
            for field, entries in effect.by.items()
        ),
        _reasons(tell(language, "refusals"), effect.refusals, language),
        _reasons(tell(language, "withdrawals"), effect.withdrawn, language),
        _examples(effect.examples, language),
    ]


def _tiles(effect: Effect, language: Language) -> Markup:
    return tiles(
        [
            (
                f"{effect.invitations.before:,} → {effect.invitations.after:,}",
                tell(language, "tile invitations"),
            ),
            (signed(effect.invitations, language), tell(language, "tile change")),
            (f"{effect.gained:,}", tell(language, "tile gained")),
            (f"{effect.lost:,}", tell(language, "tile lost")),
        ]
    )


def changed_parts(before: str, after: str, changes: Sequence[RuleSetChange], language: Language) -> Markup:
    """What changed in the rules, in the reader's language."""
    lines = Markup("").join(Markup("<li>{}</li>").format(text(_line(change, language))) for change in changes)
    told = Markup("<ul>{}</ul>").format(lines) if lines else paragraph(tell(language, "no change of meaning"))
    sets = paragraph(tell(language, "sets", before=before, after=after), soft=True)
    return Markup("\n").join([heading(tell(language, "what changed")), sets + told])


def _line(change: RuleSetChange, language: Language) -> str:
    title = change_title(change.what, change.name, change.became, language)
    lines = "; ".join(change_line(line, language) for line in change.words)
    return f"{title}: {lines}" if lines else title


def _bars(
    title: str, what: str, entries: Sequence[Count], language: Language, *, by_name: bool = False
) -> Markup:
    """A table with a pair of bars in each row, all on one scale; by name where the names may be persons."""
    shown = list(entries) if by_name else by_weight(entries)
    scale = 100 / max([1, *(max(entry.before, entry.after) for entry in shown)])
    rows = [
        [
            name_words(language, entry.name),
            _PAIR.format(
                label=text(tell(language, "bar", before=entry.before, after=entry.after)),
                before=f"{entry.before * scale:.2f}",
                after=f"{entry.after * scale:.2f}",
            ),
            *_numbers(entry, language),
        ]
        for entry in shown
    ]
    return table(title, [Column(what, "name"), Column("", "drawing"), *_columns(language)], rows)


_MOST_ROWS: Final = 200

_PAIR: Final = Markup(
    '<svg viewBox="0 0 100 22" preserveAspectRatio="none" role="img" aria-label="{label}">'
    '<rect class="old" y="1" width="{before}" height="9"/><rect class="new" y="12" width="{after}" height="9"/></svg>'
)


def _columns(language: Language) -> list[Column]:
    return [Column(tell(language, f"column {name}"), "number") for name in ("old", "new", "change")]


def _numbers(entry: Count, language: Language) -> tuple[str, str, str]:
    change = (
        f"{entry.difference:+,} ({signed(entry, language)})"
        if entry.difference
        else tell(language, "no difference")
    )
    return f"{entry.before:,}", f"{entry.after:,}", change


def _reasons(title: str, entries: Sequence[Count], language: Language) -> Markup:
    rows = [[meaning(entry.name, language), *_numbers(entry, language)] for entry in changed_only(entries)]
    return table(title, [Column(tell(language, "column reason"), "name"), *_columns(language)], rows)


def _examples(examples: Sequence[Example], language: Language) -> Markup:
    parts = [heading(tell(language, "examples"))] if examples else []
    for example in examples:
        like = Markup("")
        if example.like_it > 1:
            like = Markup(' <span class="soft">({})</span>').format(
                text(tell(language, "like it", number=example.like_it))
            )
        sentences = (("before", example.before), ("after", example.after), ("why", example.why))
        rows = Markup("").join(
            Markup("<dt>{}</dt><dd>{}</dd>").format(text(tell(language, name)), text(sentence))
            for name, sentence in sentences
        )
        parts.append(_EXAMPLE.format(happened=text(example.happened), like=like, rows=rows))
    return Markup("\n").join(parts)


_EXAMPLE: Final = Markup('<div class="example"><h3>{happened}{like}</h3><dl>{rows}</dl></div>')
