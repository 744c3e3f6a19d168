"""Schedules as authors write them: what each mistake is told as, and where."""

from datetime import time, timedelta

import pytest

from router.authoring.comparison import RuleSetComparison
from router.authoring.comparison.changes import changes
from router.authoring.language.load import check_texts, load_texts
from router.model.schedules import Schedule
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import event, moment, preferences

BESIDE = {
    "journey.yaml": b"journey: order\nsteps: {placed: {on: placed}, delivered: {on: delivered}}\norder: [placed, delivered]\n",
    "surveys.yaml": b"surveys:\n  nps: {metric: nps, scale: [0, 10], polarity: higher_is_better,\n    texts: {en: {question: '?', low: 'no', high: 'yes'}}}\n",
    "rules.yaml": b"rules:\n  - {id: ask, when: {type: day}, send: {survey: nps, channel: email}}\n",
    "policy.yaml": b"locale: {otherwise: en}\n",
}


def told(entry: str) -> list[tuple[str, int, str]]:
    """Code, column and hint of what is said about a schedule."""
    text = f"schedules:\n  - {{{entry}}}\n"
    found = check_texts({**BESIDE, "s.yaml": text.encode()}).problems
    return [(one.code, one.position.column, one.hint or "") for one in found if one.position.file == "s.yaml"]


@pytest.mark.parametrize(
    ("entry", "code", "at", "hint"),
    [
        ("id: a, type: day, date: start, every: year", "R157", "start", "write customer.start"),
        ("id: a, type: day, date: event.start", "R157", "event", "such as customer.policy_start"),
        ("id: a, type: day, date: '2026-01-01'", "R157", "'2026", "such as customer.policy_start"),
        ("id: a, type: day, date: customer.zone", "R157", "customer.zone", "such as customer.policy_start"),
        ("id: a, type: day, every: jaar", "R013", "jaar", "write year"),
        ("id: a, type: day, every: quarterly", "R013", "quarterly", "write quarter"),
        ("id: a, type: day, every: half year", "R013", "half", "write half_year"),
        ("id: a, type: day, every: 3 months", "R013", "3 months", "write quarter"),
        ("id: a, type: day, date: customer.d, before: 36h", "R015", "36h", "in whole days"),
        ("id: a, type: day, date: customer.d, before: 60", "R015", "60", "60d"),
        ("id: a, type: day, date: customer.d, before: 2d, after: 3d", "R159", "3d", "keep one"),
        ("id: a, type: day, every: year, before: 2d", "R159", "2d", "leave it out"),
        (
            "id: a, type: day, date: customer.d, every: month, after: 60d",
            "R159",
            "60d",
            "less than one month",
        ),
        ("id: a, type: day", "R158", "{", "every: quarter"),
        ("id: a, type: day, date: customer.d, journey: order, step: placed", "R158", "order", "keep one"),
        ("id: a, type: day, journey: order", "R158", "order", "add `step:`"),
        ("id: a, type: day, journey: order, step: expired", "R158", "expired", "name a step"),
        ("id: a, type: day, journey: order, step: deliverd", "R077", "deliverd", "did you mean 'delivered'?"),
        ("id: a, type: day, journey: oder, step: placed", "R075", "oder", "did you mean 'order'?"),
        ("id: a, type: dya, every: year", "R160", "dya", "did you mean 'day'?"),
        ("id: a, type: journey.expired, every: year", "R162", "journey", "such as policy.anniversary"),
        (
            "id: a, type: day, every: year, hours: {from: '17:00', to: '09:00'}",
            "R161",
            "{from",
            "`from` before `to`",
        ),
        ("id: a, type: day, every: year, catch_up: 60d", "R015", "60d", "at most 30d"),
        ("id: a, type: day, every: year, catch_up: 0h", "R015", "0h", "at least 1h"),
    ],
)
def test_a_mistake_is_told_where_it_is_with_what_to_write(entry: str, code: str, at: str, hint: str) -> None:
    found = told(entry)
    errors = [one for one in found if one[0] != "R160"] or found
    assert [one[0] for one in errors] == [code]
    _, column, words = errors[0]
    assert hint in words
    assert column == f"  - {{{entry}}}".index(at) + 1


def loaded(entry: str) -> Schedule:
    rules = load_texts({**BESIDE, "s.yaml": f"schedules:\n  - {{{entry}}}\n".encode()})
    return rules.schedules["a"]


def test_what_is_not_said_has_its_default() -> None:
    found = loaded("id: a, type: day, date: customer.contract.start, before: 2w")
    assert (found.attribute, found.offset, found.every) == ("contract.start", -14, None)
    assert (found.begins, found.ends, found.catch_up) == (time(9), time(17), timedelta(days=1))
    whole = loaded('id: a, type: day, every: month, hours: {from: "00:00", to: "24:00"}, catch_up: 3d')
    assert (whole.begins, whole.ends, whole.catch_up) == (time(), time(), timedelta(days=3))


def test_an_attribute_is_one_of_those_declared_as_a_date() -> None:
    def said(declared: str) -> list[str]:
        policy = f"locale: {{otherwise: en}}\nattributes: {{customer: {{{declared}}}, event: {{x: any}}}}\n"
        schedule = "schedules:\n  - {id: a, type: day, date: customer.start, every: year}\n"
        rule = "rules:\n  - {id: ask, when: {type: day, event.number: {gte: 2}}, send: {survey: nps, channel: email}}\n"
        files = {"policy.yaml": policy, "s.yaml": schedule, "rules.yaml": rule}
        return [
            one.code for one in check_texts({**BESIDE, **{n: t.encode() for n, t in files.items()}}).problems
        ]

    assert said("start: date") == []
    assert said("stat: date") == ["R141"]
    assert said("start: number") == ["R157"]


def test_a_comparison_tells_days_in_words() -> None:
    def rules(entry: str | None) -> list[str]:
        more = {"s.yaml": f"schedules:\n  - {{{entry}}}\n".encode()} if entry else {}
        before = load_texts(BESIDE)
        return [one.line for one in changes(before, load_texts({**BESIDE, **more}))]

    assert rules(None) == []
    assert rules("id: a, type: day, date: customer.start, every: year, before: 60d") == [
        "schedule a added: makes day; 60 days before each year from customer.start; from 09:00 to 17:00; caught up for 1d"
    ]
    words = "once a quarter, on a day of each customer's own; from 09:00 to 17:00; caught up for 1d"
    assert rules("id: a, type: day, every: quarter") == [f"schedule a added: makes day; {words}"]
    assert rules(
        "id: a, type: day, journey: order, step: delivered, after: 365d, hours: {from: '10:00', to: '10:00'}"
    ) == ["schedule a added: makes day; 365 days after delivered of order; at 10:00; caught up for 1d"]


def test_the_effect_of_a_schedule_is_told_by_the_schedule() -> None:
    def rules(entry: str) -> RuleSet:
        allowing = {"policy.yaml": b"locale: {otherwise: en}\nconsent: {unknown: allow}\n"}
        return load_texts({**BESIDE, **allowing, "s.yaml": f"schedules:\n  - {{{entry}}}\n".encode()})

    def why(before: str, after: str) -> set[str]:
        comparison = RuleSetComparison(rules(before), rules(after))
        comparison.take(preferences(start="2024-03-20"), moment())
        comparison.take(event("seen", "40d"), moment("40d"))
        return {one.why for one in comparison.finish().examples}

    at = "hours: {from: '10:00', to: '10:00'}"
    yearly = f"id: a, type: day, date: customer.start, every: year, {at}"
    assert why(yearly, yearly) == set()
    assert why(yearly, yearly.replace("10:00", "15:00")) == {
        "The new schedule a brings the day at another time, or not at all."
    }
    assert why(yearly, yearly.replace("id: a", "id: b")) == {
        "The schedule a is only in the old rules.",
        "The schedule b is only in the new rules.",
    }
