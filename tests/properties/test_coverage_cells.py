"""Cells of coverage equal a plain recount of what happened, however the log falls into batches."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from router.decide import decide
from router.decide.batch import Batch, Changed, Decided, key_of
from router.decide.coverage_cells import CoverageSums, coverage_changes
from router.model.cells import ALL, STAGES, CoverageCell
from router.model.customer import Invitation
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE, Interaction
from router.model.invitation_states import RELEASED_STATES
from router.model.responses import Touchpoint
from router.rules.in_force import InForce
from tests.unit.core.builders import ALLOW, moment, rules

RULES = rules(
    """
journey: case
instance: case_id
steps:
  opened: {on: case.opened}
  done: {on: case.done}
  again: {on: case.again, reopens: true}
order: [opened, done]
expires: 9d
effort: {agent: {last: agent}}
""",
    """rules:
  - {id: ces, when: {journey: case, step: done}, send: {survey: ces, channel: [email, sms]}, priority: 50,
     delay: 2h, expires: 4d, cancel_on: case.again, reminder: {after: 1d, max: 2}}
  - {id: late, when: {journey: case, step: expired, journey.agent: a1}, send: {survey: nps, channel: sms}, priority: 5}
  - {id: low, when: {journey: case, step: opened}, send: {survey: nps, channel: email}, priority: 1, delay: 60h}
  - {id: nps, when: {type: bought}, send: {survey: nps, channel: email}, priority: 10, delay: 30h,
     reminder: {after: 2d}}
  - {id: besides, when: {type: [case.opened, case.done]}, send: {survey: nps, channel: email}, priority: 3, delay: 4d,
     also: true}
""",
    policy=ALLOW
    + """
zone: Europe/Amsterdam
limits: [{id: any, max: 1, per: 3d}]
scores: {by: [agent, journey.agent]}
suppressed_by: {opted_out: left}
""",
)
ZONE = ZoneInfo("Europe/Amsterdam")
TYPES = ["case.opened", "case.done", "case.done", "case.again", "bought", "call"]
STATUSES = [
    "accepted",
    "delivered",
    "delivered",
    "opened",
    "started",
    "hard_bounced",
    "hard_bounced",
    "failed",
]

Sums = Counter[tuple[Any, ...]]


class Log:
    """Made-up interactions; reports and answers name invitations that are known by then."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.asked: list[str] = []
        self.at = moment("0h")
        self.number = 0

    def next(self) -> Interaction:
        chance = self.random
        self.number += 1
        self.at += timedelta(minutes=chance.choice([1, 20, 300, 900]))
        customer = f"c{chance.randrange(6)}"
        kind = chance.choice(TYPES) if chance.random() < 0.98 else "left"
        attributes = {"case_id": f"{customer}-{chance.randrange(3)}"}
        if self.asked and chance.random() < 0.4:
            kind = DELIVERY_TYPE if chance.random() < 0.5 else RESPONSE_TYPE
            attributes = {"invitation_id": chance.choice(self.asked[-6:]), "status": chance.choice(STATUSES)}
        if chance.random() < 0.8:
            attributes["agent"] = chance.choice(["a1", "a2"])
        behind = timedelta(hours=chance.choice([0, 0, 0, 0, 50]))
        channel = chance.choice(["phone", "chat", None])
        return Interaction(
            "/s", str(self.number), kind, self.at - behind, customer, channel, None, attributes
        )


def played(interactions: list[Interaction], cuts: Random | None) -> tuple[Sums, list[Decided], list[Changed]]:
    """The sums of all changes to cells, what was decided, and what changed, batch by batch."""
    customers: dict[str, Any] = {}
    sums: Sums = Counter()
    decided: list[Decided] = []
    changed: list[Changed] = []
    rest = list(interactions)
    while rest:
        size = cuts.randrange(1, 12) if cuts else 1
        batch = Batch(InForce(RULES), customers, set(), event_time=True)
        now = rest[0].time
        for one in rest[:size]:
            now = max(now, one.time)
            batch.take(one, key_of(one), clock(interactions, one))
        rest = rest[size:]
        customers = batch.customers
        decided += batch.decided
        changed += batch.changed.values()
        for cell in coverage_changes(batch):
            add(sums, cell)
    return sums, decided, changed


def clock(interactions: list[Interaction], one: Interaction) -> datetime:
    """The latest time up to there."""
    return max(other.time for other in interactions[: interactions.index(one) + 1])


def add(sums: Sums, cell: CoverageCell) -> None:
    place = cell.day, cell.journey, cell.step, cell.channel, cell.attribute, cell.value
    for stage, count in zip(STAGES, cell.counts, strict=True):
        sums[(*place, stage, cell.reason)] += count


def recounted(decided: list[Decided], changed: list[Changed]) -> Sums:
    """What the cells must hold, from what happened to each invitation in the end."""
    sums: Sums = Counter()
    last: dict[str, Invitation] = {}
    ends: dict[str, tuple[str, str]] = {}
    for one in changed:
        last[one.change.invitation.id] = one.change.invitation
        if one.was.state == "planned" and one.change.invitation.state != "planned":
            ends[one.was.id] = one.change.invitation.state, one.change.reason or ""
    for one in decided:
        again = decide(one.interaction, one.before, RULES, one.now)
        entered = [move for move in again.moves if move.movement == "entered"]
        if not entered:
            continue
        # The rule for `bought` waits for no journey, and no other type enters two steps.
        [move] = entered
        local = one.interaction.time.astimezone(ZONE)
        values = {ALL: "", "hour": f"{local.hour:02}"}
        if (agent := one.interaction.attributes.get("agent")) is not None:
            values["agent"] = agent
        if (agent := move.journey.signals.get("agent")) is not None:
            values["journey.agent"] = str(agent)
        waited = move.step in ("opened", "done", "expired")
        stages = {"had_step": ""}
        stages |= {"waited": ""} if waited else {}
        stages |= {"matched": ""} if one.decision.rule else {}
        if (id_ := one.decision.invitation_id) is None:
            stages = dict.fromkeys([*stages, "withheld"], one.decision.reason)
        else:
            stages |= {"planned": ""} | later(id_, last, ends)
        for attribute, value in values.items():
            for stage, reason in stages.items():
                place = local.date(), move.journey.name, move.step, one.interaction.channel or ""
                sums[(*place, attribute, value, stage, reason)] += 1
    return sums


def later(root: str, last: dict[str, Invitation], ends: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The stages that an invitation came to in the end, with what followed it."""
    found: dict[str, str] = {}
    if root in ends:
        state, reason = ends[root]
        found |= {"sent": ""} if state in RELEASED_STATES else {state: reason}
    if root in last and last[root].state == "bounced":
        found["bounced"] = ""
    kin = [one for one in last.values() if one.root_id == root and one.state != "bounced"]
    answered = any(one.state == "answered" for one in kin)
    started = answered or any(one.state == "started" for one in kin)
    found |= {"answered": ""} if answered else {}
    found |= {"started": ""} if started else {}
    found |= {"delivered": ""} if started or any(one.delivered_at for one in kin) else {}
    return found


def logged(seed: int) -> list[Interaction]:
    """A log whose reports name what was planned by then."""
    log, interactions = Log(seed), []
    customers: dict[str, Any] = {}
    now = log.at
    for _ in range(200):
        one = log.next()
        interactions.append(one)
        now = max(now, one.time)
        batch = Batch(InForce(RULES), customers, set(), event_time=True)
        batch.take(one, key_of(one), now)
        customers = batch.customers
        log.asked += [planned.invitation.id for planned in batch.planned]
    return interactions


@pytest.mark.parametrize("seed", range(12))
def test_cells_equal_a_plain_recount(seed: int) -> None:
    interactions = logged(seed)
    sums, decided, changed = played(interactions, None)
    assert +sums == +recounted(decided, changed)
    assert min(sums.values()) >= 0
    for cut in range(2):
        assert +played(interactions, Random(cut))[0] == +sums


def test_every_stage_is_reached_and_adds_up() -> None:
    """Over all logs; and in each cell those that had the step are those withheld and those planned."""
    total: Sums = Counter()
    for seed in range(12):
        sums, _, _ = played(logged(seed), Random(seed))
        total += sums
    decided = [one for seed in range(12) for one in played(logged(seed), None)[1]]
    assert sum(len(one.decision.also) for one in decided) > 50
    # Nothing expires on the event-time clock, where everything is checked when it is due.
    assert {place[-2] for place in total} == set(STAGES) - {"expired"}
    cells: dict[tuple[Any, ...], Counter[str]] = {}
    for (*place, stage, _), count in total.items():
        cells.setdefault(tuple(place), Counter())[stage] += count
    for stages in cells.values():
        assert stages["had_step"] == stages["withheld"] + stages["planned"]
        assert stages["had_step"] >= stages["waited"] >= stages["matched"] >= stages["planned"]
        assert (
            stages["planned"]
            >= stages["sent"]
            >= stages["delivered"]
            >= stages["started"]
            >= stages["answered"]
        )


def test_one_that_expired_is_told_with_its_reason() -> None:
    sums = CoverageSums()
    sums.settled(Touchpoint("case", "done", None, 0), "expired", "no_allowed_time")
    [cell] = [cell for cell in sums.cells() if cell.attribute == ALL]
    assert (cell.day, cell.channel, cell.reason) == (date(1970, 1, 1), "", "no_allowed_time")
    assert dict(zip(STAGES, cell.counts, strict=True)) == dict.fromkeys(STAGES, 0) | {"expired": 1}
