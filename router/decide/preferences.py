"""Preferences: what a customer said about being asked."""

from typing import Any

from msgspec.structs import replace

from router.model.customer import SUPPRESSIONS, Profile
from router.model.interaction import Interaction
from router.model.policy import Policy
from router.policy.suppressions import suppression

_OWN = ("consent", "locale", "zone", "suppressed", "forget")


def recorded(profile: Profile, interaction: Interaction) -> Profile:
    """The profile after a preferences interaction.

    Members that it names replace the known ones, others stay. `consent` is a map channel → true/false (null:
    unknown) or a list of agreed channels; `forget: true` (a tombstone) makes everything unknown again, but lifts
    no suppression.
    """
    data = interaction.attributes
    if data.get("forget") is True:
        return Profile(suppressed=profile.suppressed)
    return Profile(
        locale=_text(data, "locale", interaction.locale or profile.locale),
        zone=_text(data, "zone", profile.zone),
        consent=_consent(profile.consent, data.get("consent")),
        suppressed=_suppressed(profile.suppressed, data.get("suppressed")),
        attributes=profile.attributes | {key: value for key, value in data.items() if key not in _OWN},
    )


def implied(profile: Profile, interaction: Interaction, policy: Policy) -> Profile:
    """The profile after an interaction that the policy reads as a suppression, a yes or a no."""
    reason = policy.suppressed_by.get(interaction.type)
    if reason is not None:
        entry = suppression(reason)
        return replace(profile, suppressed=tuple(sorted({*profile.suppressed, entry})))
    if interaction.channel is None:
        return profile
    given = interaction.type in policy.consent_given_by
    return replace(profile, consent=profile.consent | {interaction.channel: given})


def _text(data: dict[str, Any], key: str, known: str | None) -> str | None:
    if key not in data:
        return known
    value = data[key]
    return value if isinstance(value, str) and value else None


def _consent(known: dict[str, bool], given: Any) -> dict[str, bool]:
    if isinstance(given, list):
        return {channel: True for channel in given if isinstance(channel, str)}
    if not isinstance(given, dict):
        return known
    merged = dict(known)
    for channel, agreed in given.items():
        if isinstance(agreed, bool):
            merged[channel] = agreed
        else:
            merged.pop(channel, None)
    return merged


def _suppressed(known: tuple[str, ...], given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list):
        return known
    named = {entry for entry in given if isinstance(entry, str)}
    return tuple(sorted(entry for entry in named if entry.partition("/")[0] in SUPPRESSIONS))
