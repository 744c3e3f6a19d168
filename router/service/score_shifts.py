"""Scores that are watched: after each week, the charts of every survey and step, and an alert where one has shifted."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from router.flow.shift_event import ScoreShiftData, ShiftPlace, shift_row
from router.insights.questions import answers_of
from router.model.alerts import AlertRow
from router.model.cells import ScoreCounts, WantedScores
from router.policy.hours import own_zone
from router.rules.ruleset import RuleSet
from router.scores.answers import Answers
from router.scores.charts import BASELINE
from router.scores.shifts import WATCHED, shift_in
from router.store import SqlStore, Transaction


def closed_week(now: datetime, rules: RuleSet) -> date:
    """The Monday of the last week that is over, in the policy's zone."""
    today = now.astimezone(own_zone(rules.policy)).date()
    return today - timedelta(days=today.weekday() + 7)


async def watch_scores(store: SqlStore, rules: RuleSet, now: datetime) -> int:
    """Raises the alerts of the last week that is over; how many. Those that were raised before are left as they are."""
    watched = [rule for rule in rules.score_shifts.values() if rule.enabled]
    if not watched:
        return 0
    week = closed_week(now, rules)
    # By when they were answered: an answer that comes later belongs to a later week.
    wanted = WantedScores(
        basis="answered",
        since=week - timedelta(weeks=BASELINE + WATCHED - 1),
        until=week + timedelta(weeks=1),
    )
    charts = _charts(await store.cells.scores(wanted, ("week", "journey", "step")))
    before = [msgspec.json.decode(body, type=ScoreShiftData) for body in await store.alerts.score_shifts()]
    latest: dict[tuple[str, ShiftPlace], date] = {}
    for data in sorted(before, key=lambda data: data.week):
        latest[data.alert, data.place] = data.week
    rows: list[AlertRow] = []
    for rule in watched:
        for place, weeks in charts.items():
            if rule.surveys and place.question.survey not in rule.surveys:
                continue
            since = latest.get((rule.id, place))
            shift = shift_in(weeks, week, since) if since is None or since < week else None
            if shift is not None:
                rows.append(shift_row(rule, place, week, shift, now, rules.revision))
    return await store.run(lambda transaction: _raise(transaction, rows)) if rows else 0


def _charts(found: Iterable[ScoreCounts]) -> dict[ShiftPlace, dict[date, Answers]]:
    charts: dict[ShiftPlace, dict[date, Answers]] = {}
    for counts in found:
        week, journey, step = counts.group
        if isinstance(week, date):
            charts.setdefault(ShiftPlace(counts.question, str(journey), str(step)), {})[week] = answers_of(
                counts
            )
    return charts


async def _raise(transaction: Transaction, rows: list[AlertRow]) -> int:
    """Another dispatcher may have raised them meanwhile."""
    known = await transaction.known_alerts([(row.customer_id, row.id) for row in rows], [])
    new = [row for row in rows if row.id not in known.ids]
    await transaction.add_alerts(new)
    return len(new)
