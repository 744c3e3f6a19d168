"""The audit finds each promise broken that it looks at; else a run without findings would say nothing."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.demonstrations.concurrency.audit import audited
from tests.demonstrations.concurrency.observed import Decided, Told
from tests.demonstrations.concurrency.story import CUSTOMER, HOURS, Story

HELD_OUT = "c-17"


def good() -> Story:
    story = Story()
    story.agrees()
    story.asks(0)
    story.asks(1)
    story.asks(6)
    return story


def decided_twice(story: Story) -> None:
    story.history.append(replace(_first(story), customer="c-2", place=99, transaction=99))


def out_of_order(story: Story) -> None:
    story.hears("page.viewed")
    story.history[-1] = replace(story.history[-1], seq=1)


def lost(story: Story) -> None:
    story.sent["i-"] += 1


def published_twice(story: Story) -> None:
    story.messages.append(story.messages[0])


def never_published(story: Story) -> None:
    del story.messages[0]


def never_ended(story: Story) -> None:
    story.goes_out(story.plans(story.hears("chat.ended", 20)), 20)


def ended_twice(story: Story) -> None:
    story.turns(next(iter(story.asked)), "answered", "sent")
    story.turns(next(iter(story.asked)), "sent", "bounced")


def out_of_nothing(story: Story) -> None:
    story.turns(next(iter(story.asked)), "delivered", "answered")


def too_often(story: Story) -> None:
    story.asks(2.5)


def too_often_about_an_agent(story: Story) -> None:
    story.asks(20, agent_id="a")
    story.asks(31.9, agent_id="a")


def too_often_in_a_day(story: Story) -> None:
    for number in range(60):
        story.asks(100 + 10 * number)


def too_many_texts(story: Story) -> None:
    for number in range(13):
        story.agrees(f"c-{100 + number}")
        call = story.hears("call.completed", 0, f"c-{100 + number}", branch="b")
        story.plans(call, "csat-after-visit", "csat-visit", "sms")
    story.quotas["texts-by-branch", "b"] = 13


def miscounted(story: Story) -> None:
    story.quotas["calls", ""] = 1


def without_consent(story: Story) -> None:
    story.hears("consent.withdrawn", channel="app")
    story.asks(20)


def suppressed(story: Story) -> None:
    story.hears("customer.unsubscribed")
    story.asks(20)


def suppressed_by_a_report(story: Story) -> None:
    told = {"invitation_id": next(iter(story.asked)), "status": "complained"}
    story.hears("feedback.delivery.v1", reason="delivery_recorded", **told)
    story.asks(20)


def held_out(story: Story) -> None:
    story.agrees(HELD_OUT)
    story.asks(20, customer=HELD_OUT)


def not_sampled(story: Story) -> None:
    for number in range(10):
        story.agrees(f"c-{number}")
        id_ = story.plans(story.hears("call.completed", 20, f"c-{number}"), "csat-after-call", "csat-call")
        story.goes_out(id_, 20)


def at_a_quiet_hour(story: Story) -> None:
    story.asks(30 * 60)


def after_business(story: Story) -> None:
    story.hears("customer.preferences.v1", zone="Etc/GMT-12")
    story.goes_out(story.plans(story.hears("store.visited"), "csat-after-visit", "csat-visit"), 20)


def too_late(story: Story) -> None:
    story.goes_out(story.plans(story.hears("chat.ended", 0)), 30)


def too_early(story: Story) -> None:
    story.goes_out(story.plans(story.hears("chat.ended", -1)), -0.5)


def taken_back(story: Story) -> None:
    id_ = story.plans(story.hears("case.resolved", 0, case_id="k"), "ces-after-case", "ces-case")
    story.hears("case.reopened", 1, case_id="k")
    story.goes_out(id_, 20)


def withdrawn_and_never_taken_back(story: Story) -> None:
    id_ = story.plans(story.hears("chat.ended", 20))
    story.goes_out(id_, 20)
    story.turns(id_, "sent", "withdrawn")


def covered(story: Story) -> Decided:
    """A case that is resolved, asked about and counted."""
    case = replace(
        story.hears("case.resolved", 20, case_id="k"), journey="case", step="resolved", planned=True
    )
    story.history[-1] = case
    story.coverage = {("case", "", stage, ""): 1 for stage in ("had_step", "planned", "sent")}
    id_ = story.plans(case, "ces-after-case", "ces-case")
    story.goes_out(id_, 23)
    story.turns(id_, "sent", "answered")
    return case


def uncounted(story: Story) -> None:
    covered(story)
    del story.coverage["case", "", "sent", ""]


def counted_twice(story: Story) -> None:
    covered(story)
    story.coverage["case", "", "had_step", ""] = 2


def uneven(story: Story) -> None:
    story.uneven_cells = 1


def deadlocked(story: Story) -> None:
    story.deadlocks = 1


def troubled(story: Story) -> None:
    story.told = Told(1, {}, {"batch_failed": 1}, [0, 1])


BROKEN: list[tuple[Callable[[Story], None], str]] = [
    (decided_twice, "each interaction is decided once"),
    (out_of_order, "a customer's interactions come one after the other"),
    (lost, "no interaction is lost"),
    (published_twice, "each id is published once"),
    (never_published, "what is released is published"),
    (never_ended, "each invitation ends in exactly one final state"),
    (ended_twice, "each invitation ends in exactly one final state"),
    (out_of_nothing, "a state follows from the one before"),
    (too_often, "own-chat"),
    (too_often_about_an_agent, "same-agent"),
    (too_often_in_a_day, "a-day"),
    (too_many_texts, "texts-by-branch"),
    (miscounted, "quota counters are right"),
    (without_consent, "consent"),
    (suppressed, "suppression"),
    (suppressed_by_a_report, "suppression"),
    (held_out, "hold-out"),
    (not_sampled, "sample"),
    (at_a_quiet_hour, "quiet hours"),
    (after_business, "business hours"),
    (too_late, "never after it expires"),
    (too_early, "never before it is due"),
    (taken_back, "what is taken back does not go out"),
    (withdrawn_and_never_taken_back, "what is withdrawn is taken back from the sender"),
    (uncounted, "coverage is right"),
    (counted_twice, "coverage is right"),
    (uneven, "in each cell all are withheld or planned"),
    (deadlocked, "no deadlock is left unretried"),
    (troubled, "no conflict comes out"),
    (troubled, "all processes end in order"),
]


def test_a_good_run_has_no_findings() -> None:
    story = good()
    covered(story)
    assert audited(story.observed(), HOURS).breaches == {}


@pytest.mark.parametrize(("planted", "promise"), BROKEN, ids=lambda given: getattr(given, "__name__", None))
def test_what_is_broken_is_found(planted: Callable[[Story], None], promise: str) -> None:
    story = good()
    planted(story)
    assert promise in audited(story.observed(), HOURS).breaches


def _first(story: Story) -> Decided:
    return next(one for one in story.history if isinstance(one, Decided) and one.customer == CUSTOMER)
