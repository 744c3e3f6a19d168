"""Alerts as their authors write them: what is checked, what tests tell, what changed, what a revision keeps."""

import zlib
from typing import Any

import msgspec
import pytest

from router.authoring.comparison import changes
from router.authoring.language.load import CheckedRules, check_texts, load_texts
from router.authoring.language.load_tests import load_alert_tests
from router.authoring.packing import pack, unpack
from router.authoring.ruletest import RuleTestReport, alert_reports
from tests.unit.core.builders import SURVEYS
from tests.unit.core.test_alerts import JOURNEY

OFFICE = 'business_hours: {days: mon-fri, from: "09:00", to: "18:00"}\nscores: {by: [agent_id], drivers: [minutes]}\n'
ALERTS = """
alerts:
  - id: call-back
    when: {survey: nps, score: {lte: 6}, journey: complaint}
    unless: {customer.open: complaint}
    send: {team: care, topic: cx.care.v1}
    within: 2 working days
    cooldown: 7d
"""


def texts(alerts: str = ALERTS, tests: str = "", policy: str = OFFICE) -> dict[str, bytes]:
    files = {"surveys.yaml": SURVEYS, "journey.yaml": JOURNEY, "alerts.yaml": alerts, "policy.yaml": policy}
    files |= {"tests.yaml": tests} if tests else {}
    return {name: text.encode() for name, text in files.items()}


def checked(when: str = "survey: nps", more: str = "") -> CheckedRules:
    return check_texts(texts(f"alerts:\n  - {{id: a, when: {{{when}}}, send: {{team: t}}{more}}}"))


def told(found: CheckedRules) -> list[str]:
    return [
        f"{problem.code} {problem.hint}"
        for problem in found.problems
        if problem.position.file == "alerts.yaml"
    ]


@pytest.mark.parametrize(
    ("when", "more", "problem"),
    [
        ("surve: nps", "", "R021 did you mean 'survey'?"),
        ("type: order.placed", "", "R021 known:"),
        ("survey: nsp", "", "R074 did you mean 'nps'?"),
        ("journey: complain", "", "R075 did you mean 'complaint'?"),
        ("journey: complaint, step: resolve", "", "R077 did you mean 'resolved'?"),
        ("journey.contact: {gte: 2}", "", "R029 did you mean 'contacts'?"),
        ("customer.open: [complaints]", "", "R075 did you mean 'complaint'?"),
        ("event.branch: B1", "", "R111 name it in the policy: `scores: {by: [branch]}`"),
        ("score: {lte: 3}", "", "R112 name the survey too, such as `survey: nps`"),
        ("metric: [ces, nps], score: {lte: 3}", "", "R112 name the survey too"),
        ("survey: nps, score: {gt: 10}", "", "R113 its scale is 0 to 10"),
        ("survey: nps, score: {lt: 3, gt: 4}", "", "R113 its scale is 0 to 10"),
        ("survey: ces, score: {lte: 2}", "", "R115 its scale is 1 to 5, lower is better"),
        ("survey: nps, score: [9, 10]", "", "R115 its scale is 0 to 10, higher is better"),
        ("survey: nps", ", within: 2 days", "R015 write 2d"),
        ("survey: nps", ", within: 0h", "R015 longer than nothing"),
        ("survey: nps", ", within: 61 working days", "R015 longer than nothing, at most 366d"),
        ("survey: nps", ", cooldwn: 2d", "R014 did you mean 'cooldown'?"),
        ("survey: nps", ", unless: {group: x}", "R021 known:"),
    ],
)
def test_a_mistake_is_told_with_a_way_out(when: str, more: str, problem: str) -> None:
    (line,) = told(checked(when, more))
    assert line.startswith(problem)


@pytest.mark.parametrize(
    "when",
    [
        "survey: nps, score: {lte: 6}",
        "metric: nps, score: {lte: 6}",
        "survey: ces, score: {gte: 4}, event.agent_id: A7, event.minutes: {gte: 5}",
        "survey: ces, score: 3",
        "survey: [nps, ces], score: {between: [1, 4]}",
        "comment: {contains: lawyer}",
        "any: [{survey: nps, score: {lte: 6}}, {survey: ces, score: {gte: 4}}], survey: [nps, ces]",
        "score: {exists: false}, comment: {exists: true}",
    ],
)
def test_what_is_meant_is_taken(when: str) -> None:
    assert told(checked(when)) == []


def test_a_topic_is_a_name_and_an_id_is_taken_once() -> None:
    assert told(check_texts(texts(ALERTS.replace("cx.care.v1", '"a b"')))) == [
        "R012 letters, digits, `.`, `-`, `_`; at most 249"
    ]
    assert told(check_texts(texts(ALERTS + ALERTS.removeprefix("\nalerts:\n")))) == [
        "R073 also at alerts.yaml:3:9"
    ]


def test_working_days_need_business_hours() -> None:
    assert told(check_texts(texts(policy="hold_out: 2%"))) == [
        "R114 say in the policy when you work, or write a duration such as 48h"
    ]


def reported(given: str, expect: str, because: str = "", **facts: Any) -> RuleTestReport:
    test = f"alert_tests: [{{name: one, given: {{{given}}}, expect: {expect}"
    test += f", because: {because}}}]" if because else "}]"
    files = texts(tests=test, **facts)
    rules = load_texts(files)
    (report,) = alert_reports(load_alert_tests(files, rules.policy), rules)
    return report


ANSWER = "responses: [{at: 1h, survey: nps, score: 2, journey: complaint, step: resolved}]"


def test_a_test_that_comes_as_expected() -> None:
    report = reported(ANSWER, "[{alert: call-back, team: care, at: 1h, due: 2d1h}]")
    assert (report.passed, report.differences) == (True, ())
    assert [line.text for line in report.timeline] == ["nps 2 → call-back for care, due at 2d1h"]
    assert report.line == 1


@pytest.mark.parametrize(
    ("given", "expect", "because", "difference"),
    [
        (ANSWER, "[]", "alert_cooldown", ("Raised but not expected: call-back for care, due at 2d1h.",)),
        (
            ANSWER,
            "[{alert: call-back, team: sales, due: 1d}]",
            "",
            (
                "Raised otherwise than expected: call-back for care, due at 2d1h.",
                "team: expected sales, got care.",
                "due: expected 1d, got 2d1h.",
            ),
        ),
        (
            ANSWER.replace("score: 2", "score: 8"),
            "[{alert: call-back}]",
            "",
            (
                "Expected but not raised: call-back.",
                "At 1h, call-back: alert_not_matched, score must be at most 6, but it is 8 (alerts.yaml:4:38).",
            ),
        ),
        (
            f"open: complaint, {ANSWER}",
            "[]",
            "alert_cooldown",
            (
                "Expected because of alert_cooldown, but the reason is: alert_contrary.",
                "At 1h, call-back: alert_contrary.",
            ),
        ),
    ],
)
def test_a_test_that_comes_otherwise(
    given: str, expect: str, because: str, difference: tuple[str, ...]
) -> None:
    report = reported(given, expect, because)
    assert not report.passed
    assert difference in report.differences


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("given: {responses: [{at: 0h, survey: nps}]}, expect: []", "R011 say why there is no alert"),
        (
            "given: {responses: [{at: 0h, survey: np}]}, expect: [{alert: call-back}]",
            "R074 did you mean 'nps'?",
        ),
        (
            "given: {responses: [{at: 0h, survey: nps, scor: 2}]}, expect: [{alert: call-back}]",
            "R014 did you mean 'score'?",
        ),
        ("given: {responses: []}, expect: [{alert: callback}]", "R116 did you mean 'call-back'?"),
        ("given: {responses: []}, expect: [], because: alert_cooled", "R013 did you mean 'alert_cooldown'?"),
        ("given: {customer: {consnt: [email]}, responses: []}, expect: [{alert: call-back}]", "R105"),
    ],
)
def test_a_mistake_in_a_test(test: str, problem: str) -> None:
    found = check_texts(texts(tests=f"alert_tests: [{{name: a, {test}}}]")).problems
    told = (f"{one.code} {one.hint}" for one in found if one.position.file == "tests.yaml")
    assert next(told).startswith(problem)


def test_two_tests_of_one_name_are_told_whatever_they_test() -> None:
    test = f"alert_tests: [{{name: one, given: {{{ANSWER}}}, expect: [{{alert: call-back}}]}}]\n"
    both = (
        test
        + "tests: [{name: one, given: {events: [{at: 0h, type: opened}]}, expect: [], because: no_rule_matched}]"
    )
    assert [problem.code for problem in check_texts(texts(tests=both)).errors] == ["R101"]


def test_changes_are_told() -> None:
    before = load_texts(texts())
    after = load_texts(
        texts(ALERTS.replace("lte: 6", "lte: 5").replace("7d", "3d").replace("care,", "calls,"))
    )
    assert [change.line for change in changes(before, after)] == [
        "alert call-back: team care → calls; cooldown 7d → 3d; condition score: is at most 6 → is at most 5"
    ]
    (added,) = changes(load_texts(texts("rules: []")), before)
    assert added.line == (
        "alert call-back added: alerts care; if journey is complaint and score is at most 6 and survey is nps;"
        " unless customer.open is complaint; topic cx.care.v1; working days 2; cooldown 7d"
    )


def test_a_revision_keeps_them_and_one_from_before_has_none() -> None:
    files = texts()
    rules = load_texts(files)
    packed = pack(files, rules)
    assert unpack(packed, 7)[1].alerts["call-back"].rule == rules.alerts["call-back"].rule
    old = msgspec.msgpack.decode(zlib.decompress(packed))
    del old["alerts"]
    assert unpack(zlib.compress(msgspec.msgpack.encode(old)), 7)[1].alerts == {}


SHIFTS = "score_shifts: [{id: effort, survey: [ces, nps], send: {team: cx}}]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{id: a, survey: cse, send: {team: cx}}", "R074 did you mean 'ces'?"),
        ("{id: a, surveys: ces, send: {team: cx}}", "R014 did you mean 'survey'?"),
        ("{id: a, send: {topic: x}}", "R011 add `team:`"),
        ("{id: a, send: {team: cx}}, {id: a, send: {team: cx}}", "R073 also at alerts.yaml:1:21"),
    ],
)
def test_a_mistake_in_a_score_shift(text: str, problem: str) -> None:
    assert told(check_texts(texts(f"score_shifts: [{text}]"))) == [problem]


def test_an_alert_and_a_score_shift_have_names_of_their_own() -> None:
    both = f"score_shifts: [{{id: call-back, send: {{team: cx}}}}]{ALERTS}"
    assert told(check_texts(texts(both))) == ["R073 also at alerts.yaml:3:9"]


def test_score_shifts_are_kept_and_their_changes_told() -> None:
    files = texts(SHIFTS)
    before, after = (
        load_texts(files),
        load_texts(texts(SHIFTS.replace("[ces, nps]", "ces").replace("cx", "care"))),
    )
    assert unpack(pack(files, before), 7)[1].score_shifts["effort"].surveys == ("ces", "nps")
    assert [change.line for change in changes(before, after)] == [
        "score shift effort: team cx → care; survey nps dropped"
    ]
    (added,) = changes(load_texts(texts("alerts: []")), before)
    assert added.line == "score shift effort added: watches ces and nps; alerts cx"
