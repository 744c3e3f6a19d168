"""Journey files: nodes to journey definitions."""

from datetime import timedelta
from typing import get_args

from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.reader import Reader
from router.model.fields import plain_name
from router.model.journey import EXPIRED, EffortDefinition, EffortKind, JourneyDefinition, StepDefinition

KINDS: tuple[str, ...] = get_args(EffortKind)
DEFAULT_EXPIRES = timedelta(days=365)


def read_journey(node: Node, problems: Problems) -> JourneyDefinition | None:
    """A journey definition, or None where it has no name."""
    reader = Reader(node, problems, "a journey")
    name = reader.name("journey", need=True)
    instance = reader.name("instance")
    identifies = reader.flag("identifies_customer")
    if identifies and instance is None:
        place, hint = reader.place("identifies_customer"), "such as `instance: case_id`"
        reader.problems.add("R011", place, "`identifies_customer` needs `instance`", hint)
    steps = _steps(reader)
    order = _order(reader, steps)
    expires = reader.duration("expires")
    effort = _effort(reader, steps)
    reader.finish()
    if name is None:
        return None
    instance = plain_name(instance) if instance else None
    return JourneyDefinition(name, steps, order, instance, expires or DEFAULT_EXPIRES, effort, identifies)


def _steps(reader: Reader) -> dict[str, StepDefinition]:
    block = reader.reader("steps", "`steps`", need=True)
    steps: dict[str, StepDefinition] = {}
    taken: dict[str, str] = {}
    for name, (_, node) in block.pairs.items() if block else ():
        step = Reader(node, reader.problems, f"step {name!r}")
        types = step.texts("on")
        if "on" not in step.pairs:
            step.need("on")
        for kind in types:
            if kind in taken:
                place = step.pairs["on"][1].each()[types.index(kind)].position
                message = f"{kind!r} enters both {taken[kind]!r} and {name!r}"
                reader.problems.add("R031", place, message, "a type enters one step")
            taken.setdefault(kind, name)
        if name == EXPIRED:
            message = f"`{EXPIRED}` is the step of a journey that was abandoned, and no type enters it"
            reader.problems.add("R012", step.position, message, "choose another name")
        steps[name] = StepDefinition(
            name, types, step.name("counts"), step.flag("ends"), step.flag("reopens")
        )
        step.finish()
    return steps


def _order(reader: Reader, steps: dict[str, StepDefinition]) -> tuple[str, ...]:
    order = reader.texts("order")
    seen: set[str] = set()
    for item in reader.pairs["order"][1].each() if order else ():
        step = item.value
        if not isinstance(step, str):
            continue
        if step not in steps:
            reader.problems.undefined("R032", item.position, "step in `order`:", step, list(steps))
        elif step in seen:
            reader.problems.add("R034", item.position, f"step {step!r} stands twice in `order`", "keep one")
        seen.add(step)
    return order


def _effort(reader: Reader, steps: dict[str, StepDefinition]) -> tuple[EffortDefinition, ...]:
    block = reader.reader("effort", "`effort`")
    found = []
    for name, (_, node) in block.pairs.items() if block else ():
        signal = Reader(node, reader.problems, f"effort signal {name!r}")
        kinds = [kind for kind in KINDS if kind in signal.pairs]
        if len(kinds) != 1:
            message = f"{name!r} needs exactly one of {', '.join(KINDS)}"
            reader.problems.add("R033", node.position, message, "such as `count: [call.completed]`")
            continue
        found.append(_signal(name, kinds[0], signal, steps))
        signal.finish()
    return tuple(found)


def _signal(name: str, kind: str, signal: Reader, steps: dict[str, StepDefinition]) -> EffortDefinition:
    if kind == "count":
        return EffortDefinition(name, "count", types=signal.texts("count"))
    if kind == "duration":
        span = signal.reader("duration", "`duration`")
        start, end = (span.name("from", need=True), span.name("to", need=True)) if span else (None, None)
        for key, step in (("from", start), ("to", end)):
            if span and step is not None and step not in steps:
                place = span.place(key)
                signal.problems.undefined("R032", place, "step in `duration`:", step, list(steps))
        if span:
            span.finish()
        return EffortDefinition(name, "duration", start=start or "", end=end or "")
    return EffortDefinition(name, kind, field=signal.text(kind) or "")  # type: ignore[arg-type]
