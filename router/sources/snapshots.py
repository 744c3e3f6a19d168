"""What a message tells of an instance, to be held against what is remembered of it."""

from typing import Any

from router.model.remembered import Change, Seen, kept_text, value_key
from router.model.sources import Condition, InteractionMapping, Remember, Source
from router.sources.conditions import folded
from router.sources.explain import in_words
from router.sources.facts import name_of, required, time_of
from router.sources.message import MISSING, Message, Unmappable
from router.sources.values import Getter, getter


class _Asked:
    """A condition on the value before that is remembered."""

    def __init__(self, condition: Condition, *, ignore_case: bool) -> None:
        # As the author writes it: whoever writes it in another way asks for another value, of which nothing is known.
        self.name = in_words(condition.of)
        self._read = getter(condition.of, ignore_case=ignore_case)
        self._case = ignore_case
        texts = [folded(value, ignore_case=ignore_case) for value in condition.values]
        self.to = frozenset(kept_text(text) for text in texts if text is not None)

    def value(self, message: Message) -> str | None:
        """The value now; None: the message does not tell it."""
        text = folded(self._read(message), ignore_case=self._case)
        return None if text is None else kept_text(text)


class Snapshot:
    """The conditions of one mapping on values before that are remembered, and of what."""

    def __init__(self, source: Source, remember: Remember, asked: list[_Asked]) -> None:
        self._source = source.name
        self._of = getter(remember.of, ignore_case=source.ignore_case)
        self._at = getter(remember.at, ignore_case=source.ignore_case)
        self._unseen = remember.unseen == "changed"
        self._asked = asked

    def seen(self, message: Message) -> list[Seen]:
        """What the message tells at its element; nothing where it does not tell of what, or when. Raises `Unmappable`."""
        instance, at = name_of(self._of(message)), self._at(message)
        if instance is None or at is MISSING:
            return []
        time_of(at)
        return [
            Seen(value_key(self._source, instance, one.name), value, at)
            for one in self._asked
            if (value := one.value(message)) is not None
        ]

    def changes(self, message: Message) -> tuple[Change, ...]:
        """What must hold of the values before. Raises `Unmappable`."""
        instance = _of(lambda one: required(name_of(self._of(one))), message, "of")
        at = _of(lambda one: time_of(self._at(one)), message, "at")
        return tuple(
            Change(
                Seen(value_key(self._source, instance, one.name), value, at), one.name, one.to, self._unseen
            )
            for one in self._asked
            if (value := one.value(message)) is not None
        )


def snapshot_of(source: Source, mapping: InteractionMapping) -> Snapshot | None:
    """What has to be remembered for a mapping; None: nothing."""
    asked = [_Asked(one, ignore_case=source.ignore_case) for one in mapping.when if one.remembered]
    return Snapshot(source, source.remember, asked) if asked and source.remember is not None else None


def _of(read: Getter, message: Message, field: str) -> Any:
    try:
        return read(message)
    except Unmappable as fault:
        raise Unmappable(fault.detail, f"remember.{field}") from None
