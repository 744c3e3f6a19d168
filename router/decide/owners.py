"""Whose an interaction is that names no customer: by its journey's instance, or by the invitation it is about."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide.batch import NOBODY, decided_once
from router.model.fields import instance_of
from router.model.interaction import ABOUT_INVITATIONS, Interaction, named_invitation
from router.model.ledger import InstanceKey
from router.rules.ruleset import RuleSet


class OwnerLookup(Struct, frozen=True):
    """What some interactions name besides a customer: by these their customers are looked up."""

    instances: frozenset[InstanceKey]
    invitations: frozenset[UUID]

    def __bool__(self) -> bool:
        return bool(self.instances or self.invitations)


def to_look_up(interactions: Iterable[Interaction], rules: RuleSet) -> OwnerLookup:
    """What the interactions name: instances that identify a customer, and invitations that are reported on."""
    instances: set[InstanceKey] = set()
    invitations: set[UUID] = set()
    for interaction in interactions:
        if interaction.type in ABOUT_INVITATIONS:
            if (name := named_invitation(interaction)) is not None:
                invitations.add(name)
        elif interaction.type in rules.identifying:
            instances.update(_instances(interaction, rules))
    return OwnerLookup(frozenset(instances), frozenset(invitations))


def resolved(
    interactions: Sequence[Interaction],
    rules: RuleSet,
    owners: dict[InstanceKey, str],
    invitations: Mapping[UUID, str],
) -> tuple[list[Interaction], dict[InstanceKey, str]]:
    """The interactions with their customers, and the owners that they bring. `owners` takes these up.

    The first customer that an instance is seen with stays its owner.
    """
    found: list[Interaction] = []
    brought: dict[InstanceKey, str] = {}
    for interaction in interactions:
        if interaction.type in ABOUT_INVITATIONS:
            name = named_invitation(interaction)
            customer = invitations.get(name, "") if name else ""
            known = interaction.customer_id == customer
            found.append(interaction if known else replace(interaction, customer_id=customer))
        elif interaction.type in rules.identifying:
            found.append(_identified(interaction, _instances(interaction, rules), owners, brought))
        else:
            found.append(interaction)
    return found, brought


def _identified(
    interaction: Interaction,
    instances: list[InstanceKey],
    owners: dict[InstanceKey, str],
    brought: dict[InstanceKey, str],
) -> Interaction:
    if not interaction.customer_id:
        customer = next((owners[key] for key in instances if key in owners), "")
        return replace(interaction, customer_id=customer) if customer else interaction
    for key in instances:
        if key not in owners:
            owners[key] = brought[key] = interaction.customer_id
    return interaction


def _instances(interaction: Interaction, rules: RuleSet) -> list[InstanceKey]:
    keys = [(name, instance_of(interaction, name)) for name in rules.identifying[interaction.type]]
    return [InstanceKey(attribute, key) for attribute, key in keys if key is not None]


def keys_to_look_up(interaction: Interaction, key: UUID, rules: RuleSet) -> list[tuple[str, UUID]]:
    """Under whom an interaction may have been decided before: its customer, or nobody where none was known then."""
    name = interaction.customer_id
    if name and decided_once(interaction, rules):
        return [(name, key), (NOBODY, key)]
    return [(name, key)]
