"""Coverage as one page: the funnel drawn, its figures, blind spots, and who answered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from router.model.cells import STAGES, Stage
from router.pages import frame
from router.pages.charts import Scale, interval_bar
from router.pages.coverage_words import (
    DIFFERING,
    WHY_NOT,
    denominators,
    differing_rows,
    heard,
    spot_sentence,
    who_sentence,
    why_not_rows,
)
from router.pages.frame import Column, Linked, folded, heading, paragraph, table, text, tiles, unlinked
from router.words.coverage import headline, stage_words
from router.words.figures import percent
from router.words.reports import and_more, named, say
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.coverage import CoverageReport
    from router.insights.funnels import Funnel
    from router.insights.who_answered import WhoAnswered

_WAY: Final[tuple[Stage, ...]] = (
    "had_step",
    "waited",
    "matched",
    "planned",
    "sent",
    "delivered",
    "started",
    "answered",
)
"""The stages from the step to the answer; the others are where touchpoints leave that way."""

_KINDS: Final[dict[str, Literal["name", "number"]]] = {
    "touchpoints": "number",
    "of all": "number",
    "of answers": "number",
    "of the others": "number",
    "difference": "number",
    "value": "name",
}

_SHOWN: Final[tuple[Stage, ...]] = ("had_step", "sent", "answered")
"""The stages beside the coverage of a group; behind it are all."""

ENDS: Final[tuple[Stage, ...]] = ("cancelled", "displaced", "expired")

MOST_SPOTS: Final = 100
MOST_GROUPS: Final = 500
"""So many groups a page has at most; `--csv` has all."""


def page(report: "CoverageReport", period: str, language: Language) -> str:
    """The page as HTML. `period` says which days it is about."""
    first = [
        heading(headline(*heard(report.total), language), 1),
        paragraph(f"{period[0].upper()}{period[1:]}.", soft=True),
    ]
    return frame.page(say(language, "Coverage"), [*first, *body(report, language)], language)


def body(report: "CoverageReport", language: Language, linked: Linked = unlinked) -> list[Markup]:
    """All below the title; nothing where nothing had a step. Names of groups and reasons are `linked`."""
    total = report.total
    if not total.stages["had_step"]:
        return []
    found, left = total.answered_of, len(report.blind_spots) - MOST_SPOTS
    shares = [
        (percent(found.sent.share), say(language, "answered of all sent")),
        (percent(found.reached.share), say(language, "answered of those reached")),
        (percent(found.had_step.share), say(language, "answered of all that had the step: the coverage")),
    ]
    return [
        tiles(shares),
        _drawn(total, language),
        heading(say(language, "Blind spots")) if report.blind_spots else Markup(""),
        _list([spot_sentence(spot, language) for spot in report.blind_spots[:MOST_SPOTS]]),
        paragraph(and_more(language, left, "JSON"), soft=True) if left > 0 else Markup(""),
        heading(say(language, "Who answered")),
        *(_who(one, language) for one in report.who_answered),
        _why_not(total, language, linked),
        _groups(report, language, linked),
        *(paragraph(line, soft=True) for line in denominators(total, language)),
    ]


def _columns(names: Sequence[str], language: Language) -> list[Column]:
    return [Column(say(language, name), _KINDS.get(name, "text")) for name in names]


def _list(sentences: Sequence[str]) -> Markup:
    lines = Markup("").join(Markup("<li>{}</li>").format(text(sentence)) for sentence in sentences)
    return Markup("<ul>{}</ul>").format(lines) if lines else lines


def _drawn(total: "Funnel", language: Language) -> Markup:
    """A bar for each stage on the way to an answer, those that come no further in the other colour."""
    had = total.stages["had_step"]
    rows = []
    for place, stage in enumerate(_WAY):
        here = total.stages[stage]
        further = min(here, total.stages[_WAY[place + 1]]) if place + 1 < len(_WAY) else here
        label = say(
            language, "{share} of all, {further} of {here} come further", share=percent(here / had),
            further=f"{further:,}", here=f"{here:,}",
        )  # fmt: skip
        bar = _BAR.format(
            label=text(label),
            further=f"{100 * further / had:.3f}%",
            rest=f"{100 * (here - further) / had:.3f}%",
        )
        rows.append(
            [
                stage_words(stage, language),
                bar,
                f"{here:,}",
                percent(here / had, 0),
                _left(total, stage, language),
            ]
        )
    columns = [
        Column(say(language, "stage")), Column("", "drawing"), *_columns(("touchpoints", "of all"), language),
        Column(say(language, "left the way here")),
    ]  # fmt: skip
    key = _KEY.format(text(say(language, "came further")), text(say(language, "came no further")))
    return table(say(language, "From the step to the answer"), columns, rows) + key


_BAR: Final = Markup(
    '<svg role="img" aria-label="{label}"><rect class="new" y="3" height="16" width="{further}"/>'
    '<rect class="old" y="3" height="16" x="{further}" width="{rest}"/></svg>'
)
_KEY: Final = Markup('<p class="soft"><span class="key n"></span>{}<span class="key o"></span>{}</p>')


def _why_not(total: "Funnel", language: Language, linked: Linked) -> Markup:
    rows = [
        [
            became,
            linked(f"{count:,}", {"reason": str(reason)}),
            share,
            linked(reason, {"reason": str(reason)}),
            means,
        ]
        for became, count, share, reason, means in why_not_rows(total, language)
    ]
    title = say(language, "Why the others were not asked or not reached")
    return table(title, _columns(WHY_NOT, language), rows)


def _left(total: "Funnel", stage: Stage, language: Language) -> str:
    """Those that left the way after this stage, by where they went."""
    stages = total.stages
    left = {
        "had_step": [(say(language, "no rule waits for it"), stages["had_step"] - stages["waited"])],
        "waited": [(say(language, "no rule matched"), stages["waited"] - stages["matched"])],
        "matched": [(stage_words("withheld", language), stages["matched"] - stages["planned"])],
        "planned": [
            *((stage_words(end, language), stages[end]) for end in ENDS),
            (say(language, "still to be sent"), total.waiting),
        ],
        "sent": [
            (stage_words("bounced", language), stages["bounced"]),
            (
                say(language, "without a report of delivery"),
                stages["sent"] - stages["bounced"] - stages["delivered"],
            ),
        ],
    }.get(stage, [])
    return ", ".join(f"{count:,} {words}" for words, count in left if count > 0)


def _who(one: "WhoAnswered", language: Language) -> Markup:
    """The sentence, the values that differ, and behind them how even every fact is."""
    facts = [
        [named(language, fact.fact), f"{fact.values:,}", f"{fact.r:.2f}", percent(fact.worst_bias)]
        for fact in one.facts
    ]
    columns = [
        Column(say(language, "fact"), "name"),
        *(Column(say(language, name), "number") for name in ("values", "R", "worst bias of a share")),
    ]  # fmt: skip
    return (
        paragraph(who_sentence(one, language))
        + table("", _columns(DIFFERING, language), differing_rows(one, language))
        + folded(
            say(language, "How evenly the values of every known fact answered"), table("", columns, facts)
        )
    )


def _groups(report: "CoverageReport", language: Language, linked: Linked) -> Markup:
    """Coverage with its interval by group, and behind it every stage."""
    shown = report.groups[:MOST_GROUPS]
    intervals = [one.answered_of.had_step.interval for one in shown]
    scale = Scale(0, max((interval.high for interval in intervals if interval is not None), default=1.0))
    rows, stages = [], []
    for one, interval in zip(shown, intervals, strict=True):
        where = {name: str(member) for name, member in zip(report.by, one.group, strict=True)}
        names = [linked(value or say(language, "(none)"), {name: value}) for name, value in where.items()]
        share = one.answered_of.had_step.share
        if interval is None or share is None:
            continue
        low, high = percent(interval.low), percent(interval.high)
        words = say(language, "{point}, from {low} to {high}", point=percent(share), low=low, high=high)
        bar = interval_bar(scale, interval.low, interval.high, share, words)
        sent, answered = one.stages["sent"], one.stages["answered"]
        rows.append(
            [
                *names,
                linked(f"{one.stages['had_step']:,}", where),
                f"{sent:,}",
                f"{answered:,}",
                percent(share),
                bar,
            ]
        )
        stages.append([*names, *(f"{one.stages[stage]:,}" for stage in STAGES)])
    titles = [named(language, name) for name in report.by]
    by = [Column(title, "name") for title in titles]
    numbers = [
        *(Column(stage_words(stage, language), "number") for stage in _SHOWN),
        Column(say(language, "coverage"), "number"),
    ]
    every = [Column(stage_words(stage, language), "number") for stage in STAGES]
    more = len(report.groups) - len(shown)
    return (
        table(
            say(language, "By {names}", names=", ".join(titles)),
            [*by, *numbers, Column(say(language, "with interval"), "drawing")],
            rows,
        )
        + folded(
            say(language, "Every stage"),
            table("", [*by, *every], stages),
        )
        + (paragraph(and_more(language, more, "CSV"), soft=True) if more > 0 else Markup(""))
    )
