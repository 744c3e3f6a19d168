"""Folds an interaction into a customer's journeys: which pass it belongs to and where that pass stands then."""

from hashlib import blake2b

from router.journeys.effort import measured
from router.model.interaction import Interaction
from router.model.journey import Journey, Move, Movement, StepDefinition
from router.model.journey_map import JourneyMap
from router.model.keys import as_key


def fold(
    journey_map: JourneyMap, journeys: tuple[Journey, ...], interaction: Interaction, instance: str | None
) -> tuple[tuple[Journey, ...], Move | None]:
    """The customer's journeys after the interaction, and the move it made. Its type must be one of the map's.

    `instance` is that of the map which the interaction names. None for the move: it belongs to no pass. Without the
    instance key that the journey is told apart by, an interaction joins the open pass, and only one that enters the
    first step of the order may open another.
    """
    at = _position(journey_map, journeys, interaction, instance) if journeys else None
    known = journeys[at] if at is not None else None
    step = journey_map.step_of.get(interaction.type)
    if at is None and instance is None and not journey_map.may_open(step):
        return journeys, None
    if known is None or _begins_anew(journey_map, known, step, interaction):
        move = _begin(journey_map, step, interaction, instance)
    else:
        move = _continue(journey_map, known, step, interaction)
    if at is None:
        return (*journeys, move.journey), move
    return (*journeys[:at], move.journey, *journeys[at + 1 :]), move


def _position(
    journey_map: JourneyMap, journeys: tuple[Journey, ...], interaction: Interaction, instance: str | None
) -> int | None:
    """Where the pass stands that the interaction belongs to: its instance, or the open one active last."""
    own = [(at, journey) for at, journey in enumerate(journeys) if journey.name == journey_map.name]
    if instance is not None:
        exact = next((at for at, journey in own if journey.instance == instance), None)
        if exact is not None:
            return exact
        # A pass that was stored before keys were made is spelt as it was sent.
        return next((at for at, journey in own if as_key(journey.instance) == instance), None)
    candidates = [
        (at, journey)
        for at, journey in own
        if journey.instance is None or journey_map.is_open(journey, interaction.time)
    ]
    # Of several the open one, then the one active last; of equals the first.
    best = max(candidates, key=lambda place: (not place[1].ended, place[1].active_at), default=None)
    return best[0] if best is not None else None


def _begins_anew(
    journey_map: JourneyMap, journey: Journey, step: StepDefinition | None, interaction: Interaction
) -> bool:
    if journey_map.expired(journey, interaction.time):
        return True
    if not journey.ended or journey.instance is not None or step is None:
        return False
    # What happened before the pass ended belongs to it, however late it is heard of.
    return interaction.time >= journey.entered_at and not journey_map.reopens(step)


def _begin(
    journey_map: JourneyMap, step: StepDefinition | None, interaction: Interaction, instance: str | None
) -> Move:
    time, entered = interaction.time, step is not None
    signals, seen, entries = measured(journey_map, None, interaction, step, entered=entered)
    name = step.name if step else None
    ended = step is not None and step.ends
    opened_by = blake2b(f"{interaction.source}\0{interaction.id}".encode(), digest_size=8).hexdigest()
    journey = Journey(
        journey_map.name,
        instance,
        name,
        time,
        time,
        time,
        ended,
        signals,
        seen,
        entries,
        opened_by,
    )
    return Move(journey, "entered" if entered else "none", name)


def _continue(
    journey_map: JourneyMap, journey: Journey, step: StepDefinition | None, interaction: Interaction
) -> Move:
    movement = _movement(journey_map, journey, step, interaction)
    entered = movement == "entered"
    signals, seen, entries = measured(journey_map, journey, interaction, step, entered=entered)
    moved = Journey(
        journey.name,
        journey.instance,
        step.name if step and entered else journey.step,
        journey.opened_at,
        interaction.time if entered else journey.entered_at,
        max(journey.active_at, interaction.time),
        bool(step and step.ends) if entered else journey.ended,
        signals,
        seen,
        entries,
        journey.opened_by,
    )
    return Move(moved, movement, step.name if step else None)


def _movement(
    journey_map: JourneyMap, journey: Journey, step: StepDefinition | None, interaction: Interaction
) -> Movement:
    if step is None:
        return "none"
    if interaction.time < journey.entered_at:
        return "late"
    if step.name == journey.step:
        return "repeated"
    if journey.ended and not journey_map.reopens(step):
        return "none"
    rank = journey_map.rank.get(step.name)
    if rank is None or step.reopens or journey.step is None:
        return "entered"
    return "entered" if rank > journey_map.rank.get(journey.step, -1) else "none"
