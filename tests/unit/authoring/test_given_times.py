"""Local times in tests of rules: which moment each names, in the policy's zone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from router.authoring.language.load import check_texts
from router.authoring.ruletest import judged, report
from router.model.rule_tests import RuleTest
from router.words.voice import Voice

POLICY = "zone: Europe/Amsterdam\ntypes: [a.b]\nlocale: {{otherwise: en}}\n{hours}"
RULES = """\
rules:
  - id: ask
    when: {type: a.b, channel: web}
    send: {survey: nps, channel: [email, sms]}
    reminder: {after: 4d}
"""
SURVEYS = """\
surveys:
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts: {en: {question: "How likely?", low: not, high: very}}
"""


def checked(given: str, expect: str = "[]", because: str = "no_rule_matched", hours: str = "") -> Any:
    told = f"tests:\n  - {{name: t, given: {{{given}}}, expect: {expect}, because: [{because}]}}\n"
    texts = {"policy.yaml": POLICY.format(hours=hours), "r.yaml": RULES, "s.yaml": SURVEYS, "t.yaml": told}
    return check_texts({name: text.encode() for name, text in texts.items()})


def read(given: str, *more: str, hours: str = "") -> RuleTest:
    found = checked(given, *more, hours=hours)
    assert not found.errors, found.errors[0]
    test: RuleTest = found.tests[0]
    return test


def moment(at: str, start: str = "2026-03-02 11:00", hours: str = "") -> datetime:
    test = read(f'start: "{start}", events: [{{at: "{at}", type: a.b}}]', hours=hours)
    return test.events[0].interaction.time


@pytest.mark.parametrize(
    ("at", "local"),
    [
        ("monday 11:00", "2026-03-02 10:00"),
        ("monday 09:30", "2026-03-09 08:30"),
        ("Mon 9:30", "2026-03-09 08:30"),
        ("next monday 11:00", "2026-03-09 10:00"),
        ("friday 16:00", "2026-03-06 15:00"),
        ("friday 16:00 -1w", "2026-02-27 15:00"),
        ("today 09:00", "2026-03-02 08:00"),
        ("tomorrow 09:00", "2026-03-03 08:00"),
        ("tomorrow 09:00 +1w2h", "2026-03-10 10:00"),
        ("working day 10:00", "2026-03-03 09:00"),
        ("working day 12:00", "2026-03-02 11:00"),
        ("next working day 12:00", "2026-03-03 11:00"),
        ("2026-12-24 20:00", "2026-12-24 19:00"),
        ("2026-12-24T20:00", "2026-12-24 19:00"),
        # The clocks go forward on 29 March: the time of day stays.
        ("sunday 09:30 +4w", "2026-04-05 07:30"),
        ("2026-03-28 09:30 +1d", "2026-03-29 07:30"),
        # 02:30 is skipped on that day: the moment of the change.
        ("2026-03-29 02:30", "2026-03-29 01:00"),
    ],
)
def test_a_local_time_is_the_policys(at: str, local: str) -> None:
    assert f"{moment(at):%Y-%m-%d %H:%M}" == local


def test_a_working_day_is_one_of_business_hours_and_no_holiday() -> None:
    hours = 'business_hours: {days: tue-sat, from: "09:00", to: "18:00", holidays: NL}'
    assert moment("working day 10:00", "2026-12-24 12:00", hours) == datetime(2026, 12, 29, 9, tzinfo=UTC)
    assert moment("working day 10:00", "2026-12-24 12:00") == datetime(2026, 12, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "hint"),
    [
        ("maandag 09:30", "write `monday 09:30`"),
        ("monday 9.30", "write `monday 09:30`"),
        ("monday", "write the time of day as well: `monday 09:30`"),
        ("volgende werkdag 10:00", "write `next working day 10:00`"),
        ("mondey 10:00 +1w", "write `monday 10:00 +1w`"),
        ("next today 10:00", "write `today 10:00`"),
        ("monday 25:00", "2h: two hours after the start"),
        ("2026-02-30 10:00", "2h: two hours after the start"),
    ],
)
def test_a_time_that_is_none_is_told_how_to_write(at: str, hint: str) -> None:
    (problem,) = checked(f'events: [{{at: "{at}", type: a.b}}]').errors
    assert problem.code == "R012"
    assert hint in (problem.hint or "")


def test_customers_alike_have_every_event_under_their_own_number() -> None:
    test = read(
        'customer: {consent: [email], repeat: 3}, events: [{at: 0h, type: a.b, order_id: "O#", pair: ["#", x]}]'
    )
    assert list(test.customers) == ["customer-1", "customer-2", "customer-3"]
    assert [event.interaction.customer_id for event in test.events] == list(test.customers)
    assert [event.interaction.attributes["order_id"] for event in test.events] == ["O1", "O2", "O3"]
    assert test.events[2].interaction.attributes["pair"] == ["3", "x"]
    assert len({event.interaction.id for event in test.events}) == 3


def test_what_is_too_much_is_refused() -> None:
    many = ", ".join(["{at: 0h, type: a.b}"] * 11)
    (problem,) = checked(f"customer: {{repeat: 1000}}, events: [{many}]").errors
    assert "a test takes 10,000 events at most" in problem.message
    (problem,) = checked("customer: {repeat: 1001}, events: [{at: 0h, type: a.b}]").errors
    assert problem.message == "`repeat` must be a whole number from 2 to 1,000, not 1001"


def failure(given: str, expect: str, voice: Voice | None = None, because: str = "") -> str:
    found = checked(given, expect, because)
    assert not found.errors, found.errors[0]
    return "\n".join(report(next(judged(found.tests, found.rules)), voice=voice).failure_lines())


WEB = "events: [{at: 0h, type: a.b, channel: web}]"


def test_how_often_is_compared() -> None:
    many = f"customer: {{consent: [email], repeat: 20}}, {WEB}"
    first, again = "{number: 1, times: 20}", "{kind: invitation, times: [15, 20]}"
    assert failure(many, f"[{first}, {again}]").splitlines()[2].startswith("    0h  Mon 02 Mar 11:00")
    few = failure(many, f"[{first}, {{kind: invitation, times: 30}}]")
    assert "Expected 30 of these, 20 came: a survey sent." in few
    assert "customer-1 and 19 others: nps sent by email (rule ask)" in few
    late = failure(many, f"[{first}, {{kind: invitation, at: 5h, times: 20}}]")
    assert "Expected 20 of these, 0 came: a survey sent at 5h." in late
    more = failure(many, f"[{first}, {{kind: invitation, times: 4}}]")
    assert "Sent 16 times but not expected, first at 0h: nps sent by email (rule ask)." in more


@pytest.mark.parametrize(
    ("events", "expected", "why"),
    [
        (
            WEB,
            "{kind: fallback}",
            "No fallback was planned by the rule ask: that happens once its question could not",
        ),
        (
            "events: [{at: 0h, type: a.b, channel: web}, {at: 1d, answer: 9}]",
            "{number: 1}",
            "At 1d the nps reminder 1 was cancelled: The customer had already answered.",
        ),
        (WEB, "{number: 2}", "number of the reminder: expected 2, got 1."),
    ],
)
def test_a_reminder_or_fallback_that_does_not_come_is_explained(events: str, expected: str, why: str) -> None:
    given = f"customer: {{consent: [email, sms]}}, {events}"
    assert why in failure(given, f"[{{kind: invitation}}, {expected}]")


def test_a_failing_test_is_told_in_dutch() -> None:
    told = failure(
        f"customer: {{consent: [email]}}, {WEB}", "[{number: 1, channel: sms}]", Voice("nl"), "quota"
    )
    assert "Anders verstuurd dan verwacht: nps, herinnering 1 verstuurd via email (regel ask)." in told
    assert "kanaal: verwacht sms, gekregen email." in told
    assert "ma 02 mrt 10:00" in told
    assert "Verwacht dat iets niet wordt gevraagd vanwege `quota`" in told


def test_only_customers_that_are_repeated_have_numbers() -> None:
    alone = "customers: {klant-7: {}}, events: [{at: 0h, customer: klant-7, type: a.b, text: 'Order #5'}]"
    assert read(alone).events[0].interaction.attributes == {"text": "Order #5"}
    found = checked("customers: {a: {repeat: 2}, a-1: {}}, events: [{at: 0h, customer: a, type: a.b}]")
    assert any(
        "one of the customers that another one's `repeat` makes" in one.message for one in found.errors
    )
