"""Passes of journeys with their contacts, folded again from the journal as the service folds them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from router.journeys import fold
from router.model.encoding import decode_interaction, decode_type
from router.model.fields import of_interaction
from router.model.interaction import Interaction
from router.model.journey import EffortDefinition, Journey, Move
from router.model.journey_map import JourneyMap
from router.model.keys import as_key
from router.model.ledger import JournalRow
from router.rules.ruleset import RuleSet


class Contact(Struct):
    """One contact of a pass: the step it stood in then, and the values of the attributes that are looked at.

    `transfers_told` is whether the interaction said anything about transfers.
    """

    time: datetime
    step: str
    channel: str
    attributes: dict[str, str]
    transferred: bool = False
    transfers_told: bool = False


class Pass(Struct):
    """One customer's pass through a journey: its contacts by time, and when it was ended and opened again."""

    journey: str
    can_end: bool
    contacts: list[Contact] = field(default_factory=list)
    ended: list[datetime] = field(default_factory=list)
    reopened: list[datetime] = field(default_factory=list)

    def repeated(self, at: int, within: timedelta) -> Contact | None:
        """The contact that followed one within the span."""
        after = self.contacts[at + 1 : at + 2]
        return after[0] if after and after[0].time - self.contacts[at].time <= within else None

    def resolved_at_first(self, within: timedelta) -> bool:
        """Whether the first contact was the only one, within the span.

        The pass was not opened again in it, and ended in it where its journey has steps that end it.
        """
        begin = self.contacts[0].time
        end = begin + within
        if self.repeated(0, within) is not None or any(begin <= at <= end for at in self.reopened):
            return False
        return not self.can_end or any(begin <= at <= end for at in self.ended)


class ContactMap(Struct, frozen=True):
    """A journey that counts contacts: the types that are contacts, and the signal that tells of transfers."""

    journey_map: JourneyMap
    contacts: frozenset[str]
    transfers: EffortDefinition | None


def contact_maps(rules: RuleSet, contacts: str, transfers: str) -> dict[str, ContactMap]:
    """The journeys that have an effort signal of the name `contacts` that counts types, by journey."""
    found = {}
    for name, journey_map in rules.maps.items():
        signals = {effort.name: effort for effort in journey_map.definition.effort}
        if contacts in signals and signals[contacts].kind == "count":
            moved = signals.get(transfers)
            usable = moved if moved is not None and moved.kind in ("sum", "count") else None
            found[name] = ContactMap(journey_map, frozenset(signals[contacts].types), usable)
    return found


def passes_of(
    rows: Iterable[JournalRow], rules: RuleSet, maps: dict[str, ContactMap], attributes: Sequence[str]
) -> list[Pass]:
    """The passes of one customer, by all their rows in the order decided.

    They are folded by the rules of now, whichever were in force then, so that before and after are measured alike.
    """
    journeys: dict[str, dict[str | None, Journey]] = {name: {} for name in maps}
    current: dict[tuple[str, str | None], Pass] = {}
    passes: list[Pass] = []
    for row in rows:
        wanted = [
            maps[one.name] for one in rules.maps_of_type.get(decode_type(row.body), ()) if one.name in maps
        ]
        if not wanted:
            continue
        interaction = decode_interaction(row.body)
        for one in wanted:
            moved = _moved(one.journey_map, journeys[one.journey_map.name], interaction)
            if moved is None:
                continue
            before, move = moved
            place = (one.journey_map.name, move.journey.instance)
            if before is None or before.opened_by != move.journey.opened_by:
                before = None
                can_end = any(step.ends for step in one.journey_map.definition.steps.values())
                current[place] = Pass(one.journey_map.name, can_end)
                passes.append(current[place])
            _note(current[place], one, before, move, interaction, attributes)
    for found in passes:
        found.contacts.sort(key=lambda contact: contact.time)
    return passes


def _moved(
    journey_map: JourneyMap, known: dict[str | None, Journey], interaction: Interaction
) -> tuple[Journey | None, Move] | None:
    """The pass before, where there is one, and the move; None where the interaction belongs to no pass."""
    instance = journey_map.instance_of(interaction)
    if instance is None:
        candidates = tuple(known.values())
    else:
        candidates = (known[instance],) if instance in known else ()
    _, move = fold(journey_map, candidates, interaction, instance)
    if move is None:
        return None
    before = known.get(move.journey.instance)
    known[move.journey.instance] = move.journey
    return before, move


def _note(
    found: Pass,
    counted: ContactMap,
    before: Journey | None,
    move: Move,
    interaction: Interaction,
    attributes: Sequence[str],
) -> None:
    if move.movement == "entered" and move.step is not None:
        step = counted.journey_map.definition.steps[move.step]
        if step.reopens or (before is not None and before.ended):
            found.reopened.append(interaction.time)
        if step.ends:
            found.ended.append(interaction.time)
    if interaction.type in counted.contacts:
        values = {name: as_key(of_interaction(interaction, name)) for name in attributes}
        found.contacts.append(
            Contact(
                interaction.time,
                move.journey.step or "",
                interaction.channel or "",
                {name: value for name, value in values.items() if value is not None},
            )
        )
        if counted.transfers is not None and counted.transfers.kind == "sum":
            told = of_interaction(interaction, counted.transfers.field)
            number = isinstance(told, int | float) and not isinstance(told, bool)
            found.contacts[-1].transfers_told = number
            found.contacts[-1].transferred = number and told > 0
    if counted.transfers is not None and interaction.type in counted.transfers.types and found.contacts:
        found.contacts[-1].transferred = found.contacts[-1].transfers_told = True
