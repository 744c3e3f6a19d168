"""The mappings that are shipped: each is right beside a small set, tested whole, and tells an integrator what to do."""

import re
from pathlib import Path

import pytest

from router.authoring.language.load import check_texts
from router.authoring.language.load_tests import load_source_tests
from router.authoring.ruletest import source_reports
from router.cli.vendor_mappings import mapping_of, vendors
from router.model.record import Record

KNOWN = (
    *("complaint.opened", "complaint.resolved", "complaint.reopened", "complaint.stage_entered"),
    *("contact.started", "contact.ended", "contact.self_served"),
    *("order.placed", "order.paid", "order.shipped", "order.delivered", "order.refunded", "order.cancelled"),
    *("subscription.started", "subscription.ended", "survey.requested"),
)
"""One vocabulary, so that one journey does for every vendor's complaints, contacts or orders."""
POLICY = f"types: [{', '.join(KNOWN)}]\n".encode()
PAGE = Path(__file__).parents[3] / "docs" / "rules" / "vendors.md"
EACH = pytest.mark.parametrize("vendor", vendors())


@EACH
def test_it_has_no_problem_and_its_tests_pass(vendor: str) -> None:
    texts = {"policy.yaml": POLICY, f"sources/{vendor}.yaml": mapping_of(vendor)}
    checked = check_texts(texts)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.rules is not None

    tests = load_source_tests(texts)
    assert [
        report.differences for report in source_reports(tests, checked.rules.mappers) if not report.passed
    ] == []
    # Names of tests are unique in a set, so the vendor's own is in them.
    assert all(test.name.startswith(f"{vendor}: ") for test in tests)
    assert {bool(test.expect) for test in tests} == {True, False}, "what is taken, and what is passed over"


@EACH
def test_a_test_touches_each_of_its_interactions_and_skips(vendor: str) -> None:
    texts = {"policy.yaml": POLICY, "source.yaml": mapping_of(vendor)}
    rules = check_texts(texts).rules
    assert rules is not None
    (source,) = rules.sources.values()
    assert source.name == vendor
    (mapper,) = rules.mappers.values()
    places, skipped = set(), set()
    for test in load_source_tests(texts):
        taken = mapper.take(Record(test.topic, 0, 0, 0, test.key, test.body, test.headers))
        places |= {one.place for one in taken.interactions}
        skipped |= set(taken.skipped)
    assert places == set(range(len(source.interactions)))
    assert {one.because for one in source.skip} <= skipped


@EACH
def test_it_tells_an_integrator_what_to_do(vendor: str) -> None:
    modeline, *lines = mapping_of(vendor).decode().splitlines()
    assert modeline == "# yaml-language-server: $schema=../schema/sources.json"
    assert any("ROUTER_TOPICS__SOURCES" in line for line in lines)
    if vendor != "plain-json":
        assert re.search(r"^# In ", "\n".join(lines), re.MULTILINE), "the setting of the vendor"
        assert "# It does not know: " in "\n".join(lines)


def test_no_two_take_the_same_messages() -> None:
    """All of them in one set, as somebody has it who has every vendor."""
    texts = {f"sources/{vendor}.yaml": mapping_of(vendor) for vendor in vendors()}
    assert [str(problem) for problem in check_texts({"policy.yaml": POLICY} | texts).problems] == []


def test_the_page_tells_of_each_and_of_no_other() -> None:
    told = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == vendors()
