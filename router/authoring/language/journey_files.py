"""Files with a journey: their keys, and the journey that they define."""

from datetime import timedelta
from typing import Any, Final

from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, block, named, optional, pairs, required
from router.authoring.language.kinds import FLAG, NAME, TEXT, TEXTS, span
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import plain_name
from router.model.journey import EXPIRED, EffortDefinition, JourneyDefinition, StepDefinition

DEFAULT_EXPIRES: Final = timedelta(days=365)
_ONE: Final = "exactly one of these"


class StepKeys(Block, called="a step of a journey"):
    """A step."""

    on = required(
        TEXTS,
        "the interaction type, or types, that enter it; a type enters one step of a journey",
        minItems=1,
    )
    ends = optional(FLAG, "entering it ends the pass", False)
    reopens = optional(FLAG, "it is entered from anywhere, also after the end", False)
    counts = optional(NAME, "each interaction of its types adds 1 to the signal of this name")


class SpanKeys(Block):
    """Two steps."""

    from_ = required(NAME, "the step whose first entry begins it")
    to = required(NAME, "the step whose latest entry ends it")


class SignalKeys(Block, more={"minProperties": 1, "maxProperties": 1}):
    """A signal, of exactly one kind."""

    count = optional(
        TEXTS,
        "how many interactions of these types there were: `{count: [call.completed, chat.completed]}`",
        (),
        without=_ONE,
    )
    sum = optional(TEXT, "the sum of a number attribute: `{sum: transfers}`", without=_ONE)
    distinct = optional(
        TEXT,
        "how many different values an attribute had, up to 256; of a list its members: `{distinct: channel}`",
        without=_ONE,
    )
    first = optional(TEXT, "the value that came first in time: `{first: channel}`", without=_ONE)
    last = optional(TEXT, "the value that came last in time: `{last: agent_id}`", without=_ONE)
    duration = optional(
        block(SpanKeys),
        "seconds from the first time in one step to the latest time in another:"
        " `{duration: {from: opened, to: resolved}}`",
        without=_ONE,
    )


def _signal(node: Node, what: str, problems: Problems) -> SignalKeys | None:
    kinds = [kind for kind in SignalKeys.keys if kind in pairs(node, what, problems)]
    if len(kinds) == 1:
        return SignalKeys(node, what, problems, known=kinds)
    message = f"{what.removeprefix('effort signal ')} needs exactly one of {', '.join(SignalKeys.keys)}"
    problems.add("R033", node.position, message, "such as `count: [call.completed]`")
    return None


class JourneyFile(Block, called="a journey file", opens=("journey",)):
    """The steps that a customer passes through."""

    journey = required(NAME, "the journey's name")
    steps = required(named(StepKeys, "step {name!r}"), "the steps by name, see [below](#a-step)")
    instance = optional(
        NAME,
        "the attribute that tells two passes apart: a case, order or subscription number; `ticket.id` is one inside"
        " another. [Which values are one](../concepts.md#one-value-one-key)",
        without="none: a customer has one open pass at a time",
    )
    identifies_customer = optional(
        FLAG,
        "an interaction that names no customer belongs to the customer of its instance; the first that it was seen"
        " with",
        False,
    )
    order = optional(
        TEXTS,
        "the steps that are entered only forward; steps may be skipped",
        (),
        without="empty: every step is entered from anywhere",
    )
    expires = optional(
        span(),
        "a pass in which nothing happens for so long is abandoned: it ends, and enters the step `expired` where a"
        " rule waits for that",
        without="`365d`",
    )
    effort = optional(
        named(SignalKeys, "effort signal {name!r}", _signal),
        "[signals](#effort-signals) that the pass keeps, for conditions on `journey.…`",
        {},
    )


def read_journey(file: JourneyFile) -> Placed[JourneyDefinition] | None:
    """A journey definition, or None where it has no name."""
    problems = file.problems
    if file.identifies_customer and file.instance is None:
        place, hint = file.place("identifies_customer"), "such as `instance: case_id`"
        problems.add("R011", place, "`identifies_customer` needs `instance`", hint)
    steps = _steps(file.steps or {})
    placed: set[str] = set()
    for item in file.members("order") if file.order and file.steps else ():
        step = item.value
        if not isinstance(step, str):
            continue
        if step not in steps:
            problems.undefined("R032", item.position, "step in `order`:", step, list(steps), many=True)
        elif step in placed:
            problems.add("R034", item.position, f"step {step!r} stands twice in `order`", "keep one")
        placed.add(step)
    effort = tuple(_effort(name, keys, steps) for name, keys in file.effort.items())
    if file.journey is None:
        return None
    journey = JourneyDefinition(
        file.journey,
        steps,
        file.order,
        plain_name(file.instance) if file.instance else None,
        file.expires or DEFAULT_EXPIRES,
        effort,
        file.identifies_customer,
    )
    return Placed(journey, file.node, file.pairs["journey"][1])


def _steps(blocks: dict[str, StepKeys]) -> dict[str, StepDefinition]:
    steps: dict[str, StepDefinition] = {}
    entered: dict[str, str] = {}
    for name, keys in blocks.items():
        for item in keys.members("on"):
            kind = item.value
            if not isinstance(kind, str):
                continue
            if kind in entered:
                message = f"{kind!r} enters both {entered[kind]!r} and {name!r}"
                keys.problems.add("R031", item.position, message, "a type enters one step")
            entered.setdefault(kind, name)
        if name == EXPIRED:
            message = f"`{EXPIRED}` is the step of a journey that was abandoned, and no type enters it"
            keys.problems.add("R012", keys.node.position, message, "choose another name")
        steps[name] = StepDefinition(name, keys.on or (), keys.counts, keys.ends, keys.reopens)
    return steps


def _effort(name: str, keys: SignalKeys, steps: dict[str, StepDefinition]) -> EffortDefinition:
    if "count" in keys.pairs:
        return EffortDefinition(name, "count", types=keys.count)
    if "duration" in keys.pairs:
        span_of = keys.duration
        start, end = (span_of.from_, span_of.to) if span_of else (None, None)
        for key, step in (("from", start), ("to", end)):
            if span_of and step is not None and step not in steps:
                keys.problems.undefined("R032", span_of.place(key), "step in `duration`:", step, list(steps))
        return EffortDefinition(name, "duration", start=start or "", end=end or "")
    kind: Any = next(iter(keys.pairs.keys() & {"sum", "distinct", "first", "last"}))
    return EffortDefinition(name, kind, field=keys.values.get(kind, ""))
