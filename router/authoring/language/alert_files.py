"""Files with alerts: their keys, and the alert rules that they make."""

import re
from datetime import timedelta
from typing import Final

from router.authoring.language.amounts import LONGEST, duration
from router.authoring.language.conditions import read_condition, undecided
from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import FLAG, NAME, TEXTS, TOPIC, anything, shared, span
from router.authoring.language.node import Node
from router.authoring.language.operators import FieldNames
from router.authoring.language.problems import Problems
from router.authoring.language.spoken import duration_hint
from router.model.alerts import AlertRule, ScoreShiftRule

MOST_WORKING_DAYS: Final = 60

OF_ALERTS: Final = FieldNames(
    {
        "survey": "The survey that was answered.",
        "metric": "Its metric: `ces`, `nps` or `csat`.",
        "score": "The answer on the survey's scale. Name the survey too: on some scales a low answer is a good one.",
        "comment": "What the customer wrote; `exists: true`: anything at all.",
        "channel": "Where the interaction happened that was asked about.",
        "asked_on": "The channel of the question.",
        "locale": "The language of the question.",
        "journey": "The journey that was asked about.",
        "step": "The step that was asked about.",
    },
    {
        "event": "An attribute that `scores.by` or `scores.drivers` of the policy names, such as `event.agent_id`.",
        "journey": "What the journey kept when the question was planned: its effort signals, `journey.instance`.",
        "customer": "What is known of the customer: `customer.open` (the open journeys), `customer.locale`,"
        " `customer.zone`, and any attribute such as `customer.segment`.",
    },
    groups=False,
)
"""The fields of a response that alerts can ask about."""

_DEFINITIONS: Final = OF_ALERTS.schemas()
_CONDITIONS: Final = anything({"$ref": "#/definitions/block"}, **_DEFINITIONS)
_WORKING_DAYS: Final = re.compile(r"([0-9]{1,3}) working days?")


def _within(node: Node, key: str, problems: Problems) -> timedelta | int | None:
    """A duration, or a number of working days."""
    text = node.value if isinstance(node.value, str) else ""
    working = _WORKING_DAYS.fullmatch(text)
    if working and 1 <= int(working[1]) <= MOST_WORKING_DAYS:
        return int(working[1])
    length = duration(text)
    if length is not None and timedelta() < length <= LONGEST:
        return length
    expected = f"a duration such as 4h, or working days such as `2 working days`, at most {MOST_WORKING_DAYS}"
    hint = (
        duration_hint(node.value) if length is None and not working else "longer than nothing, at most 366d"
    )
    problems.wrong(node, key, expected, hint, code="R015")
    return None


_WITHIN: Final[Kind[timedelta | int]] = shared(
    "within",
    _within,
    {
        "description": "A duration such as `4h`, or working days such as `2 working days`.",
        "type": "string",
        "pattern": "^(([0-9]{1,9}[wdhms]){1,5}|[1-9][0-9]? working days?)$",
        "examples": ["4h", "1 working day", "2 working days"],
    },
)


class ReceiverKeys(Block):
    """Whom to alert."""

    team = required(NAME, "the team that acts; it stands in the alert, for whoever reads the topic")
    topic = optional(
        TOPIC,
        "the Kafka topic, one of those that are [allowed](../operations/install.md#2-topics)",
        without="the topic of alerts",
    )


class AlertKeys(Block):
    """An alert: which responses need somebody, and whom."""

    id = required(
        NAME,
        "the alert's name, unique in the set. A new id is a new alert: what it was raised about is raised anew",
    )
    when = required(_CONDITIONS, "the [conditions](#conditions) on the response that must all hold")
    send = required(block(ReceiverKeys), "whom to alert")
    unless = optional(_CONDITIONS, "conditions that speak against it: if they all hold, there is no alert")
    within = optional(
        _WITHIN,
        "how soon somebody must have closed it: a duration such as `4h`, or `2 working days` of the policy's"
        " `business_hours`",
        without="never overdue",
    )
    cooldown = optional(
        span(LONGEST), "the shortest time between two of these about one customer", without="each response"
    )
    enabled = optional(FLAG, "`false` switches the alert off", True)


class ScoreShiftKeys(Block):
    """Scores that are watched, each survey and step by itself, and who is told when one shifts."""

    id = required(NAME, "its name, unique among alerts and score shifts")
    send = required(block(ReceiverKeys), "whom to alert")
    survey = optional(TEXTS, "the surveys", (), without="all surveys", names="survey")
    enabled = optional(FLAG, "`false` switches it off", True)


class AlertFile(Block, more={"anyOf": [{"required": ["alerts"]}, {"required": ["score_shifts"]}]}):
    """Which responses need somebody, and whom."""

    alerts = optional(listing(AlertKeys, "an alert"), "the alerts about responses", [])
    score_shifts = optional(
        listing(ScoreShiftKeys, "a score shift"), "[scores that are watched](#score-shifts)", []
    )


def read_score_shift(keys: ScoreShiftKeys) -> Placed[ScoreShiftRule]:
    """A score shift. One that lacks its id or team, with the problem noted, has an empty one."""
    team, topic = (keys.send.team or "", keys.send.topic) if keys.send else ("", None)
    rule = ScoreShiftRule(keys.id or "", team, topic, keys.survey, keys.enabled, keys.node.position)
    return Placed(rule, keys.node)


def read_alert(keys: AlertKeys) -> Placed[AlertRule]:
    """An alert rule. One that lacks its id or team, with the problem noted, has an empty one."""
    within, problems = keys.within, keys.problems
    rule = AlertRule(
        id=keys.id or "",
        team=(keys.send.team if keys.send else None) or "",
        topic=keys.send.topic if keys.send else None,
        when=read_condition(keys.when, problems, fields=OF_ALERTS)
        if keys.when
        else undecided(keys.node.position),
        unless=read_condition(keys.unless, problems, fields=OF_ALERTS) if keys.unless else None,
        within=within if isinstance(within, timedelta) else None,
        working_days=within if isinstance(within, int) else 0,
        cooldown=keys.cooldown,
        enabled=keys.enabled,
        position=keys.node.position,
    )
    return Placed(rule, keys.node)
