"""Sources held against each other."""

from router.authoring.comparison.fields import changed_fields, other_fields
from router.model.sources import InteractionMapping, Source
from router.sources.explain import condition_in_words, in_words, path_of


def source_changes(before: Source, after: Source) -> list[str]:
    """What differs between two sources of one name."""
    was, now = _entries(before), _entries(after)
    lines = [f"no longer: {one}" for one in was if one not in now]
    lines += [f"now: {one}" for one in now if one not in was]
    skip = ("name", "interactions", "require", "skip", "position", "remember", "webhook")
    return lines + changed_fields(before, after, skip=skip)


def source_words(source: Source) -> list[str]:
    """What a source makes of the messages of its topic, in short."""
    kinds = dict.fromkeys(in_words(one.type) for one in source.interactions)
    return [f"reads {source.topic}", f"makes {', '.join(kinds) or 'nothing'}"]


def _entries(source: Source) -> list[str]:
    """All that a source says, a line for each thing."""
    lines = [f"takes messages of which {condition_in_words(one)}" for one in source.require]
    for skip in source.skip:
        told = " and ".join(map(condition_in_words, skip.when))
        lines.append(f"passes over messages of which {told} ({skip.because})")
    if source.webhook is not None:
        proof = source.webhook.preset or "a way of its own"
        lines.append(f"messages come over HTTP too, proven by {proof}")
        if source.webhook.verify is not None:
            lines += [f"webhook: {words}" for words in other_fields(source.webhook.verify)]
        lines += [f"webhook: keeps the header {name}" for name in source.webhook.headers]
        lines += [f"webhook: key is {in_words(source.webhook.key)}"] if source.webhook.key is not None else []
    if source.remember is not None:
        of, at = in_words(source.remember.of), in_words(source.remember.at)
        lines.append(f"remembers of each {of} how it was at {at}; unseen, it is {source.remember.unseen}")
    for mapping in source.interactions:
        kind = in_words(mapping.type)
        lines += (
            [f"{kind}: one for each of {path_of(mapping.each, '$body')}"] if mapping.each is not None else []
        )
        lines += [f"{kind} where {condition_in_words(one)}" for one in mapping.when]
        lines += [f"{kind}: {name} is {made}" for name, made in _made(mapping)]
    return lines


def _made(mapping: InteractionMapping) -> list[tuple[str, str]]:
    named = [("id", mapping.id), ("time", mapping.time), *mapping.data.items()]
    named += [("customer", mapping.customer)] if mapping.customer is not None else []
    return [(name, in_words(value)) for name, value in named]
