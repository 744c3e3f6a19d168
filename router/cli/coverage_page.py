"""Coverage as one page: the funnel drawn, its figures, blind spots, and who answered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from router.cli.coverage_words import (
    DIFFERING,
    WHY_NOT,
    denominators,
    differing_rows,
    heard,
    spot_sentence,
    who_sentence,
    why_not_rows,
)
from router.cli.pages import frame
from router.cli.pages.charts import Scale, interval_bar
from router.cli.pages.frame import Column, Markup, folded, heading, paragraph, table, text, tiles
from router.model.cells import STAGES, Stage
from router.words.coverage import STAGES_IN_WORDS, headline
from router.words.figures import percent
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

ENDS: Final[tuple[Stage, ...]] = ("cancelled", "displaced", "expired")

MOST_SPOTS: Final = 100
MOST_GROUPS: Final = 500
"""So many groups a page has at most; `--csv` has all."""


def page(report: "CoverageReport", period: str, language: Language) -> Markup:
    """The page as HTML. `period` says which days it is about."""
    total = report.total
    parts = [
        heading(headline(*heard(total), language), 1),
        paragraph(f"{period[0].upper()}{period[1:]}.", soft=True),
    ]
    if total.stages["had_step"]:
        found, left = total.answered_of, len(report.blind_spots) - MOST_SPOTS
        parts += [
            tiles(
                [
                    (percent(found.sent.share), "answered of all sent"),
                    (percent(found.reached.share), "answered of those reached"),
                    (percent(found.had_step.share), "answered of all that had the step: the coverage"),
                ]
            ),
            _drawn(total),
            heading("Blind spots") if report.blind_spots else "",
            _list([spot_sentence(spot, language) for spot in report.blind_spots[:MOST_SPOTS]]),
            paragraph(f"And {left:,} more: --json has all.", soft=True) if left > 0 else "",
            heading("Who answered"),
            *(_who(one, language) for one in report.who_answered),
            table("Why the others were not asked or not reached", _columns(WHY_NOT), _why_not(total)),
            _groups(report),
            *(paragraph(line, soft=True) for line in denominators(total)),
        ]
    return frame.page("Coverage", parts)


def _columns(names: Sequence[str]) -> list[Column]:
    return [Column(name, _KINDS.get(name, "text")) for name in names]


def _list(sentences: Sequence[str]) -> Markup:
    lines = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences)
    return f"<ul>{lines}</ul>" if lines else ""


def _drawn(total: "Funnel") -> Markup:
    """A bar for each stage on the way to an answer, those that come no further in the other colour."""
    had = total.stages["had_step"]
    rows = []
    for place, stage in enumerate(_WAY):
        here = total.stages[stage]
        further = min(here, total.stages[_WAY[place + 1]]) if place + 1 < len(_WAY) else here
        bar = (
            f'<svg role="img" aria-label="{text(percent(here / had))} of all, {further:,} of {here:,} come further">'
            f'<rect class="new" y="3" height="16" width="{100 * further / had:.3f}%"/>'
            f'<rect class="old" y="3" height="16" x="{100 * further / had:.3f}%" width="{100 * (here - further) / had:.3f}%"/></svg>'
        )
        rows.append([STAGES_IN_WORDS[stage], bar, f"{here:,}", percent(here / had, 0), _left(total, stage)])
    columns = [
        Column("stage"), Column("", "drawing"), Column("touchpoints", "number"), Column("of all", "number"),
        Column("left the way here"),
    ]  # fmt: skip
    key = (
        '<p class="soft"><span class="key n" style="margin-left:0"></span>came further'
        '<span class="key o" style="margin-left:1rem"></span>came no further</p>'
    )
    return table("From the step to the answer", columns, rows) + key


def _why_not(total: "Funnel") -> list[list[object]]:
    return [
        [f"{value:,}" if isinstance(value, int) else value for value in row] for row in why_not_rows(total)
    ]


def _left(total: "Funnel", stage: Stage) -> str:
    """Those that left the way after this stage, by where they went."""
    stages = total.stages
    left = {
        "had_step": [("no rule waits for it", stages["had_step"] - stages["waited"])],
        "waited": [("no rule matched", stages["waited"] - stages["matched"])],
        "matched": [("withheld", stages["matched"] - stages["planned"])],
        "planned": [
            *((STAGES_IN_WORDS[end], stages[end]) for end in ENDS),
            ("still to be sent", total.waiting),
        ],
        "sent": [
            (STAGES_IN_WORDS["bounced"], stages["bounced"]),
            ("without a report of delivery", stages["sent"] - stages["bounced"] - stages["delivered"]),
        ],
    }.get(stage, [])
    return ", ".join(f"{count:,} {words}" for words, count in left if count > 0)


def _who(one: "WhoAnswered", language: Language) -> Markup:
    """The sentence, the values that differ, and behind them how even every fact is."""
    facts = [[fact.fact, f"{fact.values:,}", f"{fact.r:.2f}", percent(fact.worst_bias)] for fact in one.facts]
    columns = [
        Column("fact", "name"), Column("values", "number"), Column("R", "number"),
        Column("worst bias of a share", "number"),
    ]  # fmt: skip
    return (
        paragraph(who_sentence(one, language))
        + table("", _columns(DIFFERING), differing_rows(one))
        + folded("How evenly the values of every known fact answered", table("", columns, facts))
    )


def _groups(report: "CoverageReport") -> Markup:
    """Coverage with its interval by group, and behind it every stage."""
    shown = report.groups[:MOST_GROUPS]
    intervals = [one.answered_of.had_step.interval for one in shown]
    scale = Scale(0, max((interval.high for interval in intervals if interval is not None), default=1.0))
    rows, stages = [], []
    for one, interval in zip(shown, intervals, strict=True):
        names = [str(member) or "(none)" for member in one.group]
        share = one.answered_of.had_step.share
        if interval is None or share is None:
            continue
        words = f"{percent(share)}, from {percent(interval.low)} to {percent(interval.high)}"
        bar = interval_bar(scale, interval.low, interval.high, share, words)
        sent, answered = one.stages["sent"], one.stages["answered"]
        rows.append(
            [*names, f"{one.stages['had_step']:,}", f"{sent:,}", f"{answered:,}", percent(share), bar]
        )
        stages.append([*names, *(f"{one.stages[stage]:,}" for stage in STAGES)])
    by = [Column(name, "name") for name in report.by]
    numbers = [Column(name, "number") for name in ("had the step", "sent", "answered", "coverage")]
    more = len(report.groups) - len(shown)
    return (
        table(f"By {', '.join(report.by)}", [*by, *numbers, Column("with interval", "drawing")], rows)
        + folded(
            "Every stage",
            table("", [*by, *(Column(words, "number") for words in STAGES_IN_WORDS.values())], stages),
        )
        + (paragraph(f"And {more:,} more: --csv has all.", soft=True) if more > 0 else "")
    )
