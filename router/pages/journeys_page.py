"""Journeys drawn and as tables: volume, share asked, coverage, each metric apart, effort."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

from markupsafe import Markup

from router.insights.effort import RATES
from router.insights.journeys import JourneyFigures, StepFigures
from router.insights.score_report import ScoreReport, ScoreRow
from router.insights.score_sentences import name_of
from router.model.survey import METRICS, Metric
from router.pages.csv_table import Table
from router.pages.effort_words import share
from router.pages.frame import Column, Linked, table, text
from router.pages.scores_rows import SurveyName, shown, survey_names
from router.words.effort import rate_words
from router.words.figures import percent
from router.words.reports import blocked_words, say
from router.words.scores import figure
from router.words.voice import Language

_WIDE: Final = 128
_HIGH: Final = 148
_MIDDLE: Final = 48
_LARGEST: Final = 34.0
_SMALLEST: Final = 5.0
_LETTERS: Final = 17

_DRAWING: Final = Markup(
    '<figure class="journey"><div class="scroll" tabindex="0" role="group" aria-label="{name}">'
    '<svg role="img" aria-label="{label}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{inner}</svg>'
    "</div></figure>"
)
_WAY: Final = Markup('<line class="way" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>')
_STEP: Final = Markup(
    '<circle class="{style}" cx="{x}" cy="{y}" r="{all}"/><circle class="asked" cx="{x}" cy="{y}" r="{asked}"/>'
    '<text class="name" x="{x}" y="104" text-anchor="middle"><title>{whole}</title>{step}</text>'
    '<text x="{x}" y="122" text-anchor="middle">{had}</text>'
    '<text x="{x}" y="139" text-anchor="middle">{said}</text>'
)


def drawing(journey: JourneyFigures, language: Language) -> Markup:
    """The steps on the way as circles as large as their volume, each filled as far as somebody was asked.

    Nothing where no step of the order is told.
    """
    way = [step for step in journey.steps if step.on_the_way]
    if not way:
        return Markup("")
    most = max(step.had for step in way) or 1
    parts = [
        _WAY.format(x1=_WIDE * (at + 0.5), x2=_WIDE * (at + 1.5), y=_MIDDLE) for at in range(len(way) - 1)
    ]
    for at, step in enumerate(way):
        # Areas, not diameters, are as large as what they stand for.
        size = max(_SMALLEST, _LARGEST * sqrt(step.had / most)) if step.had else 2.0
        asked = size * sqrt(step.asked / step.had) if step.had else 0.0
        parts.append(
            _STEP.format(
                x=_WIDE * (at + 0.5), y=_MIDDLE, all=f"{size:.1f}", asked=f"{asked:.1f}",
                style="volume hurt" if step.pain_points else "volume", whole=text(step.step),
                step=text(step.step if len(step.step) <= _LETTERS else f"{step.step[: _LETTERS - 1]}…"),
                had=f"{step.had:,}",
                said=text(say(language, "pain point")) if step.pain_points else asked_share(step, language),
            )
        )  # fmt: skip
    told = (say(language, "{step}: {had}", step=step.step, had=f"{step.had:,}") for step in way)
    label = say(
        language, "{journey}, its steps in order: {steps}", journey=journey.name, steps="; ".join(told)
    )
    return _DRAWING.format(
        name=text(journey.name), label=text(label), width=_WIDE * len(way), height=_HIGH,
        inner=Markup("").join(parts),
    )  # fmt: skip


def legend(language: Language) -> str:
    """How to read the drawings."""
    return say(
        language,
        "The area of a circle is how many had the step; the full part is those that were asked. A circle with a thick edge is"
        " a pain point.",
    )


def asked_share(step: StepFigures, language: Language) -> Markup:
    """`asked 41.2 %`; a dash where nobody had the step."""
    if not step.had:
        return text("-")
    return text(say(language, "asked {share}", share=percent(step.asked / step.had)))


def steps_table(journey: JourneyFigures, scores: ScoreReport, language: Language, linked: Linked) -> Markup:
    """The same as a table: volume, share asked, coverage, each metric in a column of its own, and effort."""
    asked = {row.question.metric for step in journey.steps for row in step.scores}
    metrics = [metric for metric in METRICS if metric in asked or metric != "csat"]
    rates = [rate for rate in RATES if any(rate in step.effort for step in journey.steps)]
    name = survey_names(scores, language)
    columns = [
        Column(say(language, "step"), "name"),
        Column(say(language, "had the step"), "number"),
        Column(say(language, "asked"), "number"),
        Column(say(language, "coverage"), "number"),
        *(Column(metric.upper(), "score") for metric in metrics),
        *(Column(rate_words(language, rate), "score") for rate in rates),
    ]
    rows = []
    for step in journey.steps:
        where = {"journey": step.journey, "step": step.step}
        heard = step.funnel.answered_of.had_step.share if step.funnel else None
        rows.append(
            [
                _named(step, language, linked),
                linked(f"{step.had:,}", where),
                percent(step.asked / step.had) if step.had else "-",
                percent(heard) or "-",
                *(_scores(step, metric, name, language, linked) for metric in metrics),
                *(
                    share(row.point, row.low, row.high, language) if (row := step.effort.get(rate)) else ""
                    for rate in rates
                ),
            ]
        )
    return table("", columns, rows)


def _named(step: StepFigures, language: Language, linked: Linked) -> Markup:
    where = {"journey": step.journey, "step": step.step}
    named = linked(step.step, where)
    if not step.pain_points:
        return named
    channels = ", ".join(channel or say(language, "(none)") for channel in step.pain_points)
    said = say(language, "pain point: {channels}", channels=channels)
    return Markup('{}<br><span class="bad">{}</span>').format(named, text(said))


def _scores(
    step: StepFigures, metric: Metric, name: SurveyName, language: Language, linked: Linked
) -> Markup:
    """Each score of the metric on a line, never two in one: with its interval, how many, and its verdict."""
    lines = []
    for row in step.scores:
        if row.question.metric == metric:
            said = say(
                language,
                "{survey}, n {n}: {verdict}",
                survey=name(row),
                n=f"{row.n:,}",
                verdict=verdict(row, language),
            )
            line = Markup('<span class="soft">{}</span>').format(text(said))
            if row.point is not None:
                where = {"survey": row.question.survey, "journey": step.journey, "step": step.step}
                # Of a share it is told of which: `share of 4 to 5`.
                share_of = name_of(row.question, row.measure, language).partition(", ")[2]
                score = linked(f"{share_of} {shown(row, language)}".lstrip(), where)
                line = Markup("{}<br>{}").format(score, line)
            lines.append(line)
    return Markup("<br>").join(lines)


def verdict(row: ScoreRow, language: Language) -> str:
    """The verdict; where something changed, with the difference and its interval, and why two are not compared."""
    word = say(language, row.verdict)
    change = row.change
    if change is None:
        return word
    if change.blocked is not None:
        return f"{word}: {blocked_words(language, change.blocked)}"
    if change.difference is None:
        return word
    point, low, high = (
        figure(row.measure, value, signed=True, language=language)
        for value in (change.difference, change.low, change.high)
    )
    return f"{word}, {say(language, '{point} ({low} to {high})', point=point, low=low, high=high)}"


def mix_warnings(journey: JourneyFigures, language: Language) -> list[str]:
    """Where another mix of channels alone moved a score by as much as matters (the policy's smallest change)."""
    said = []
    for step in journey.steps:
        for row in step.scores:
            change = row.change
            if (
                change is None
                or change.mix is None
                or change.smallest is None
                or abs(change.mix) < change.smallest
            ):
                continue
            rate, mix = (
                figure(row.measure, value, signed=True, language=language)
                for value in (change.rate, change.mix)
            )
            said.append(
                say(
                    language,
                    "{step}, {measure}: {mix} comes from another mix of channels, and {rate} from other scores on them.",
                    step=step.step, measure=name_of(row.question, row.measure, language), mix=mix, rate=rate,
                )
            )  # fmt: skip
    return said


_COLUMNS: Final = (
    *("journey", "step", "had_step", "asked", "answered", "coverage"),
    *("survey", "metric", "text_version", "measure", "score", "low", "high", "n", "verdict"),
)


def csv_table(found: Sequence[JourneyFigures]) -> Table:
    """A line for each step and score, nothing rounded; a step without a score has one too."""
    lines: list[list[object]] = []
    for journey in found:
        for step in journey.steps:
            heard = step.funnel.answered_of.had_step if step.funnel else None
            head: list[object] = [step.journey, step.step, step.had, step.asked]
            head += [heard.answered, heard.share] if heard else [0, None]
            lines += [
                [
                    *head, row.question.survey, row.question.metric, row.question.text_version, row.measure,
                    row.point, row.low, row.high, row.n, row.verdict,
                ]
                for row in step.scores
            ] or [[*head, *[None] * (len(_COLUMNS) - len(head))]]  # fmt: skip
    return Table(_COLUMNS, lines)
