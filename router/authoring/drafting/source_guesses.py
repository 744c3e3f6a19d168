"""What samples of a vendor's messages seem to say: of what, when, whose. Each guess says how sure it is, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct

from router.authoring.drafting.sampled_leaves import time_like, words_of
from router.authoring.drafting.source_words import (
    BEFORE,
    BEGAN,
    CARRIED,
    CHANGED,
    CHANNELS,
    CUSTOMERS,
    HAPPENED,
    HELPERS,
    IDENTIFYING,
    KINDS,
    MEANINGS,
    PERSONS,
    STATES,
    THINGS,
    WRAPPERS,
)
from router.authoring.drafting.yaml_text import scalar
from router.model.spelling import one_line
from router.sources.numbers import text_of

Sureness = Literal["sure", "likely", "a guess"]
Leaves = Mapping[str, Any]

_LONGEST_KIND: Final = 80
_LONGEST_ID: Final = 100
_UUID: Final = 36
_STILL_LIKELY: Final = 3
_FEWEST_APART: Final = 2
_LENGTH_OF_A_DAY: Final = 10
_EMPTY: Final = frozenset(["event", "type", "status", "state", "changed", "updated", "change", "update"])
_OWN: Final = (("event",), ("message",), ("notification",), ("delivery",))
"""The word before the last one in the way to an id of the message itself."""


class Guess(Struct, frozen=True):
    """A line of a draft: its key, its value as YAML, how sure it is and why.

    `reads` are the paths that it takes. With `waits` a person has to confirm it before it counts: it is written as a comment.
    """

    key: str
    value: str
    sureness: Sureness
    why: str
    reads: tuple[str, ...] = ()
    waits: bool = False


class Vocabulary(Struct, frozen=True):
    """What the rules already name: types that are waited for, instances of their journeys by type, the zone of naive times."""

    types: frozenset[str] = frozenset()
    instances: Mapping[str, str] = {}
    zone: str | None = None


def common(samples: Sequence[Leaves]) -> dict[str, list[Any]]:
    """The values of the paths that all samples have."""
    first, *others = samples
    return {path: [one[path] for one in samples] for path in first if all(path in one for one in others)}


def kind_path(samples: Sequence[Leaves]) -> str | None:
    """The path whose value says what a message tells of; None where none does."""

    def fits(path: str, values: list[Any]) -> bool:
        words = words_of(path)
        if not words or words[-1] not in KINDS or (words[-1] == "name" and "event" not in words):
            return False
        if words[-2:] == ("content", "type"):
            return False
        texts = [value for value in values if isinstance(value, str) and len(value) <= _LONGEST_KIND]
        return len(texts) == len(values) and all(words_of(text) for text in texts)

    def rank(path: str, values: list[Any]) -> tuple[Any, ...]:
        words = words_of(path)
        # `ticket.solved` says more than `ticket`, and an envelope more than what is inside of it.
        speaking = all(len(words_of(value)) > 1 and set(value) & set("./: ") for value in values)
        return not speaking, KINDS.index(words[-1]), path.count("."), -len(set(values)), path

    found = [(path, values) for path, values in common(samples).items() if fits(path, values)]
    return min(found, key=lambda entry: rank(*entry))[0] if found else None


def state_paths(samples: Sequence[Leaves]) -> tuple[str, str | None] | None:
    """The path of a state that messages tell, and of the one before; None where there is none."""
    texts = {
        path: words_of(path)
        for path, values in common(samples).items()
        if words_of(path) and all(isinstance(value, str) and len(value) <= _LONGEST_KIND for value in values)
    }
    found = []
    for path, words in texts.items():
        if words[-1] not in STATES or set(words) & (BEFORE | CUSTOMERS | PERSONS | HELPERS):
            continue
        above = path.rpartition(".")[0]
        before = [
            other
            for other, told in texts.items()
            if BEFORE & set(told) and (told[-1] == words[-1] or other.rpartition(".")[0] == above)
        ]
        found.append((not before, path.count("."), path, min(before, key=len, default=None)))
    if not found:
        return None
    _, _, now, earlier = min(found, key=lambda one: one[:3])
    return now, earlier


def type_of(said: str, things: Iterable[str], vocabulary: Vocabulary) -> Guess:
    """The interaction type of messages that say so; `things` are words for what they are about."""
    *above, last = words_of(said.rpartition(":")[2]) or ("",)
    words = [*(word for word in above if word not in _EMPTY), last]
    plain = ".".join(filter(None, ("_".join(words[:-1]), last)))
    if plain in vocabulary.types:
        return Guess("type", scalar(plain), "sure", "the rules wait for it")
    meant = {MEANINGS.get(word, word) for word in (*words, *things)}
    fitting = {
        kind: len(meant & told) / len(told)
        for kind in sorted(vocabulary.types)
        if (told := {MEANINGS.get(word, word) for word in words_of(kind)})
        # What happened has to fit, not only what it happened to.
        and MEANINGS.get(words_of(kind)[-1], words_of(kind)[-1]) in meant
    }
    best = max(fitting, key=lambda kind: fitting[kind], default=None)
    if best is not None and fitting[best] == 1:
        return Guess(
            "type", scalar(best), "likely", f"the rules wait for it, and it seems to mean {_quoted(said)}"
        )
    # What only may mean the same is not put in force: a survey that was opened is no complaint that was.
    perhaps = f"; do you mean {best}?" if best is not None else ""
    why = f"nothing waits for it yet: name it in a step of a journey, or write the type that you use{perhaps}"
    return Guess("type", scalar(plain or "thing.happened"), "a guess", why)


def time_of(values: Mapping[str, list[Any]], said: str, kind: str | None, zone: str | None) -> Guess | None:
    """When it happened, of messages that say so at the path `kind`."""
    times = {path: like for path, seen in values.items() if (like := time_like(seen)) is not None}
    # A day alone is mostly a version or a birthday: only where nothing else is a time.
    whole = {
        path: like
        for path, like in times.items()
        if all(len(str(one)) > _LENGTH_OF_A_DAY for one in values[path])
    }
    times = whole or times
    if not times:
        return None
    ranked = {path: _as_time(path, said, kind) for path in times}
    path = min(times, key=lambda one: (ranked[one][0], one.count("."), one))
    like, (rank, why) = times[path], ranked[path]
    sureness: Sureness = "sure" if rank <= 1 else "likely" if rank <= _STILL_LIKELY else "a guess"
    if like.unit is not None:
        value = f"{{path: {scalar(path)}, unit: {like.unit}}}"
        return Guess("time", value, sureness, f"{why}, in {like.unit} by its digits", (path,))
    if like.zone == "told":
        return Guess("time", scalar(path), sureness, why, (path,))
    if zone is not None:
        value = f"{{path: {scalar(path)}, zone: {zone}}}"
        return Guess("time", value, sureness, f"{why}, in the zone that you named", (path,))
    why += "; it has no offset: write {path: …, zone: …} with the zone that the vendor documents"
    return Guess("time", scalar(path), "a guess", why, (path,))


def _as_time(path: str, said: str, kind: str | None) -> tuple[int, str]:
    """How well a path of a time tells when it happened, best first, and why."""
    words = words_of(path)[-3:]
    happened = words_of(said)[-1:]
    if any(MEANINGS.get(word, word) == MEANINGS.get(one, one) for word in words for one in happened):
        return 0, "by its name it is when that happened"
    if words[-1] in HAPPENED and not set(words) & (BEGAN | CHANGED):
        return 1, "by its name it is when it happened"
    if kind is not None and path.rpartition(".")[0] == kind.rpartition(".")[0] and set(words) & BEGAN:
        return 2, "by its name and place it is when the message was made"
    if set(words) & CHANGED:
        return 3, "by its name it is when the thing was last changed"
    if set(words) & BEGAN:
        return 4, "by its name it is when the thing began, which need not be now"
    return 5, "it is a time"


def thing_of(values: Mapping[str, list[Any]], said: str) -> tuple[str, str, Sureness] | None:
    """What it is about: the path of its id, its word, and how sure that is."""
    found: list[tuple[int, int, str, str]] = []
    told = next((word for word in words_of(said) if word in THINGS), None)
    for path, seen in values.items():
        words = words_of(path)
        owner = next((word for word in words[-2:] if word in THINGS), None)
        if not words or not _identify(seen) or words[-1] not in (*IDENTIFYING, *THINGS):
            continue
        if owner is not None:
            found.append((owner != told, len(words), path, owner))
        elif told is not None and words[-1] in IDENTIFYING and words[-2:-1] and words[-2] in WRAPPERS:
            found.append((2, len(words), path, told))
    if not found:
        return None
    rank, _, path, owner = min(found)
    return path, owner, "likely" if rank <= 1 else "a guess"


def customer_of(values: Mapping[str, list[Any]]) -> Guess | None:
    """Whose it is. Who may be somebody else waits for a person."""
    found = []
    for path, seen in values.items():
        words = words_of(path)
        whose = words[-2] if words[-1] in IDENTIFYING and len(words) > 1 else words[-1]
        if not _identify(seen) or set(words) & HELPERS:
            continue
        if whose in CUSTOMERS:
            found.append((0, path.count("."), path))
        elif whose in PERSONS:
            found.append((1, path.count("."), path))
    if not found:
        return None
    rank, _, path = min(found)
    if rank == 0:
        return Guess(
            "customer",
            scalar(path),
            "likely",
            "by its name; is it the number that your profiles have?",
            (path,),
        )
    why = "it may be a colleague: take the # away where it is the customer, by the number that your profiles have"
    return Guess("customer", scalar(path), "a guess", why, (path,), waits=True)


def id_of(
    every: Sequence[Leaves], here: Mapping[str, list[Any]], kind: str | None, apart: Sequence[str]
) -> Guess:
    """What tells a message from all others; `apart` are paths that do so together where it has no id of its own.

    `kind` is the path where it says what it tells of: an id beside it is the message's where the thing has one as well.
    """
    others = [path for path in here if "." in path and words_of(path)[-1:] == ("id",)]
    envelope = kind.rpartition(".")[0] if kind is not None else None
    for path, seen in here.items():
        words = words_of(path)
        own = words[-1] in IDENTIFYING and _segment(path)[-2:-1] in _OWN
        beside = envelope == path.rpartition(".")[0] and bool(others)
        long = all(len(text_of(value) or "") >= _UUID for value in seen)
        if not own and (words not in (("id",), ("uuid",)) or not (beside or long)):
            continue
        all_seen = [text_of(one.get(path)) for one in every]
        if len(set(all_seen)) == len(all_seen):
            if len(all_seen) == 1:
                return Guess(
                    "id", scalar(path), "likely", "by its name; is it another in every message?", (path,)
                )
            why = "another in each sample"
            return Guess("id", scalar(path), "sure" if own else "likely", why, (path,))
    parts = list(dict.fromkeys(apart))
    if len(parts) < _FEWEST_APART:
        return Guess("id", "…", "a guess", "nothing tells messages apart: name what does", (), waits=True)
    why = "no id of its own is known: two messages that agree in these would count as one"
    return Guess("id", f"{{join: [{', '.join(map(scalar, parts))}]}}", "a guess", why, tuple(parts))


def attributes_of(values: Mapping[str, list[Any]], instance: Guess | None, taken: set[str]) -> list[Guess]:
    """The attributes: what it is about, who helped, channel, language, and what rules often ask for."""
    found = {instance.key: instance} if instance is not None else {}
    for path, seen in values.items():
        if path not in taken and (guess := _attribute(path, words_of(path), seen)) is not None:
            found.setdefault(guess.key, guess)
    return list(found.values())


def _attribute(path: str, words: tuple[str, ...], seen: list[Any]) -> Guess | None:
    if set(words) & HELPERS and words[-1] in IDENTIFYING and _identify(seen):
        return Guess("agent_id", scalar(path), "likely", "by its name it is who helped", (path,))
    texts = {text.lower() for value in seen if isinstance(value, str) and (text := text_of(value))}
    if words[-1] in ("channel", "via", "medium") and texts and len(texts) < len(CHANNELS):
        rows = ", ".join(f"{scalar(text)}: {CHANNELS.get(text, scalar(text))}" for text in sorted(texts))
        value = f"{{path: {scalar(path)}, lower: true, map: {{{rows}}}, otherwise: {{leave_out: true}}}}"
        return Guess(
            "channel", value, "likely", "by its name; add what else the vendor writes there", (path,)
        )
    if words[-1] in ("locale", "language", "lang", "taal") and texts:
        return Guess("locale", scalar(path), "likely", "by its name", (path,))
    if (
        words[-1] in CARRIED
        and set(_segment(path)[:-1]) <= THINGS.keys()
        and path.count(".") <= _FEWEST_APART
    ):
        return Guess(words[-1], scalar(path), "likely", "by its name", (path,))
    return None


def _segment(path: str) -> tuple[str, ...]:
    """The words of the last name in a path, with the one before where it is only that of an id: `event.id` is `event_id`."""
    above, _, last = path.rpartition(".")
    words = words_of(last)
    return (
        (*words_of(above.rpartition(".")[2]), *words)
        if len(words) == 1 and words[0] in IDENTIFYING
        else words
    )


def _identify(values: Iterable[Any]) -> bool:
    """Whether values may be ids: whole numbers and short texts without blanks or an @."""
    texts = [text_of(value) if not isinstance(value, bool) else None for value in values]
    return all(text and len(text) <= _LONGEST_ID and not {"@", " "} & set(text) for text in texts)


def _quoted(text: str) -> str:
    return f"'{one_line(text[:_LONGEST_KIND])}'"
