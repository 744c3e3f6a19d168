"""A customer's page and that of a decision: what the commands `customer show` and `why` tell, to those who may see it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.settings import load_settings
from router.store import SqlStore
from tests.integration.cli.journaled import journaled
from tests.integration.console.same_figures import answers, command, seen

Said = pytest.CaptureFixture[str]
HOSTILE = "<script>alert(1)</script>"
RULES = {
    "case.yaml": "journey: case\ninstance: case_id\nsteps: {opened: {on: case.opened}, closed: {on: case.closed}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
    "policy.yaml": "locale: {otherwise: en}\nlimits: [{id: any, max: 1, per: 30d}]\n",
    "routes.yaml": "rules:\n  - {id: ask, when: {journey: case, step: closed}, send: {survey: ces, channel: email}}\n",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Anna agreed and was asked once, and not again; Bert never agreed, and agreed to nothing when he was told twice."""
    path, now = tmp_path_factory.mktemp("company"), datetime.now(UTC).replace(microsecond=0)
    yes = {"consent": {"email": True}}
    return journaled(
        path,
        RULES,
        [
            (now - timedelta(hours=5), "customer.preferences.v1", "anna", yes),
            (now - timedelta(hours=4), "case.closed", "anna", {"case_id": "1"}),
            (now - timedelta(hours=3), "case.closed", "anna", {"case_id": "2"}),
            (now - timedelta(hours=2), "case.closed", "bert", {"case_id": "3"}),
            (now - timedelta(hours=1), "case.opened", HOSTILE, {"case_id": HOSTILE}),
        ],
    )


def places(company: list[str]) -> tuple[Path, Path]:
    return Path(company[1]), Path(company[3])


@pytest.mark.parametrize("number", range(5))
def test_a_decision_is_told_as_by_the_command(company: list[str], number: int, capsys: Said) -> None:
    told = command(capsys.readouterr, company, "why", f"event {number}", "--json")
    (page,) = seen(*places(company), [("/why", {"id": f"event {number}"})])
    assert page.json == told
    assert (
        told["reason"]
        == ["preferences_recorded", "invited", "shared_limit", "no_consent", "no_rule_matched"][number]
    )
    gate = {2: "shared_limit", 3: "consent"}.get(number)
    assert (f"Rule ask would have asked but for the gate {gate}:" in page.text) == (gate is not None)
    for rule in told["rules"]:
        for gate in rule["gates"]:
            assert gate["gate"] in page.text
            assert f"{rule['rule']},{gate['gate']},{gate['passed']}" in page.csv


def test_a_customer_is_told_as_by_the_command(company: list[str], capsys: Said) -> None:
    told = command(capsys.readouterr, company, "customer", "show", "anna", "--json")
    (page,) = seen(*places(company), [("/customers", {"customer": " anna "})])
    for name in ("customer_id", "consent", "interactions", "timeline", "journeys", "rules", "set_aside"):
        assert page.json[name] == told[name], name
    assert [(one["used"], one["max"]) for one in page.json["limits"]] == [(1, 1)]
    assert page.json["next_questions"] == told["next_questions"]
    assert "asks ces" in page.text
    assert page.text.count("case.closed for customer anna") == 2


def test_whoever_opens_a_customer_stands_in_the_audit_and_others_may_not(company: list[str]) -> None:
    data, rules = places(company)
    asked = [("/customers", {"customer": "anna"}), ("/why", {"id": "event 2"}), ("/decisions", {})]
    allowed = [answer.status_code for answer in answers(data, rules, asked, ("care",))]
    refused = [answer.status_code for answer in answers(data, rules, asked, ("reader", "analyst", "author"))]
    assert (allowed, refused) == ([200, 200, 200], [403, 403, 200])

    async def audit() -> list[tuple[str, bool, str]]:
        store = await SqlStore.open(load_settings(data=data).database_url)
        entries = await store.access.entries()
        await store.close()
        return [(one.action, bool(one.customer), one.person) for one in entries]

    assert {("customer.open", True, "anna"), ("decision.open", True, "anna")} <= {*asyncio.run(audit())}


def test_what_is_not_there_and_what_is_hostile(company: list[str]) -> None:
    asked = [
        ("/customers", {}), ("/customers", {"customer": "nobody"}), ("/customers", {"customer": HOSTILE}),
        ("/why", {}), ("/why", {"id": HOSTILE}), ("/why", {"id": "event 4"}),
        ("/decisions", {"reason": HOSTILE}), ("/decisions", {"reason": "no_consent", "lang": "nl"}),
    ]  # fmt: skip
    found = answers(*places(company), asked)
    assert [answer.status_code for answer in found] == [200, 404, 200, 200, 404, 200, 200, 200]
    for answer in found:
        assert "<script>" not in answer.text
        assert "made a mistake" not in answer.text
    assert "Waarom zo weinig" in found[-1].text


def test_decisions_count_reasons_by_place(company: list[str], capsys: Said) -> None:
    told = command(capsys.readouterr, company, "coverage", "--by", "journey,step,channel", "--json")
    (page,) = seen(*places(company), [("/decisions", {"reason": "shared_limit"})])
    assert page.json == json.loads(json.dumps(told))
    assert "case,closed,,withheld,shared_limit,1" in page.csv


def test_the_latest_decisions_with_a_reason_are_for_those_who_may_open_customers(company: list[str]) -> None:
    data, rules = places(company)
    latest = {"reason": "shared_limit", "latest": "yes"}
    others = [{"reason": "no_consent"}, {"step": "opened"}, {"rule": "another"}, {"until": "2026-01-01"}]
    asked = [("/decisions", latest), *(("/decisions", latest | other) for other in others)]
    found = answers(data, rules, asked, ("care",))
    assert [answer.status_code for answer in found] == [200] * len(asked)
    assert ["event+2" in answer.text for answer in found] == [True, *[False] * len(others)]
    assert "event+3" in found[1].text
    (refused,) = answers(data, rules, asked[:1], ("reader", "analyst"))
    assert refused.status_code == 403
