"""Tests that pass only because nothing can ever happen are named, others are not."""

import json
from pathlib import Path

import pytest

from router.authoring.language.load import load_texts
from router.authoring.language.load_tests import load_alert_tests, load_tests
from router.authoring.ruletest import coverage, hollow, judged, report
from router.cli.main import main
from router.words.voice import Voice
from tests.unit.core.builders import SURVEYS

JOURNEY = (
    "journey: order\ninstance: order_id\nsteps: {arrived: {on: arrived, ends: true}}\norder: [arrived]\n"
)
ROUTES = """rules:
  - id: ask
    when: {journey: order, step: arrived%s}
    unless: {event.sad: true}
    send: {survey: nps, channel: %s}
"""
TESTS = """tests:
  - name: refused
    given:
      customer: {locale: nl, %s}
      events: [{at: 0h, type: %s, order_id: O1}]
    expect: []
    because: %s
"""
ASKED = """
  - name: asked
    given:
      customer: {locale: nl, consent: [email]}
      events: [{at: 0h, type: arrived, order_id: O1}]
    expect: [{rule: ask}]
"""
POLICY = "locale: {otherwise: en}\nlimits: [{id: one, max: 1, per: 30d}]\n"


def files(rule: str, tests: str, policy: str = POLICY, conditions: str = "") -> dict[str, bytes]:
    texts = {
        "journey.yaml": JOURNEY,
        "rules.yaml": ROUTES % (conditions, rule),
        "surveys.yaml": SURVEYS,
        "policy.yaml": policy,
        "tests.yaml": tests,
    }
    return {name: text.encode() for name, text in texts.items()}


def found(texts: dict[str, bytes]) -> dict[str, str]:
    rules = load_texts(texts)
    judgements = list(judged(load_tests(texts, rules), rules))
    assert all(judgement.passed for judgement in judgements)
    return hollow(judgements, rules)


REFUSED = TESTS % ("consent: []", "arrived", "no_consent")


def test_a_refusal_beside_a_test_in_which_the_rule_asks() -> None:
    assert found(files("email", REFUSED + ASKED)) == {}


def test_a_rule_that_no_test_has_ask() -> None:
    assert found(files("email", REFUSED)) == {
        "refused": "no test has 'ask' ask, so that it may be one that never can"
    }


@pytest.mark.parametrize(("policy", "because"), [
    ("suppressed_by: {opted_out: arrived}", "suppressed"),
    ("zone: UTC\nsuppressed_by: {legal_hold: arrived}", "suppressed"),
])  # fmt: skip
def test_what_the_interaction_itself_forbids_is_no_hollow_refusal_of_a_customer(
    policy: str, because: str
) -> None:
    (why,) = found(files("email", TESTS % ("consent: [email]", "arrived", because), policy)).values()
    assert why == "no test has 'ask' ask, so that it may be one that never can"


def test_a_customer_who_agreed_to_everything_would_not_be_asked_either() -> None:
    """The rule asks in German, and there is no such text."""
    tests = TESTS.replace("locale: nl", "locale: de") % ("consent: []", "arrived", "no_consent")
    assert found(files("email", tests, "zone: UTC")) == {
        "refused": "a customer who agreed to everything would not be asked either (missing_text)"
    }


def test_a_type_that_nothing_knows() -> None:
    tests = TESTS % ("consent: [email]", "arived", "step_not_recognised")
    assert found(files("email", tests + ASKED)) == {"refused": "no rule and no journey knows 'arived'"}


def test_a_rule_that_takes_any_type_knows_them_all() -> None:
    more = "\n  - {id: b, when: {event.x: 1}, priority: 7, send: {survey: ces, channel: email}}\n"
    texts = files("email", TESTS % ("consent: [email]", "arived", "no_rule_matched") + ASKED)
    texts["rules.yaml"] += more.encode()
    assert "refused" not in {name for name, why in found(texts).items() if "knows" in why}


@pytest.mark.parametrize(("more", "kind", "because"), [
    ("consent: [email], suppressed: [opted_out]", "arrived", "suppressed"),
    ("consent: {email: false}", "arrived", "no_consent"),
])  # fmt: skip
def test_what_is_of_the_customer_alone(more: str, kind: str, because: str) -> None:
    assert found(files("email", TESTS % (more, kind, because) + ASKED)) == {}


def test_a_limit_that_the_past_fills() -> None:
    tests = (TESTS % ("consent: [email]", "arrived", "shared_limit")).replace(
        "    given:\n", "    given:\n      history: [{invited: nps, at: -3d}]\n"
    )
    assert found(files("email", tests + ASKED)) == {}


def test_a_rule_that_is_switched_off_is_meant_to_be() -> None:
    texts = files("email", TESTS % ("consent: [email]", "arrived", "rule_inactive"))
    texts["rules.yaml"] += b"    enabled: false\n"
    assert found(texts) == {}


def test_the_command_names_it_and_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in files("email", REFUSED).items():
        (tmp_path / name).write_bytes(text)
    assert main(["test", str(tmp_path), "--junit", str(tmp_path / "j.xml")]) == 0
    shown = capsys.readouterr().out
    assert "! refused\n" in shown
    assert "It passes, but shows nothing: no test has 'ask' ask" in shown
    assert "1 test in 1 file: all passed." in shown
    assert "<system-out>! refused" in (tmp_path / "j.xml").read_text()
    assert main(["test", str(tmp_path), "--json"]) == 0
    (test,) = json.loads(capsys.readouterr().out)["tests"]
    assert test["hollow"].startswith("no test has 'ask' ask")


ALERTS = """alerts:
  - {id: bad, when: {survey: nps, score: {lte: 6}}, send: {team: care}}
  - {id: worst, when: {survey: nps, score: 0}, send: {team: care}}
"""
ALERT_TEST = (
    "alert_tests: [{name: a, given: {responses: [{at: 0h, survey: nps, score: 3}]}, expect: [{alert: bad}]}]"
)


def test_alerts_are_counted_where_there_are_any() -> None:
    plain = load_texts(files("email", REFUSED))
    assert [part.kind for part in coverage([], plain)] == ["rules", "gates", "steps", "locales"]
    texts = files("email", ALERT_TEST) | {"alerts.yaml": ALERTS.encode()}
    rules = load_texts(texts)
    alerts = coverage([], rules, load_alert_tests(texts, rules.policy))[-1]
    assert (alerts.kind, alerts.touched, alerts.untouched) == ("alerts", ("bad",), ("worst",))


def test_it_is_told_in_dutch() -> None:
    texts = files("email", REFUSED)
    rules = load_texts(texts)
    (judgement,) = judged(load_tests(texts, rules), rules)
    why = hollow([judgement], rules, Voice("nl"))["refused"]
    assert why == "in geen enkele test vraagt 'ask' iets, dus misschien kan dat nooit"
    told = report(judgement, why).hollow_lines(Voice("nl"))
    assert told[-1] == f"  De test slaagt, maar toont niets aan: {why}."
