"""Sources: types that nothing waits for, and messages that two sources want."""

from router.authoring.checks.names import LIKENESS
from router.authoring.checks.schedules import waited_for
from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.sources import Constant, Mapped, Value


def check_shared_topics(definitions: Definitions, problems: Problems) -> None:
    """R197: two sources of one topic that both take every message."""
    first: dict[str, str] = {}
    for placed in definitions.sources:
        source = placed.definition
        if source.require or not source.topic:
            continue
        if source.topic in first:
            message = f"sources {first[source.topic]!r} and {source.name!r} both take every message of {source.topic!r}"
            hint = "say with `require:` which messages are whose"
            problems.add("R197", placed.place("topic"), message, hint)
        first.setdefault(source.topic, source.name)


def check_mapped_types(definitions: Definitions, problems: Problems) -> None:
    """R198: an interaction type that a source makes and that nothing waits for."""
    waits, known = waited_for(definitions)
    known |= {*NOT_ASKED_ABOUT, *definitions.policy.policy.types}
    for placed in definitions.sources:
        places = {node.position: node.place("type") for node in placed.values("interactions")}
        for mapping in placed.definition.interactions:
            for kind in _types(mapping.type):
                if kind in known or waits(kind):
                    continue
                near = problems.nearest(kind, sorted(known), LIKENESS)
                hint = (
                    f"did you mean {near!r}?"
                    if near
                    else "name it in a step, in a rule, or under `types:` of the policy"
                )
                place = places.get(mapping.position or placed.position, placed.position)
                problems.add("R198", place, f"nothing waits for the type {kind!r}", hint)


def _types(value: Value) -> list[str]:
    """The types that can be told beforehand."""
    if isinstance(value, Constant):
        return [str(value.value)]
    if isinstance(value, Mapped):
        found = [str(kind) for kind in value.table.values() if kind is not None]
        return found + (_types(value.otherwise) if value.otherwise is not None else [])
    return []
