"""Scores that are watched in a database: one alert for a shift, whoever looks and however often."""

import json
from datetime import UTC, date, datetime, timedelta

from router.flow.alert_event import AlertTopics, alert_message
from router.model.cells import ScoreCell
from router.model.ledger import Lease
from router.rules.ruleset import RuleSet
from router.service.score_shifts import closed_week, watch_scores
from router.store import SqlStore
from tests.contract.rows import named, save, score_cell
from tests.unit.core.builders import ALLOW, rules

LAST = date(2026, 11, 2)
MONDAY = datetime(2026, 11, 9, 0, 30, tzinfo=UTC)
WATCHED = "score_shifts: [{id: effort, survey: ces, send: {team: cx}}]"
STABLE = [(20, 10, 5, 3, 2), (18, 12, 5, 3, 2), (22, 8, 5, 3, 2)]


def rule_set(text: str = WATCHED) -> RuleSet:
    return rules(text, policy=f"{ALLOW}zone: Europe/Amsterdam")


def week(back: int, counts: tuple[int, ...], **given: str) -> ScoreCell:
    """Scores of the Thursday of a week so many before the last."""
    return score_cell(counts, basis="answered", day=LAST + timedelta(days=3 - 7 * back), **given)


def shifted(**given: str) -> list[ScoreCell]:
    """Thirty stable weeks, then four in which most took much effort."""
    stable = [week(4 + number, STABLE[number % 3], **given) for number in range(30)]
    return [*stable, *(week(number, (2, 3, 5, 10, 20), **given) for number in range(4))]


async def test_a_shift_is_told_once_by_whoever_looks(store: SqlStore, other: SqlStore) -> None:
    steady = [week(number, STABLE[number % 3], step="opened") for number in range(34)]
    await save(store, scores=[*shifted(), *steady])
    assert await watch_scores(store, rule_set(), MONDAY) == 1
    assert await watch_scores(other, rule_set(), MONDAY + timedelta(hours=3)) == 0
    ((alert),) = await store.alerts.listed()
    assert (alert.alert.kind, alert.alert.team, alert.alert.customer_id, alert.score) == (
        "score_shift",
        "cx",
        "",
        None,
    )

    lease = Lease(named("lease"), MONDAY + timedelta(hours=5))
    (row,) = await store.run(lambda transaction: transaction.take_alerts(lease, MONDAY, 10))
    message = alert_message(row, AlertTopics("alerts"))
    event = json.loads(message.value or b"")
    assert (message.key, event["type"], event["subject"]) == (b"ces", "feedback.alert.score-shift.v1", "ces")
    data = event["data"]
    assert (data["journey"], data["step"], data["week"], data["direction"]) == (
        "complaint",
        "resolved",
        "2026-11-02",
        "worse",
    )
    assert (data["measure"], data["n"], data["weeks"]) == ("mean", 40, 34)


async def test_the_next_weeks_of_a_score_that_has_shifted_say_nothing_again(store: SqlStore) -> None:
    await save(store, scores=[*shifted(), week(-1, (2, 3, 5, 10, 20))])
    assert await watch_scores(store, rule_set(), MONDAY) == 1
    assert await watch_scores(store, rule_set(), MONDAY + timedelta(weeks=1)) == 0


async def test_a_rule_speaks_about_its_surveys_and_only_where_it_is_on(store: SqlStore) -> None:
    await save(store, scores=shifted())
    for text in (
        "score_shifts: [{id: a, survey: nps, send: {team: cx}}]",
        "score_shifts: [{id: b, enabled: false, send: {team: cx}}]",
        "alerts: []",
    ):
        assert await watch_scores(store, rule_set(text), MONDAY) == 0
    assert await watch_scores(store, rule_set("score_shifts: [{id: c, send: {team: cx}}]"), MONDAY) == 1


async def test_other_wordings_and_imported_scores_are_not_blended(store: SqlStore) -> None:
    old = [cell for cell in shifted(text_version="0") if cell.day < LAST - timedelta(weeks=3)]
    imported = [cell for cell in shifted(imported="old tool") if cell.day < LAST - timedelta(weeks=3)]
    new = [week(number, (2, 3, 5, 10, 20)) for number in range(4)]
    await save(store, scores=[*old, *imported, *new])
    assert await watch_scores(store, rule_set(), MONDAY) == 0


def test_a_week_is_over_at_midnight_in_the_policy_s_zone() -> None:
    sunday = datetime(2026, 11, 8, 22, 59, tzinfo=UTC)
    assert closed_week(sunday, rule_set()) == date(2026, 10, 26)
    assert closed_week(sunday + timedelta(minutes=1), rule_set()) == date(2026, 11, 2)
