"""Whose an interaction is that names no customer: by its journey's instance, or by the invitation it is about."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.model.fields import instance_of
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE, Interaction
from router.model.ledger import InstanceKey
from router.ruleset import RuleSet

_ABOUT_INVITATIONS = (DELIVERY_TYPE, RESPONSE_TYPE)


class Asked(Struct, frozen=True):
    """What has to be looked up to tell whose some interactions are."""

    instances: frozenset[InstanceKey]
    invitations: frozenset[UUID]

    def __bool__(self) -> bool:
        return bool(self.instances or self.invitations)


def to_look_up(interactions: Iterable[Interaction], rules: RuleSet) -> Asked:
    """What the interactions name: instances that identify a customer, and invitations that are reported on."""
    instances: set[InstanceKey] = set()
    invitations: set[UUID] = set()
    for interaction in interactions:
        if interaction.type in _ABOUT_INVITATIONS:
            invitations |= _invitation(interaction)
        elif interaction.type in rules.identifying:
            instances.update(_instances(interaction, rules))
    return Asked(frozenset(instances), frozenset(invitations))


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
        if interaction.type in _ABOUT_INVITATIONS:
            customer = next((invitations.get(name, "") for name in _invitation(interaction)), "")
            found.append(replace(interaction, customer_id=customer))
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


def _invitation(interaction: Interaction) -> set[UUID]:
    try:
        return {UUID(str(interaction.attributes.get("invitation_id")))}
    except ValueError:
        return set()
