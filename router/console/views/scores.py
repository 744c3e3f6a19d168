"""Scores: of all surveys, or of one over time, by channel and by person."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, get_args

from markupsafe import Markup

from router.console.links import linked
from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.asked_scores import ImportedOnes
from router.insights.periods import begins, today
from router.insights.score_report import Per
from router.insights.score_sentences import row_sentences
from router.model.cells import OWN_ATTRIBUTES, SCORE_DIMENSIONS, Basis
from router.model.responses import ResponseRow, WantedResponses
from router.model.revision import Revision
from router.model.survey import METRICS
from router.pages import asking
from router.pages.charts import Mark
from router.pages.scores_csv import csv_table
from router.pages.scores_page import distribution, drawings, targets_table, title_of
from router.pages.scores_rows import about as about_scores
from router.pages.scores_rows import survey_names
from router.pages.wrong_question import WrongQuestion
from router.scores.question import Measure
from router.words.reports import named

MOST_ANSWERS: Final = 20
"""So many of the latest answers are shown; the command line lists and exports more."""

_MOST_TOLD: Final = 6
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "basis": get_args(Basis),
    "metric": METRICS,
    "measure": get_args(Measure),
    "per": get_args(Per),
    "imported": get_args(ImportedOnes),
}


async def show(visit: Visit) -> Shown:
    """The scores as they were asked for; those of one survey by week, by channel and by person besides."""
    about, language = visit.filters, visit.language
    chosen = _chosen(visit)
    found = await _scores(visit, chosen, about.by)
    parts = () if about.by or about.survey is None else _parts(visit)
    besides = await asyncio.gather(*(_scores(visit, chosen, by) for _, by in parts))
    changes = _marks(visit, await visit.console.store.revisions.revisions())
    link = linked(visit, "/scores")
    name = survey_names(found.told, language)
    told = about.survey is not None and len(found.report.rows) <= _MOST_TOLD
    values = {
        "about": about_scores(found.told, language),
        "rows": [
            {
                "title": title_of(row, name, language),
                "sentences": row_sentences(found.told, row, language),
                "spread": distribution(row, language),
            }
            for row in found.report.rows
            if told
        ],
        "parts": [
            ("", Markup("").join(drawings(found.told, language, link, changes))),
            *(
                (visit.t(title), Markup("").join(drawings(one.told, language, link, changes, level=3)))
                for (title, _), one in zip(parts, besides, strict=True)
            ),
        ],
        "targets": targets_table(found.report, language),
        "blocked": any(row.change and row.change.blocked for row in found.report.rows),
        "groups": _groups(visit),
        "by": ",".join(about.by),
        "basis": chosen["basis"],
        "answers": await _answers(visit) if visit.person.may("analyst") else None,
        "choices": visit.choices(),
    }
    return Shown("scores.html", values, found.report, csv_table(found.report))


def _chosen(visit: Visit) -> dict[str, Any]:
    """What the address says of the question besides days and groups. Raises `WrongQuestion`."""
    about = visit.filters
    own = {}
    for name, known in _OWN.items():
        if (value := visit.asked(name)) is not None:
            if value not in known:
                raise WrongQuestion(f"{name} is one of {', '.join(known)}.")
            own[name] = value
    return {
        "basis": "happened",
        **own,
        "across_texts": visit.asked("across_texts") == "yes",
        "survey": about.survey,
        "journey": about.journey,
        "step": about.step,
        "channel": about.channel,
    }


async def _scores(visit: Visit, chosen: dict[str, Any], by: tuple[str, ...]) -> asking.ToldScores:
    about = visit.filters
    period = asking.Period(about.since, about.until, about.compare)
    store, rules = visit.console.store, visit.rules
    return await asking.scores(store, rules, period, visit.today, visit.language, by=by, **chosen)


def _parts(visit: Visit) -> list[tuple[str, tuple[str, ...]]]:
    """What is told of one survey besides: a title each, and by what."""
    parts = [("Over time", ("week",)), ("By channel", ("channel",)), ("By step", ("journey", "step"))]
    counted = {*OWN_ATTRIBUTES, *visit.rules.policy.scores.by}
    parts += [("By person", (name,)) for name in visit.rules.policy.scores.people if name in counted]
    return parts


def _groups(visit: Visit) -> list[tuple[str, str]]:
    names = (*SCORE_DIMENSIONS, *OWN_ATTRIBUTES, *visit.rules.policy.scores.by)
    return [(visit.t("none"), ""), *((named(visit.language, name), name) for name in names)]


def _marks(visit: Visit, revisions: Sequence[Revision]) -> list[Mark]:
    """Where the rules changed; a directory that a service loaded has no author and is no change that somebody made."""
    zone = visit.voice.zone
    return [
        Mark(today(one.created_at, zone).toordinal(), visit.t("revision {number}", number=one.number))
        for one in revisions
        if one.author
    ]


async def _answers(visit: Visit) -> list[ResponseRow]:
    """The latest answers of these days, by when they were given."""
    about, zone = visit.filters, visit.voice.zone
    days = about.days(visit.today)
    wanted = WantedResponses(
        survey=about.survey, journey=about.journey, step=about.step, channel=about.channel, status="counted", imported="no",
        since=begins(days.first, zone) if days.first else None, until=begins(days.after, zone),
    )  # fmt: skip
    return await visit.console.store.responses.listed(wanted, MOST_ANSWERS)


PAGE = Page("/scores", "Scores", show, group="Hear")
