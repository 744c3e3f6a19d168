"""Blind spots: places about which nothing is heard, with enough touchpoints to say so."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from router.insights.funnels import Funnel, added, together
from router.model.policy import ScoreSettings
from router.scores.score import Enough
from router.scores.several import adjusted_p

BlindSpotKind = Literal["no_rule", "nobody_asked", "nobody_answers"]
"""`no_rule`: no rule waits for it. `nobody_asked`: one does, and nothing was sent. `nobody_answers`: no answer came to what
was sent, which is more than chance."""

KINDS: Final[tuple[BlindSpotKind, ...]] = ("no_rule", "nobody_asked", "nobody_answers")

FALSE_SHARE: Final = 0.05
"""Of the places found where nobody answers, at most this share are found by chance, on average."""


class BlindSpot(Struct, frozen=True):
    """A place with so many `touchpoints`, named by its dimensions or by an attribute.

    `reason` is the most frequent one for which nobody was asked. `elsewhere` is the share of answers, of all sent, in all
    other places together (0 to 1).
    """

    kind: BlindSpotKind
    where: dict[str, str]
    touchpoints: int
    sent: int
    reason: str | None = None
    elsewhere: float | None = None


class _LookedAt(Struct, frozen=True):
    """A place to look at, and how many touchpoints are enough to speak of it."""

    where: dict[str, str]
    funnel: Funnel
    enough: int


def blind_spots(
    places: Sequence[Funnel], facts: Iterable[Funnel], settings: ScoreSettings
) -> list[BlindSpot]:
    """Those with enough touchpoints to say so, by kind, those with the most first.

    `places` are funnels by journey, step and channel, `facts` by attribute and value. A channel is not named where its
    whole step is.
    """
    steps = [_place(("journey", "step"), step, settings) for step in together(places, (0, 1))]
    waiting = {step.funnel.group for step in steps if step.funnel.stages["waited"]}
    channels = [
        _place(("journey", "step", "channel"), place, settings)
        for place in places
        if place.group[:2] in waiting
    ]
    # Where no rule waits for anything, the steps say so; each value would say it again.
    values = [_value(fact, settings) for fact in facts] if waiting else []
    found = [spot for step in steps if (spot := _not_asked(step))]
    named = [spot.where for spot in found]
    for place in (*channels, *values):
        spot = _not_asked(place)
        if spot is not None and not any(step.items() <= spot.where.items() for step in named):
            found.append(spot)
    found += _not_answered([*steps, *channels, *values], added((), places))
    return sorted(found, key=lambda spot: (KINDS.index(spot.kind), -spot.touchpoints))


def _place(names: Sequence[str], funnel: Funnel, settings: ScoreSettings) -> _LookedAt:
    return _LookedAt(dict(zip(names, map(str, funnel.group), strict=True)), funnel, settings.enough)


def _value(funnel: Funnel, settings: ScoreSettings) -> _LookedAt:
    """The place of an attribute's value; of a person nothing is said by fewer than ten touchpoints."""
    attribute, value = map(str, funnel.group)
    enough = Enough(settings.least, settings.enough)
    if attribute in settings.people:
        enough = enough.of_a_person()
    return _LookedAt({attribute: value}, funnel, enough.firm)


def _not_asked(place: _LookedAt) -> BlindSpot | None:
    """The blind spot of a place that no rule waits for, or where nobody was asked nor is about to be."""
    funnel, stages = place.funnel, place.funnel.stages
    if not stages["waited"]:
        kind: BlindSpotKind = "no_rule"
        touchpoints = stages["had_step"]
    elif not stages["sent"] and not funnel.waiting:
        kind, touchpoints = "nobody_asked", stages["waited"]
    else:
        return None
    if touchpoints < place.enough:
        return None
    why: dict[str, int] = {}
    for reasons in funnel.reasons.values():
        for reason, count in reasons.items():
            why[reason] = why.get(reason, 0) + count
    most = max(why, key=lambda reason: (why[reason], reason), default=None)
    return BlindSpot(kind, place.where, touchpoints, 0, most if kind == "nobody_asked" else None)


def _not_answered(places: Iterable[_LookedAt], everything: Funnel) -> list[BlindSpot]:
    """Those without any answer, where by the rate of all others there would certainly be one (own)."""
    tested: list[tuple[_LookedAt, float, float]] = []
    for place in places:
        sent, answered = place.funnel.stages["sent"], place.funnel.stages["answered"]
        others = everything.stages["sent"] - sent
        if sent >= place.enough and others > 0:
            elsewhere = (everything.stages["answered"] - answered) / others
            tested.append((place, elsewhere, 1.0 if answered else (1 - elsewhere) ** sent))
    ps = adjusted_p([p for _, _, p in tested])
    return [
        BlindSpot(
            "nobody_answers",
            place.where,
            place.funnel.stages["had_step"],
            place.funnel.stages["sent"],
            elsewhere=elsewhere,
        )
        for (place, elsewhere, _), p in zip(tested, ps, strict=True)
        if p <= FALSE_SHARE
    ]
