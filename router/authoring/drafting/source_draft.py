"""A source drafted from samples of a vendor's messages, for a person to confirm line by line."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.drafting.sampled_leaves import blanked, leaves, words_of
from router.authoring.drafting.source_guesses import (
    Guess,
    Leaves,
    Vocabulary,
    attributes_of,
    common,
    customer_of,
    id_of,
    kind_path,
    state_paths,
    thing_of,
    time_of,
    type_of,
)
from router.authoring.drafting.source_words import CHANGED, THINGS
from router.authoring.drafting.yaml_text import scalar
from router.authoring.language.load import load_texts
from router.authoring.language.nodes import read
from router.authoring.language.problems import InvalidRules, Problems
from router.model.record import Record
from router.model.spelling import counted
from router.sources.mapper import Mapper, Mapping
from router.sources.message import Message
from router.sources.numbers import plain

MOST_SAMPLES: Final = 100
"""So many messages, or members of those that are lists, a draft is made of."""

MOST_TESTS: Final = 3
"""So many samples of each kind become tests."""

_MODELINE: Final = "# yaml-language-server: $schema=../schema/sources.json\n"
_MOST_SHOWN: Final = 12
_OTHERWISE: Final = (
    "# A message of another kind is a dead letter, so that none is lost unseen; `skip` passes them over.\n"
    "otherwise: dead_letter\n"
)
_CHANGES: Final = CHANGED | {"update", "change", "modify", "status"}


class DraftedInteraction(Struct, frozen=True):
    """An interaction of a draft: its conditions as YAML, how many samples they hold for, its lines, and the paths of the conditions."""

    when: str | None
    samples: int
    lines: tuple[Guess, ...]
    asked: tuple[str, ...] = ()

    @property
    def reads(self) -> Iterator[str]:
        """The paths that it takes from a message."""
        yield from self.asked
        for line in self.lines:
            yield from line.reads


class SourceDraft(Struct, frozen=True):
    """A draft: the text of the source, its interactions, and the samples that its tests name, by file name."""

    text: str
    interactions: tuple[DraftedInteraction, ...]
    samples: dict[str, bytes]

    @property
    def counts(self) -> Counter[str]:
        """How many lines are sure, likely, a guess."""
        return Counter(line.sureness for one in self.interactions for line in one.lines)


class NothingToDraft(Exception):
    """The samples are no objects, or lists of such. The text says so."""


def drafted_source(
    name: str, topic: str | None, messages: Sequence[Message], vocabulary: Vocabulary, *, beside: bool
) -> SourceDraft:
    """The draft of a source. Its tests name files in `samples/` with `beside`, else the messages stand in them.

    What the draft does not read of a sample is blanked in its tests. Raises `NothingToDraft`.
    """
    listed = all(isinstance(one.body, list) for one in messages)
    each = [(one, body) for one in messages for body in (one.body if listed else [one.body])]
    bodies = [body for _, body in each]
    if not bodies or not all(isinstance(body, dict) for body in bodies):
        raise NothingToDraft("The samples are no JSON objects, nor lists of such: there is nothing to name.")
    samples = [
        {**leaves(body), **{f"$header.{name}": value for name, value in one.headers.items()}}
        for one, body in each[:MOST_SAMPLES]
    ]
    sources = [one for one, _ in each[:MOST_SAMPLES]]
    groups = _groups(samples)
    found = [_interaction(group, samples, vocabulary) for group in groups]
    # As if times without an offset were in UTC, so that the tests say what becomes of all the rest.
    trial = [
        _interaction(group, samples, replace(vocabulary, zone=vocabulary.zone or "UTC")) for group in groups
    ]
    known = dict.fromkeys(path for one in found for path in one.reads)
    shown = [
        _Shown(
            blanked(one.body, known),
            {name: value for name, value in one.headers.items() if f"$header.{name}" in known},
        )
        for one in _told_of(groups, samples, sources)
    ]
    files = {f"samples/{name}-{number}.json": one.pretty for number, one in enumerate(shown, start=1)}
    given = list(files) if beside else [None] * len(shown)
    head = _head(name, topic, len(samples), found)
    mapper = _mapper(head + _mapping_lines(trial, samples, listed))
    timeless = {place for place, (one, other) in enumerate(zip(found, trial, strict=True)) if one != other}
    tests = [
        _test(
            f"{name}: sample {number}",
            one,
            file,
            [_expected(made, timed=made.place not in timeless) for made in one.made(mapper)],
        )
        for number, (one, file) in enumerate(zip(shown, given, strict=True), start=1)
    ]
    text = f"{head}{_mapping_lines(found, samples, listed)}{_left_out(samples, known)}{_OTHERWISE}tests:\n{''.join(tests)}"
    return SourceDraft(text, tuple(found), files if beside else {})


class _Shown(Struct, frozen=True):
    """A sample as a test has it: what nobody reads is blanked."""

    body: Any
    headers: dict[str, str]

    @property
    def pretty(self) -> bytes:
        return json.dumps(plain(self.body), ensure_ascii=False, indent=2).encode() + b"\n"

    def made(self, mapper: Mapper | None) -> list[Mapping]:
        """What the draft makes of it."""
        headers = tuple((name, value.encode()) for name, value in self.headers.items())
        record = Record("", 0, 0, 0, None, json.dumps(plain(self.body)).encode(), headers)
        return mapper.take(record).interactions if mapper is not None else []


class _Group(Struct, frozen=True):
    """Samples of one kind: what they say that happened, where, and what is asked of a message of that kind."""

    said: str
    kind: str | None
    when: str | None
    asked: tuple[str, ...]
    samples: list[Leaves]


def _groups(samples: Sequence[Leaves]) -> list[_Group]:
    """The samples by kind, and by the state that they tell where their kind is only that something changed."""
    kind = kind_path(samples)
    kinds: dict[str, list[Leaves]] = {}
    for one in samples:
        kinds.setdefault(str(one[kind]) if kind else "", []).append(one)
    found = []
    for said, group in kinds.items():
        condition = f"{scalar(kind)}: {scalar(said)}" if kind else None
        states = state_paths(group) if not kind or set(words_of(said)) & _CHANGES else None
        if states is None:
            found.append(_Group(said, kind, condition, (kind,) if kind else (), group))
            continue
        now, before = states
        for state in dict.fromkeys(str(one[now]) for one in group):
            became = f"{{changed_to: {scalar(state)}, from: {scalar(before)}}}" if before else scalar(state)
            when = ", ".join(filter(None, (condition, f"{scalar(now)}: {became}")))
            asked = tuple(filter(None, (kind, now, before)))
            here = [one for one in group if str(one[now]) == state]
            found.append(_Group(f"{said}.{state}" if kind else state, kind, when, asked, here))
    return found


def _told_of(
    groups: Sequence[_Group], samples: Sequence[Leaves], sources: Sequence[Message]
) -> list[Message]:
    """The messages that become tests: those that the first samples of each kind are from, `sources` by sample."""
    first = {id(one) for group in groups for one in group.samples[:MOST_TESTS]}
    chosen = [source for sample, source in zip(samples, sources, strict=True) if id(sample) in first]
    return list({id(one): one for one in chosen}.values())


def _interaction(group: _Group, every: Sequence[Leaves], vocabulary: Vocabulary) -> DraftedInteraction:
    values = {path: seen for path, seen in common(group.samples).items() if not path.startswith("$")}
    thing = thing_of(values, group.said)
    kind = type_of(group.said, [thing[1]] if thing else [], vocabulary)
    time = time_of(values, group.said, group.kind, vocabulary.zone)
    customer = customer_of(values)
    apart = (thing[0],) if thing else ("id",) if "id" in values else customer.reads if customer else ()
    id_ = id_of(every, values, group.kind, (*apart, *(time.reads if time else ())))
    lines = [kind, id_, *([time] if time else []), *([customer] if customer else [])]
    taken = {*group.asked, *(path for line in lines[2:] for path in line.reads)}
    instance = None
    if thing is not None:
        name = vocabulary.instances.get(kind.value, THINGS[thing[1]])
        why = "by its name it tells one pass of a journey from another"
        instance = Guess(name, scalar(thing[0]), thing[2], why, (thing[0],))
    return DraftedInteraction(
        group.when, len(group.samples), (*lines, *attributes_of(values, instance, taken)), group.asked
    )


def _head(name: str, topic: str | None, samples: int, found: Sequence[DraftedInteraction]) -> str:
    sure = Counter(line.sureness for one in found for line in one.lines)
    told = ", ".join(f"{sure[words]} {words}" for words in ("sure", "likely", "a guess") if sure[words])
    where = "from the dead letter" if topic else "a guess: the topic that the messages come on"
    return (
        f"{_MODELINE}# A draft, from {counted(samples, 'sample')}. Behind each line stands how sure it is ({told}): confirm or mend it, then take\n"
        f"# the comment away. Nothing is sent by it before it is published.\nsource: {name}\n"
        f"topic: {scalar(topic or f'raw.{name}')}   # {where}; name it in ROUTER_TOPICS__SOURCES too\n"
    )


_TOP: Final = ("type", "id", "time", "customer")


def _interaction_lines(one: DraftedInteraction, samples: int, listed: bool) -> str:
    lines = []
    if listed:
        lines.append("each: $body   # the message is a list: each member is an interaction")
    if one.when is not None:
        lines.append(f"when: {{{one.when}}}   # {one.samples} of {samples} in the samples")
    lines += [_line(guess) for guess in one.lines if guess.key in _TOP]
    if not any(guess.key == "time" for guess in one.lines):
        lines.append("# time: …   # no time is in all of them: name where it stands")
    data = [_line(guess) for guess in one.lines if guess.key not in _TOP]
    lines += ["data:", *(f"  {line}" for line in data)] if data else []
    first, *others = lines
    return f"  - {first}\n" + "".join(f"    {line}\n" for line in others)


def _line(guess: Guess) -> str:
    return f"{'# ' if guess.waits else ''}{guess.key}: {guess.value}   # {guess.sureness}: {guess.why}"


def _mapping_lines(found: Sequence[DraftedInteraction], samples: Sequence[Leaves], listed: bool) -> str:
    return "interactions:\n" + "".join(_interaction_lines(one, len(samples), listed) for one in found)


def _left_out(samples: Sequence[Leaves], known: dict[str, None]) -> str:
    paths = dict.fromkeys(path for one in samples for path in one if not path.startswith("$"))
    left = [path for path in paths if path not in known]
    if not left:
        return ""
    more = f" and {len(left) - _MOST_SHOWN} more" if len(left) > _MOST_SHOWN else ""
    return f"# Not named, and so not kept: {', '.join(map(scalar, left[:_MOST_SHOWN]))}{more}.\n"


def _mapper(text: str) -> Mapper | None:
    """What maps by a draft; None where it lacks something that a person has to say."""
    try:
        return Mapper(load_texts({"draft.yaml": text.encode()}).sources.values())
    except InvalidRules:
        return None


def _test(name: str, one: _Shown, file: str | None, made: list[str]) -> str:
    """A test that expects what the draft makes of a sample: what is wrong there is wrong here too."""
    given = [f"file: {file}" if file else f"body: {_body(one.body)}"]
    given += [f"headers: {_inline(one.headers)}"] if one.headers else []
    expected = made or ["{type: the.right.type}   # the draft cannot map it yet"]
    lines = [
        f"name: {scalar(name)}",
        f"given: {{{', '.join(given)}}}",
        "expect:",
        *(f"  - {each}" for each in expected),
    ]
    return "  - " + "\n    ".join(lines) + "\n"


def _expected(one: Mapping, *, timed: bool) -> str:
    time = f", time: {_inline(one.time.isoformat())}" if timed else ""
    customer = f", customer: {_inline(one.customer)}" if one.customer else ""
    data = f", data: {_inline(one.data)}" if one.data else ""
    return f"{{type: {scalar(one.type)}, id: {_inline(one.id)}{time}{customer}{data}}}"


def _body(body: Any) -> str:
    """A message in one line: as YAML where it says the same there, else as the text that was sent."""
    text, problems = _inline(body), Problems()
    node = read("", text.encode(), problems)
    return text if node is not None and not problems.found and node.plain() == plain(body) else scalar(text)


def _inline(value: Any) -> str:
    """A value in one line, as JSON, which YAML reads the same."""
    return json.dumps(plain(value), ensure_ascii=False)
