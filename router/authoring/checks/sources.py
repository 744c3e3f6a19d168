"""Sources: types that nothing waits for, messages that two sources want, ids that tell nothing apart."""

from router.authoring.checks.names import LIKENESS
from router.authoring.checks.schedules import waited_for
from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.sources import Constant, Mapped, Read, Value
from router.sources.samples import leaves_of


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


def check_same_ids(definitions: Definitions, problems: Problems) -> None:
    """R201: an id that nothing of the message is in, or under `each` nothing of the member."""
    for placed in definitions.sources:
        nodes = {node.position: node for node in placed.values("interactions")}
        for mapping in placed.definition.interactions:
            parts = list(leaves_of(mapping.id))
            node = nodes.get(mapping.position) if mapping.position else None
            place = node.place("id") if node is not None else placed.position
            if not parts:
                message = "the id is the same for every message: only the first one would ever be decided"
                hint = "name the path of an id, or `join` or `hash` what tells one from another"
                problems.add("R201", place, message, hint)
            elif mapping.each is not None and all(isinstance(one, Read) and one.whole for one in parts):
                message = "the id is the same for every member of `each`: only the first one would be decided"
                hint = "`join` it with something of the member, or with `$member`"
                problems.add("R201", place, message, hint)


def _types(value: Value) -> list[str]:
    """The types that can be told beforehand."""
    if isinstance(value, Constant):
        return [str(value.value)]
    if isinstance(value, Mapped):
        found = [str(kind) for kind in value.table.values() if kind is not None]
        return found + (_types(value.otherwise) if value.otherwise is not None else [])
    return []
