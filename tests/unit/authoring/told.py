"""A small company's rules, and one test of them as an author writes it."""

from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import Judgement, judged
from router.model.rule_tests import RuleTest
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import rules

ROUTES = (
    """
journey: order
instance: order_id
steps: {placed: {on: placed}, arrived: {on: arrived, ends: true}}
order: [placed, arrived]
""",
    """
rules:
  - {id: ask-nps, when: {journey: order, step: arrived}, unless: {event.sad: true}, priority: 40,
     send: {survey: nps, channel: [email, sms]}, delay: 24h, max_age: 2d, cancel_on: sent_back}
  - {id: ask-ces, when: {type: helped, event.minutes: {gte: 5}}, priority: 80,
     send: {survey: ces, channel: email}, delay: 2h, sample: 50%}
""",
)
POLICY = """
locale: {otherwise: en}
zone: Europe/Amsterdam
hold_out: 5%
quiet_hours: {from: "21:00", to: "08:00"}
limits: [{id: any, max: 1, per: 30d, on_limit: defer, up_to: 5d}, {id: nps, survey: nps, max: 1, per: 90d}]
quotas: [{id: per-agent, survey: ces, same: agent, max: 1, per: calendar_month}]
"""
SET = rules(*ROUTES, policy=POLICY)
ANN = "customer: {locale: nl, consent: [email]}"
ARRIVED = "{at: 0h, type: arrived, order_id: O1}"


def written(given: str, expect: str = "[]", because: str = "") -> RuleTest:
    """One test; `given` and `expect` in YAML's flow style."""
    text = f"tests: [{{name: a test, given: {{{given}}}, expect: {expect}"
    text += f", because: {because}}}]" if because else "}]"
    (test,) = load_tests({"tests.yaml": text.encode()}, SET)
    return test


def judgement(given: str, expect: str = "[]", because: str = "", rules: RuleSet = SET) -> Judgement:
    (found,) = judged([written(given, expect, because)], rules)
    return found
