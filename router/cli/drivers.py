"""`drivers`: what goes together with the answers of each survey."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from router.cli.opening import opened_store, settings_of
from router.cli.options import (
    Channel,
    Csv,
    Data,
    HtmlPage,
    Journey,
    Json,
    JudgedBy,
    Since,
    Step,
    Survey,
    Until,
    one_output,
)
from router.cli.output import print_csv, print_json
from router.cli.voices import Lang, language
from router.model.effort import WantedAnswers
from router.pages import asked_days as dates
from router.pages.known import require_known
from router.words.voice import Language

if TYPE_CHECKING:
    from pathlib import Path

    from router.insights.drivers import DriversReport
    from router.settings import Settings


def drivers(  # noqa: PLR0913 - options of a command
    survey: Survey = None,
    journey: Journey = None,
    step: Step = None,
    channel: Channel = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    rules: JudgedBy = None,
    data: Data = None,
    html: HtmlPage = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Show which effort goes together with the answers: contacts, transfers, time.

    For each effort signal the score by its values, its rank correlation with the answers within steps and
    channels and over all, and the same signal among those who did not answer. Of more than 200,000
    answers a sample is looked at. What goes together need not be the cause.
    """
    from router.cli.drivers_output import print_report

    one_output(csv=csv, json=json)
    wanted = WantedAnswers(survey, journey, step, channel)
    speaking = language(lang)
    report, days = asyncio.run(_report(settings_of(data), rules, wanted, (since, until), speaking))
    if html is not None:
        from router.cli.page_files import write_page
        from router.pages.drivers_page import drivers_page

        write_page(html, drivers_page(report, days, speaking))
    if json:
        print_json(report)
    elif csv:
        from router.pages.drivers_words import csv_table

        print_csv(csv_table(report))
    else:
        print_report(report, days, speaking)


async def _report(
    settings: "Settings",
    given: "Path | None",
    wanted: WantedAnswers,
    period: tuple[str | None, str | None],
    speaking: Language,
) -> "tuple[DriversReport, str]":
    from router.insights.drivers import drivers as found
    from router.insights.periods import begins, today
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    now = datetime.now(UTC)
    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        policy = rules.policy
        zone = own_zone(policy)
        days = dates.days(*period, today(now, zone))
        first = begins(days.first, zone) if days.first else None
        wanted = replace(wanted, since=first, until=begins(days.after, zone))
        report = await found(store.effort, wanted, policy.scores, now)
        if not report.answers:
            # Answers may be of a survey that the rules no longer have.
            require_known(rules, survey=wanted.survey, journey=wanted.journey, step=wanted.step)
        return report, days.words(policy.zone, speaking)
