"""Funnels with their denominators, blind spots, and who answered: figures computed by hand."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from router.insights.blind_spots import blind_spots
from router.insights.coverage import coverage
from router.insights.funnels import added, answered_of, funnels, together
from router.insights.who_answered import OTHERS, who_answered
from router.model.cells import CoverageCount, CoverageDimension, WantedCoverage
from router.model.policy import ScoreSettings
from tests.unit.insights.counts import asked_at, counted, funnel

SETTINGS = ScoreSettings(by=("agent_id",))


def test_the_three_denominators() -> None:
    one = funnel(
        counted(
            ("complaint",),
            why={"no_consent": 50, "not_sampled": 30},
            had_step=200,
            waited=180,
            matched=150,
            planned=120,
            cancelled=10,
            expired=10,
            sent=100,
            bounced=20,
            delivered=70,
            started=40,
            answered=30,
        )
    )
    assert (one.stages["withheld"], one.reasons) == (80, {"withheld": {"no_consent": 50, "not_sampled": 30}})
    found = one.answered_of
    assert (found.sent.of, found.sent.share) == (100, 0.3)
    assert (found.reached.of, found.reached.share) == (80, 0.375)
    assert (found.had_step.of, found.had_step.share) == (200, 0.15)
    # Wilson: (0.15 + 1.96^2 / 400 ± 1.96 sqrt(0.15 * 0.85 / 200 + 1.96^2 / 160000)) / (1 + 1.96^2 / 200)
    assert found.had_step.interval == pytest.approx((0.1071, 0.2061), abs=1e-4)


def test_a_fallback_reaches_one_that_bounced() -> None:
    assert answered_of({"sent": 10, "bounced": 4, "delivered": 9, "answered": 3}).reached.of == 9
    assert answered_of({"sent": 10, "bounced": 8, "answered": 3}).reached.of == 3


def test_without_touchpoints_there_is_no_share() -> None:
    nothing = added((), [])
    assert nothing.stages["had_step"] == 0
    assert nothing.answered_of.had_step.share is None
    assert nothing.answered_of.had_step.interval is None


def test_parts_add_up_to_the_whole() -> None:
    parts = funnels(
        asked_at("complaint", "resolved", "phone", had=100, sent=40, answered=10)
        + asked_at("complaint", "resolved", "chat", had=50, sent=30, answered=5)
        + asked_at("complaint", "opened", "chat", had=7, sent=0, answered=0, why="no_rule_matched")
    )
    opened, resolved = sorted(together(parts, (0, 1)), key=lambda one: one.group)
    assert (resolved.group, resolved.stages["had_step"]) == (("complaint", "resolved"), 150)
    assert resolved.reasons["withheld"] == {"not_sampled": 80}
    assert resolved.answered_of.sent.share == 15 / 70
    assert added((), [opened, resolved]).reasons["withheld"] == {"not_sampled": 80, "no_rule_matched": 7}


def test_each_kind_of_blind_spot_is_found() -> None:
    places = funnels(
        counted(("complaint", "opened", "phone"), why={"no_rule_matched": 300}, had_step=300)
        + asked_at("complaint", "resolved", "phone", had=500, sent=200, answered=60)
        + asked_at("complaint", "resolved", "letter", had=80, sent=0, answered=0, why="no_reachable_channel")
        + asked_at("complaint", "resolved", "chat", had=60, sent=40, answered=0)
        + asked_at("delivery", "done", "app", had=90, sent=0, answered=0, why="hold_out")
    )
    found = [(spot.kind, spot.where, spot.touchpoints) for spot in blind_spots(places, [], SETTINGS)]
    resolved = {"journey": "complaint", "step": "resolved"}
    assert found == [
        ("no_rule", {"journey": "complaint", "step": "opened"}, 300),
        ("nobody_asked", {"journey": "delivery", "step": "done"}, 90),
        ("nobody_asked", {**resolved, "channel": "letter"}, 80),
        ("nobody_answers", {**resolved, "channel": "chat"}, 60),
    ]
    chat = blind_spots(places, [], SETTINGS)[-1]
    assert (chat.sent, chat.elsewhere) == (40, 60 / 200)
    assert blind_spots(places, [], SETTINGS)[2].reason == "no_reachable_channel"


def test_too_few_touchpoints_are_no_blind_spot() -> None:
    places = funnels(
        asked_at("complaint", "resolved", "phone", had=500, sent=200, answered=60)
        + asked_at("complaint", "resolved", "letter", had=29, sent=0, answered=0)
        + counted(("complaint", "opened", "phone"), had_step=29)
        # Of 31 that 3 of a hundred answer, none is what chance makes of it.
        + asked_at("complaint", "resolved", "chat", had=31, sent=31, answered=0)
    )
    few = [replace(one) for one in places]
    assert blind_spots(few, [], SETTINGS)[0].where["channel"] == "chat"
    rare = funnels(
        asked_at("complaint", "resolved", "phone", had=500, sent=500, answered=15)
        + asked_at("complaint", "resolved", "chat", had=31, sent=31, answered=0)
    )
    assert blind_spots(rare, [], SETTINGS) == []


def test_what_is_about_to_be_sent_is_no_blind_spot() -> None:
    planned = counted(("complaint", "resolved", "phone"), had_step=50, waited=50, matched=50, planned=50)
    assert blind_spots(funnels(planned), [], SETTINGS) == []
    ended = planned + counted(("complaint", "resolved", "phone"), cancelled=50)
    assert [spot.kind for spot in blind_spots(funnels(ended), [], SETTINGS)] == ["nobody_asked"]


def test_agents_and_hours_may_be_blind_spots() -> None:
    places = funnels(asked_at("complaint", "resolved", "phone", had=500, sent=200, answered=60))
    facts = funnels(
        asked_at("agent_id", "7", had=460, sent=200, answered=60)
        + asked_at("agent_id", "8", had=40, sent=0, answered=0, why="quota")
        + asked_at("hour", "09", had=440, sent=150, answered=60)
        + asked_at("hour", "03", had=60, sent=50, answered=0)
    )
    found = blind_spots(places, facts, SETTINGS)
    assert [(spot.kind, spot.where) for spot in found] == [
        ("nobody_asked", {"agent_id": "8"}),
        ("nobody_answers", {"hour": "03"}),
    ]
    # Settings cannot make a finding of nine touchpoints of a person.
    daring = replace(SETTINGS, least=1, enough=1)
    nine = funnels(asked_at("agent_id", "8", had=9, sent=0, answered=0))
    assert blind_spots(places, nine, daring) == []
    assert blind_spots(places, nine, replace(daring, people=()))


def test_who_answered_is_told_by_what_differs() -> None:
    places = funnels(
        asked_at("c", "resolved", "phone", had=200, sent=200, answered=30)
        + asked_at("c", "resolved", "chat", had=200, sent=200, answered=50)
        + asked_at("c", "resolved", "web", had=200, sent=200, answered=80)
    )
    found = who_answered("sent", places, [], SETTINGS)
    assert (found.touchpoints, found.answered) == (600, 160)
    (channel,) = found.facts
    # The vector of the design: three groups of 200, answers 30, 50, 80.
    assert channel.r == pytest.approx(0.800643, abs=1e-6)
    assert channel.worst_bias == pytest.approx(0.1869, abs=1e-4)
    web, phone = channel.differs
    # 80/160 of the answers, 120/440 of the others: (0.5 - 0.272727) / sqrt((0.25 + 0.198347) / 2)
    assert (web.value, web.of_answered, web.of_others) == ("web", 0.5, 120 / 440)
    assert web.difference == pytest.approx(0.48000, abs=1e-4)
    # 30/160 and 170/440: (0.1875 - 0.386364) / sqrt((0.152344 + 0.237087) / 2)
    assert (phone.value, phone.difference) == ("phone", pytest.approx(-0.45066, abs=1e-4))


def test_those_without_a_value_and_rare_values_are_the_others() -> None:
    places = funnels(asked_at("c", "resolved", "phone", had=600, sent=600, answered=160))
    facts = funnels(
        asked_at("agent_id", "7", had=300, sent=300, answered=40)
        + asked_at("agent_id", "8", had=29, sent=29, answered=20)
    )
    (agent,) = who_answered("sent", places, facts, SETTINGS).facts
    assert agent.values == 2
    assert {one.value for one in agent.differs} == {"7", OTHERS}


def test_what_was_counted_between_two_reads_is_no_fault() -> None:
    places = funnels(asked_at("c", "resolved", "phone", had=600, sent=600, answered=160))
    later = funnels(
        asked_at("agent_id", "7", had=301, sent=301, answered=101)
        + asked_at("agent_id", "8", had=300, sent=300, answered=60)
    )
    (agent,) = who_answered("sent", places, later, SETTINGS).facts
    assert (agent.values, [one.value for one in agent.differs]) == (2, ["7", "8"])
    unheard = funnels(asked_at("agent_id", "7", had=599, sent=599, answered=158))
    (agent,) = who_answered("sent", places, unheard, SETTINGS).facts
    assert agent.values == 2


def test_too_few_answers_tell_nothing_of_who_answered() -> None:
    places = funnels(
        asked_at("c", "resolved", "phone", had=200, sent=200, answered=29)
        + asked_at("c", "resolved", "chat", had=200, sent=200, answered=0)
    )
    assert who_answered("sent", places, [], SETTINGS).facts == ()


class Cells:
    """A reader over counts by journey, step, channel, attribute and value, all of one day."""

    def __init__(self, counts: Sequence[CoverageCount]) -> None:
        self._counts = counts

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        names = ("journey", "step", "channel", "attribute", "value")
        return [
            replace(one, group=tuple(one.group[names.index(name)] for name in by))
            for one in self._counts
            if one.group[3] in wanted.attributes
        ]


async def test_what_is_grouped_by_time_is_in_its_order() -> None:
    cells = Cells(
        asked_at("c", "resolved", "phone", "", "", had=300, sent=100, answered=40)
        + asked_at("c", "resolved", "phone", "hour", "14", had=100, sent=60, answered=30)
        + asked_at("c", "resolved", "phone", "hour", "09", had=20, sent=20, answered=10)
        + asked_at("c", "opened", "phone", "hour", "09", had=50, sent=20, answered=10)
    )
    report = await coverage(cells, WantedCoverage(), ("step",), SETTINGS, "hour")
    assert [one.group for one in report.groups] == [("opened", "09"), ("resolved", "09"), ("resolved", "14")]


async def test_a_report_groups_by_places_and_by_one_attribute() -> None:
    cells = Cells(
        asked_at("c", "resolved", "phone", "", "", had=300, sent=100, answered=40)
        + asked_at("c", "resolved", "chat", "", "", had=100, sent=100, answered=60)
        + asked_at("c", "resolved", "phone", "agent_id", "7", had=200, sent=60, answered=30)
        + asked_at("c", "resolved", "chat", "agent_id", "7", had=20, sent=20, answered=10)
    )
    report = await coverage(cells, WantedCoverage(), ("journey", "step"), SETTINGS)
    assert (report.by, [one.group for one in report.groups]) == (("journey", "step"), [("c", "resolved")])
    assert report.total.answered_of.had_step.share == 100 / 400
    assert [one.of for one in report.who_answered] == ["waited", "sent"]
    report = await coverage(cells, WantedCoverage(), ("step",), SETTINGS, "agent_id")
    assert (report.by, report.total.stages["had_step"]) == (("step", "agent_id"), 400)
    (seven,) = report.groups
    assert (seven.group, seven.stages["had_step"]) == (("resolved", "7"), 220)
