"""Names that are nearly those that have a meaning in preferences: whoever writes them means a yes or a no.

Other systems have names of their own for a consent that is not given and for a do-not-contact. They are not read, for
each list of names ends somewhere; they are known well enough to keep the customer from being asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from msgspec import Struct

from router.model import no_words as words
from router.model.preferences import MEMBERS, Member

_LOOKED_AT: Final = 200
"""Characters of a name or a text that are looked at."""

_LONGEST_COUNT: Final = 3
_DEEPEST: Final = 64
_SAID_OF_A_NO: Final = words.TOPICS | words.AFFIRMED | words.STATES | words.WHOLLY
_LINK: Final = re.compile(r"\s*<?(?:https?://|mailto:)", re.IGNORECASE)
_DATED: Final = re.compile(r"[0-9]{4}-[0-9W]|(?<![0-9])20[0-9]{2}(?![0-9])")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")


_Near = Literal["consent", "suppressed", "forget"]
_Otherwise = Literal["thing", "number", "count", "doubtful"]
_Sense = Literal["no", "yes", "topic", "state", "channel"]


class _Name(Struct, frozen=True):
    """What a name by itself is about.

    `member` is the member of preferences that it is, but for capitals and signs; `near` the one that it nearly is;
    `sense` what it says in other words: a no; a yes; nothing but a channel or a survey; a state; which channel is
    meant. `another` tells that it is about newsletters and the like, `agreeing` that it may tell of a channel beside it
    whether it is agreed to. `unless` tells what else than a no it may be, by its value: a link or hours, a number, a house.
    """

    member: Member | None
    near: _Near | None
    sense: _Sense | None
    another: bool
    agreeing: bool
    unless: _Otherwise | None


def members_meant(data: Mapping[str, Any]) -> dict[str, Member]:
    """By name, which member of preferences each name in `data` is, or seems to be meant for.

    A name that is missing is that of an attribute. A no to another purpose counts where the consent is not told.
    """
    told = data.get("consent") is not None
    found = {name: _meant(name, value, told) for name, value in data.items()}
    return {name: member for name, member in found.items() if member is not None}


def nearly(given: str, wanted: str) -> bool:
    """Whether two words differ by at most one sign that is missing, added, another, or in its neighbour's place."""
    if abs(len(given) - len(wanted)) > 1:
        return False
    start = next(
        (at for at, (one, other) in enumerate(zip(given, wanted, strict=False)) if one != other), len(wanted)
    )
    mine, theirs = given[start:], wanted[start:]
    turned = mine[1:2] + mine[:1] + mine[2:]
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:] or turned == theirs


def _meant(name: str, value: Any, told: bool, within: str = "", depth: int = 0) -> Member | None:
    name = name[:_LOOKED_AT]
    found = _read(name)
    if found.member:
        return found.member
    if found.near == "consent" and isinstance(value, dict | list | bool) and value != {}:
        return "consent"
    # What seems to be `forget` would have made the consent unknown.
    if found.near == "forget" and value is True and (depth or name != "forget"):
        return "consent"
    sense = found.sense or (_read(f"{within} {name}").sense if within else None)
    if (sense == "yes" and _refuses(value)) or (sense == "topic" and _switched_off(name, value)):
        return None if told and found.another else "consent"
    if (sense == "no" or found.near == "suppressed") and not (_nothing(value) or _else(found, value)):
        return "suppressed"
    refusals = words.REFUSALS | words.STATES if sense == "state" else words.REFUSALS
    said = not refusals.isdisjoint(_texts(value))
    return "suppressed" if said else _inside(value, told, name, depth + 1)


def _inside(value: Any, told: bool, within: str, depth: int) -> Member | None:
    """The member that an attribute with members of its own seems to be meant for."""
    if depth > _DEEPEST or not isinstance(value, dict | list):
        return None
    if isinstance(value, list):
        return next(filter(None, (_inside(item, told, within, depth + 1) for item in value)), None)
    confined = any(_read(name[:_LOOKED_AT]).sense == "channel" for name in value)
    if confined and any(_refuses(held) for name, held in value.items() if _read(name[:_LOOKED_AT]).agreeing):
        return "consent"
    return next(filter(None, (_meant(name, held, told, within, depth) for name, held in value.items())), None)


@lru_cache(4096)
def _read(name: str) -> _Name:
    plain = "".join(sign.lower()[:1] for sign in name if sign.isalnum())
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    said = [part for word in _WORD.findall(letters) for part in _parted(word.casefold())]
    joined, core, about = "".join(said), _core(said), not words.TOPICS.isdisjoint(said)
    left = [word for word in said if word not in words.DENIALS and word not in words.STATES]
    denied = len(left) < len(said) and _of_asking(_core(left), about)
    nears: tuple[_Near, ...] = (*MEMBERS, "forget")
    senses: dict[_Sense, bool] = {
        "no": core in words.NO_CORES or denied or any(part in joined for part in words.NO_PARTS),
        "yes": bool(core) and _of_asking(core, about),
        "topic": about and not core and words.OWNING.isdisjoint(said),
        "state": not core and not words.STATE_NAMES.isdisjoint(said),
        "channel": joined in words.CHANNEL_NAMES,
    }
    return _Name(
        member=next((member for member in MEMBERS if plain == member), None),
        near=next((near for near in nears if nearly(plain, near)), None),
        sense=next((sense for sense, true in senses.items() if true), None),
        another=not words.OTHER_PURPOSES.isdisjoint(said),
        agreeing=core in words.AGREED or not core,
        unless=_unless(said, core),
    )


def _unless(said: list[str], core: str) -> _Otherwise | None:
    """What a name that says no may be but a no: `phone_no` and `no_of_calls` tell a number."""
    if said and said[-1] in words.THINGS:
        return "thing"
    if len(said) > 1 and "no" in (said[0], said[-1]):
        return "number" if said[-1] == "no" else "count"
    return "doubtful" if core in words.DOUBTFUL else None


def _else(name: _Name, value: Any) -> bool:
    """Whether a value makes something else than a no of a name that says no."""
    if isinstance(value, str) and _LINK.match(value):
        return True
    if name.unless is None or isinstance(value, bool | dict | list):
        return False
    text = _joined(str(value))
    if text in words.AFFIRMED:
        return name.unless == "thing" and text.isdecimal()
    if name.unless == "thing":
        return True
    if name.unless != "doubtful":
        # A longer one is a moment.
        return text.isdecimal() and (name.unless == "number" or len(text) <= _LONGEST_COUNT)
    return isinstance(value, str) and not _told_when_or_by_what(value[:_LOOKED_AT])


def _told_when_or_by_what(text: str) -> bool:
    told = {part for word in _WORD.findall(text) for part in _parted(word.casefold())}
    return not told.isdisjoint(_SAID_OF_A_NO) or _DATED.search(text) is not None


def _parted(word: str) -> list[str]:
    """The known words that a word is made of, `notcontactable` of two; itself where it is not made of such."""
    ends: dict[int, list[str]] = {0: []}
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            if start in ends and word[start:end] in words.KNOWN:
                ends.setdefault(end, [*ends[start], word[start:end]])
    return ends.get(len(word), [word])


def _core(said: Iterable[str]) -> str:
    """The words of a name without those that add nothing, joined."""
    return "".join(word for word in said if word not in words.FILLERS and word not in words.TOPICS)


def _of_asking(core: str, about: bool) -> bool:
    """Whether a core says that somebody may be asked, where the name is about asking at all or says so itself."""
    return core in words.YES_CORES or (about and core in {"", *words.MAY})


def _switched_off(name: str, value: Any) -> bool:
    """Whether a channel or a survey is told off; a number behind `calls` or `nps` counts, or is a score."""
    if isinstance(value, dict):
        return False
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return _refuses(value) and not (number and name.rstrip().lower().endswith(words.COUNTED))


def _refuses(value: Any, depth: int = 0) -> bool:
    """Whether a value says no, or something in it does; a list of nothing agrees to nothing."""
    if isinstance(value, dict | list):
        if depth > _DEEPEST:
            return False
        held = value.values() if isinstance(value, dict) else value
        return value == [] or any(_refuses(item, depth + 1) for item in held)
    if isinstance(value, str):
        text = _joined(value)
        return text in words.NO or text in words.REFUSALS or text in words.STATES
    return value is not None and value == 0


def _nothing(value: Any, depth: int = 0) -> bool:
    """Whether a value takes back what its name says: there is no such no."""
    if isinstance(value, dict | list):
        held = value.values() if isinstance(value, dict) else value
        return depth <= _DEEPEST and all(_nothing(item, depth + 1) for item in held)
    if isinstance(value, str):
        return not value or _joined(value) in words.NO
    return value is None or value == 0


def _texts(value: Any) -> list[str]:
    """The words of a text or of the texts in a list, joined."""
    given = value if isinstance(value, list) else (value,)
    return [_joined(text) for text in given if isinstance(text, str)]


def _joined(text: str) -> str:
    text = text[:_LOOKED_AT]
    if text.isascii() and text.isalnum():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in letters.casefold() if sign.isalnum())
