"""Decisions: why so few were asked: the reasons with their counts, by step and channel; and one decision looked up."""

from typing import Final

from router.console.page import Page, Shown
from router.console.visit import Visit
from router.insights.periods import Days, begins
from router.model.cells import WantedCoverage
from router.model.decision import Decision
from router.model.encoding import decode_decision, decode_interaction
from router.model.interaction import Interaction
from router.pages import asking
from router.pages.coverage_figures import as_json
from router.pages.csv_table import Table
from router.words.coverage import stage_words
from router.words.figures import percent
from router.words.reasons import meaning

_BY = ("journey", "step", "channel")
_LOOKED_AT: Final = 1_000
"""So many of the latest decisions with a reason are looked at; those shown are among them."""
_SHOWN: Final = 30


async def show(visit: Visit) -> Shown:
    """Touchpoints by reason, the most frequent first; with `reason`, where that reason was given."""
    about, rules, language = visit.filters, visit.rules, visit.language
    wanted = WantedCoverage(journey=about.journey, step=about.step, channel=about.channel)
    period = asking.Period(about.since, about.until)
    report, days = await asking.coverage(visit.console.store, rules, period, visit.today, wanted, _BY)
    had = report.total.stages["had_step"]
    reason = visit.asked("reason")
    reasons = sorted(
        (
            (count, stage, name)
            for stage, names in report.total.reasons.items()
            for name, count in names.items()
        ),
        key=lambda one: (-one[0], one[1:]),
    )
    places: list[tuple[int, list[str], str | None]] = [
        (count, [*map(str, one.group)], percent(count / one.stages["had_step"]))
        for one in report.groups
        if (count := sum(names.get(reason or "", 0) for names in one.reasons.values()))
    ]
    latest = await _latest(visit, reason, days) if reason and visit.asked("latest") else None
    days_told = days.told(language)
    values = {
        "period": f"{days_told[0].upper()}{days_told[1:]}.",
        "reason": reason,
        "means": meaning(reason, language) if places and reason else "",
        "reasons": [
            (name, stage_words(stage, language), count, percent(count / had), meaning(name, language))
            for count, stage, name in reasons
        ],
        "places": sorted(places, key=lambda one: (-one[0], one[1])),
        "latest": latest,
        "choices": {name: names for name, names in visit.choices().items() if name != "survey"},
    }
    table = Table(
        (*_BY, "became", "reason", "touchpoints"),
        [
            (*map(str, one.group), stage, name, count)
            for one in report.groups
            for stage, names in one.reasons.items()
            for name, count in names.items()
            if reason in (None, name)
        ],
    )
    return Shown("decisions.html", values, as_json(report, days, rules.policy.zone), table)


async def _latest(visit: Visit, reason: str, days: Days) -> list[tuple[Interaction, Decision]]:
    """The latest decisions with the reason, as far as they are about what the page is about."""
    visit.require("care")
    about, zone = visit.filters, visit.voice.zone
    await visit.note("decisions.list", reason[:100])
    since = begins(days.first, zone) if days.first else None
    # The whole journal of these days is read: one at a time.
    async with visit.console.reading_journal:
        rows = await visit.console.store.reading.latest_decided(
            reason, since, begins(days.after, zone), _LOOKED_AT
        )
    found = ((decode_interaction(row.body), decode_decision(row.verdict)) for row in rows)
    wanted = [
        (interaction, decision)
        for interaction, decision in found
        if about.journey in (None, decision.journey)
        and about.step in (None, decision.step)
        and about.channel in (None, interaction.channel)
        and visit.asked("rule") in (None, decision.rule)
    ]
    return wanted[:_SHOWN]


PAGE = Page(
    "/decisions",
    "Decisions",
    show,
    group="Look up",
    params={
        "reason": "only where this reason was given",
        "latest": "`yes` lists the latest decisions with the reason, for the role care",
        "rule": "in that list, only decisions that name this rule",
    },
)
