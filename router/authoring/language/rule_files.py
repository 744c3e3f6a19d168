"""Files with rules and groups: their keys, and the routing rules that they make."""

from datetime import timedelta
from typing import Final

from router.authoring.language.amounts import LONGEST
from router.authoring.language.conditions import read_condition, undecided
from router.authoring.language.definitions import Placed
from router.authoring.language.groups import Groups
from router.authoring.language.keys import Block, Kind, block, listing, optional, pairs, required
from router.authoring.language.kinds import (
    FLAG,
    MOMENT,
    NAME,
    SHARE,
    TEXTS,
    anything,
    choice,
    read_texts,
    span,
    whole,
)
from router.authoring.language.node import Node
from router.authoring.language.operators import DEFINITIONS, FIELDS, PREFIXES
from router.authoring.language.problems import Problems
from router.model.rules import Reminder, Rule

SELECTORS: Final = frozenset({"journey", "step"})
"""What a `when` block says of the transition that a rule waits for."""

_SUCH_AS: Final = "such as `channel: [email, sms]`"
_CONDITIONS: Final = anything({"$ref": "#/definitions/block"}, **DEFINITIONS)
_WHEN: Final = anything(
    # Here `journey` names one journey, which `step` needs.
    {
        "allOf": [{"$ref": "#/definitions/block"}],
        "properties": {
            "journey": {"description": FIELDS["journey"], "type": "string"},
            "step": {"description": FIELDS["step"], "allOf": [TEXTS.schema], "minItems": 1},
        },
        "dependencies": {"step": ["journey"]},
    },
    **DEFINITIONS,
    **TEXTS.definitions,
)
_GROUPS: Final = Kind(
    lambda node, key, problems: pairs(node, f"`{key}`", problems),
    {"type": "object", "additionalProperties": _CONDITIONS.schema},
    DEFINITIONS,
)


class SendKeys(Block, called="`send:` in a rule"):
    """What to send."""

    survey = required(NAME, "the survey to ask", names="survey")
    channel = required(
        TEXTS,
        "the channels, best first: the first that the customer agreed to is used",
        hint=_SUCH_AS,
        names="channel",
        minItems=1,
    )


class ReminderKeys(Block, called="`reminder:` in a rule"):
    """Asking again without an answer."""

    after = required(span(LONGEST), "how long to wait each time")
    max = optional(whole(1), "how often at most", 1)
    channel = optional(
        TEXTS, "where: the first with consent", (), without="the channel of the invitation", names="channel"
    )


class ActiveKeys(Block):
    """The span of time in which a rule is in use, by the time of the interaction."""

    from_ = optional(MOMENT, "from then on; a date begins at midnight UTC", without="always")
    until = optional(MOMENT, "until just before then", without="always")


class RuleKeys(Block, called="a rule", asking=(*FIELDS, *(f"{prefix}." for prefix in PREFIXES))):
    """A rule: when it matches, what to send, and how the moment is chosen."""

    id = required(
        NAME,
        "the rule's name, unique in the set; appears in decisions and invitations. A new id is a new rule: samples are"
        " drawn anew",
    )
    when = required(_WHEN, "the [conditions](#conditions) that must all hold")
    send = required(block(SendKeys), "what to ask, and where")
    unless = optional(
        _CONDITIONS,
        "conditions that speak against it: if they all hold, the rule does not ask. Checked again when it is due",
    )
    priority = optional(
        whole(0),
        "higher goes first, and a planned invitation of lower priority gives way; of equals the `id` that comes"
        " first in the alphabet",
        0,
    )
    max_age = optional(
        span(LONGEST),
        "an interaction that was older than this when it was read asks nothing",
        without="any age",
    )
    delay = optional(span(LONGEST), "how long after the interaction to ask", without="at once")
    within = optional(
        choice("business_hours"),
        "`business_hours`: move the moment into the policy's business hours",
        without="any hour that is not quiet",
    )
    expires = optional(
        span(LONGEST), "so long after the interaction the question is worth nothing", without="never"
    )
    sample = optional(
        SHARE,
        "the share of customers to ask; the same customer stays in or out for a calendar month",
        1.0,
        without="`100%`",
    )
    cancel_on = optional(
        TEXTS,
        "interaction types that cancel the planned invitation; one that the sender has and has not delivered is"
        " withdrawn. What happened before the interaction that it is about does neither, however late it is read",
        (),
        names="type",
    )
    also = optional(
        FLAG,
        "`true`: ask this besides, whatever other rule is chosen for the same interaction. By priority like all others, and"
        " within the limits, which count what was planned before it",
        False,
    )
    enabled = optional(
        FLAG, "`false` switches the rule off; its planned invitations are cancelled when they are due", True
    )
    active = optional(block(ActiveKeys), "when the rule is in use", without="always")
    reminder = optional(
        block(ReminderKeys), "ask again without an answer, see [reminders](#reminders-and-fallback)"
    )


class RouteFile(Block, more={"anyOf": [{"required": ["rules"]}, {"required": ["groups"]}]}):
    """When to ask which question."""

    rules = optional(listing(RuleKeys, "a rule"), "the rules of this file", [])
    groups = optional(_GROUPS, "[conditions that several rules share](#groups), by name", {})


def read_rule(keys: RuleKeys, groups: Groups) -> Placed[Rule]:
    """A rule. One that lacks its id or survey, with the problem noted, has an empty one."""
    problems, send, active = keys.problems, keys.send, keys.active
    journey, steps = _selectors(keys.when, problems)
    if send and "channel" in send.pairs and not send.channel:
        problems.add("R011", send.key_place("channel"), "`send` lacks `channel`", _SUCH_AS)
    skip = SELECTORS if journey else frozenset[str]()
    rule = Rule(
        id=keys.id or "",
        survey=(send.survey if send else None) or "",
        channels=(send.channel if send else None) or (),
        journey=journey,
        steps=steps,
        when=read_condition(keys.when, problems, groups, skip)
        if keys.when
        else undecided(keys.node.position),
        unless=read_condition(keys.unless, problems, groups) if keys.unless else None,
        priority=keys.priority,
        max_age=keys.max_age,
        delay=keys.delay or timedelta(),
        within=keys.within,
        expires=keys.expires,
        sample=keys.sample,
        cancel_on=keys.cancel_on,
        reminder=_reminder(keys.reminder) if keys.reminder else None,
        enabled=keys.enabled,
        active_from=active.from_ if active else None,
        active_until=active.until if active else None,
        position=keys.node.position,
        also=keys.also,
    )
    _check_times(keys, rule)
    return Placed(rule, keys.node)


def _selectors(when: Node | None, problems: Problems) -> tuple[str | None, tuple[str, ...]]:
    """The journey and the steps of a `when` block that a rule waits for. Without a journey there are none."""
    journey = when.find("journey") if when else None
    if when is None or journey is None:
        return None, ()
    if not isinstance(journey.value, str):
        message = "`journey` in `when` must name one journey"
        problems.add("R012", journey.position, message, "one rule a journey")
        return None, ()
    steps = when.find("step")
    if steps is None:
        return journey.value, ()
    if steps.value == []:
        message = "`step` has an empty list: it can never hold"
        problems.add("R023", steps.position, message, "name a step")
    return journey.value, read_texts(steps, "step", problems)


def _reminder(keys: ReminderKeys) -> Reminder | None:
    if keys.after == timedelta():
        message = "`after` must be longer than nothing"
        keys.problems.add("R015", keys.place("after"), message, "such as 3d")
    return Reminder(keys.after, keys.max, keys.channel) if keys.after else None


def _check_times(keys: RuleKeys, rule: Rule) -> None:
    problems = keys.problems
    if rule.expires is not None and rule.delay >= rule.expires:
        message = "`delay` reaches `expires`: the rule could never send"
        problems.add("R041", keys.place("delay"), message, "shorten the delay")
    if rule.reminder and rule.expires and rule.delay + rule.reminder.after >= rule.expires:
        message = "the first reminder reaches `expires`: it could never be sent"
        hint = "shorten `after`, or let the rule expire later"
        problems.add("R041", keys.place("reminder", "after"), message, hint)
    if rule.active_from and rule.active_until and rule.active_from >= rule.active_until:
        message, hint = "`active` ends before it begins", "swap `from` and `until`"
        problems.add("R042", keys.place("active", "until"), message, hint)
