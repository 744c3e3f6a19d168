from typing import get_args

import pytest

from router.demo.telling import line_of
from router.model.decision import Reason
from tests.integration.demo.happenings import AT, changed, dead, decided

HEAD = "03 Mar 14:05 c-00042  complaint: resolved      "


def test_an_invitation_is_told_with_its_due_time_in_the_zone_of_the_company() -> None:
    entry = decided(metric="ces", channel="email", rule="r", due_at=AT)

    assert line_of(entry).plain == HEAD + "asks CES by email, 03 Mar 14:05"


def test_a_deferred_one_is_told_as_later() -> None:
    entry = decided("defer", "shared_limit", metric="nps", channel="email", rule="r", due_at=AT)

    assert line_of(entry).plain == HEAD + "asks NPS by email, later, 03 Mar 14:05"


def test_a_contrary_condition_is_told_as_the_fact_it_is() -> None:
    entry = decided("no_survey", "contrary_condition", rule="r", actual="customer.open must be complaint")

    assert line_of(entry).plain == HEAD + "not asked while customer.open is complaint"


def test_without_a_journey_the_type_stands_in_its_place() -> None:
    line = line_of(decided("no_survey", "no_customer", journey=None, step=None)).plain

    assert "complaint.resolved" in line


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("cancelled", "cancelled_by_event", "CES cancelled: out of place now"),
        ("displaced", "displaced", "CES displaced: another goes first"),
        ("expired", "expired", "CES expired: may not be asked any more"),
    ],
)
def test_ends_of_invitations(state: str, reason: str, words: str) -> None:
    assert line_of(changed(state, reason)).plain == HEAD + words


def test_a_dead_letter_is_told_with_its_place() -> None:
    assert line_of(dead()).plain.strip() == (
        "unreadable record        dead letter: not json (partition 3, offset 17)"
    )


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_refusal_is_told_in_words(reason: str) -> None:
    assert "_" not in line_of(decided("no_survey", reason, actual="a must be b")).plain
