"""What is read out of interactions about being asked: preferences, a yes or a no, what could not be understood."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from router.decide import sayings
from router.model.customer import Profile
from router.model.interaction import DELIVERY_TYPE, PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.languages import language_tag
from router.model.naming import nearly
from router.model.policy import Policy
from router.model.preferences import (
    ALL,
    EVERYTHING,
    MEMBERS,
    UNCLEAR,
    Member,
    Unclear,
    channel_name,
    is_channel_word,
    read_consent,
    read_suppressed,
    strangers,
)
from router.model.zones import zone_name
from router.policy.suppressions import suppression
from router.rules.ruleset import RuleSet

_SHOWN: Final = 60
"""Characters of a language or a zone that cannot be read, as decisions show it."""

_OWN: Final = ("consent", "locale", "zone", "suppressed", "forget")


def recorded(profile: Profile, said: Interaction, rules: RuleSet, at: datetime) -> Profile:
    """The profile after preferences, heard `at`.

    Members that they name replace what was said earlier, others stay. `consent` is a map channel → true/false or a
    list of agreed channels; `forget: true` (a tombstone) makes everything unknown again, but lifts no suppression.
    A no to a channel that nobody knows may be meant for any: it leaves the customer unclear.
    """
    data = said.attributes
    if data.get("forget") is True:
        return _refusals_of(data, sayings.forgotten(profile, at), rules, at)
    for member, value in (("locale", data.get("locale") or said.locale), ("zone", data.get("zone"))):
        if member in data or value is not None:
            profile = sayings.with_text(profile, member, value, at)
    profile = _consent(profile, data.get("consent"), rules, at)
    profile = _suppressed(profile, data.get("suppressed"), rules, at)
    attributes = {key: value for key, value in data.items() if key not in _OWN}
    return sayings.with_attributes(profile, attributes, at) if attributes else profile


def implied(profile: Profile, interaction: Interaction, rules: RuleSet, at: datetime) -> Profile:
    """The profile after an interaction that the policy reads as a suppression, a yes or a no.

    A no without a channel is one to all channels; a yes without one is none.
    """
    policy, channel, kind = (
        rules.policy,
        channel_name(interaction.channel or ""),
        rules.telling(interaction.type),
    )
    if channel in ("", ALL) or kind in policy.suppressed_by:
        return withdrawn(profile, kind or "", policy, at)
    given = kind in policy.consent_given_by
    profile = sayings.agreed(profile, {channel: given}, at)
    return (
        profile if given or not strangers([channel], rules.channels) else sayings.unclear_consent(profile, at)
    )


def withdrawn(profile: Profile, kind: str, policy: Policy, at: datetime) -> Profile:
    """The profile after an interaction of a type, of which no more can be told: a no is one to everything."""
    reason = policy.suppressed_by.get(kind)
    if reason is not None:
        return sayings.suppressed(profile, suppression(reason), at)
    if kind in policy.consent_withdrawn_by:
        return sayings.agreed(profile, {ALL: False}, at)
    return profile


def left_of(profile: Profile, suppressions: Iterable[str], at: datetime) -> Profile:
    """What is left of a customer who was erased: nothing that was said before is heard any more, but these stand."""
    profile = sayings.forgotten(profile, at)
    for entry in suppressions:
        profile = sayings.suppressed(profile, entry, at)
    return profile


def tells(interaction: Interaction, rules: RuleSet) -> bool:
    """Whether an interaction has to be decided: what could not be read only where it may have been a no."""
    if interaction.type != UNCLEAR_TYPE:
        return True
    kind, policy = interaction.attributes.get("of", ""), rules.policy
    said = rules.telling(kind)
    return kind == PREFERENCES_TYPE or said in policy.suppressed_by or said in policy.consent_withdrawn_by


def not_understood(profile: Profile, found: Interaction, rules: RuleSet, at: datetime) -> Profile:
    """The profile after something that could not be read, as far as it may have been a no."""
    kind = found.attributes.get("of", "")
    if kind != PREFERENCES_TYPE:
        return withdrawn(profile, rules.telling(kind) or kind, rules.policy, at)
    members = found.attributes.get("members", ())
    if "consent" in members:
        profile = sayings.unclear_consent(profile, at)
    return sayings.unclear_suppression(profile, at) if "suppressed" in members else profile


def unclear_members(said: Interaction, rules: RuleSet) -> list[Member]:
    """The members of preferences that cannot be understood, whatever was said of them before or later."""
    data, found = said.attributes, Profile()
    consent = _consent(found, data.get("consent"), rules, said.time).unclear is not None
    stands = UNCLEAR in _suppressed(found, data.get("suppressed"), rules, said.time).suppressed
    return [member for member, unclear in zip(MEMBERS, (consent, stands), strict=True) if unclear]


def unreadable(said: Interaction) -> dict[str, str]:
    """The language and the zone that preferences name and that cannot be read, by member: they count as unknown."""
    data = said.attributes
    given = {"locale": data.get("locale") or said.locale, "zone": data.get("zone")}
    read: dict[str, Callable[[str], str | None]] = {"locale": language_tag, "zone": zone_name}
    return {
        member: text[:_SHOWN]
        for member, text in given.items()
        if isinstance(text, str) and text.strip() and read[member](text) is None
    }


def said_when(interaction: Interaction, now: datetime) -> datetime:
    """When a word was said: the time of its interaction, but never after the clock it is heard at.

    So no word of a clock that is ahead can outlast those that follow.
    """
    own = interaction.type in (UNCLEAR_TYPE, DELIVERY_TYPE)
    untimed = own and interaction.attributes.get("untimed") is True
    return now if untimed else min(interaction.time, now)


def _consent(profile: Profile, given: Any, rules: RuleSet, at: datetime) -> Profile:
    if given is None:
        return profile
    try:
        said = read_consent(given, len(given) if isinstance(given, dict | list) else 0)
    except Unclear:
        return sayings.unclear_consent(profile, at)
    if isinstance(said, list):
        return sayings.agreed_only(profile, said, at)
    profile = sayings.agreed(profile, said, at)
    return sayings.unclear_consent(profile, at) if strange(_refused(said), rules) else profile


def _suppressed(profile: Profile, given: Any, rules: RuleSet, at: datetime) -> Profile:
    if given is None:
        return profile
    try:
        entries = read_suppressed(given)
    except Unclear:
        return sayings.unclear_suppression(profile, at)
    profile = sayings.suppressed_only(profile, entries, at)
    return sayings.unclear_suppression(profile, at) if strange(_confined(entries), rules) else profile


def _refusals_of(data: dict[str, Any], profile: Profile, rules: RuleSet, at: datetime) -> Profile:
    """The profile after the noes of preferences that make everything else unknown."""
    consent = data.get("consent")
    if isinstance(consent, dict | list):
        refused = consent.items() if isinstance(consent, dict) else ()
        consent = {key: agreed for key, agreed in refused if agreed is not True}
    profile = _consent(profile, consent, rules, at)
    for entry in _suppressed(Profile(), data.get("suppressed"), rules, at).suppressed:
        profile = sayings.suppressed(profile, entry, at)
    return profile


def strange(named: Iterable[tuple[str, str]], rules: RuleSet) -> bool:
    """Whether nobody can say which of these pairs of a channel and a purpose are meant.

    Purposes are free: only one that is nearly that of a survey, the name of a survey, a channel, or a word for all
    surveys is taken for a slip of the pen.
    """
    pairs = list(named)
    odd = {purpose for _, purpose in pairs if purpose} - rules.purposes
    surveys = {word.casefold() for survey in rules.surveys.values() for word in (survey.name, survey.metric)}
    slips = any(
        purpose in EVERYTHING
        or purpose in surveys
        or is_channel_word(purpose, rules.channels)
        or any(nearly(purpose, known) for known in rules.purposes)
        for purpose in odd
    )
    return slips or bool(strangers([channel for channel, _ in pairs if channel], rules.channels))


def _refused(said: dict[str, bool]) -> list[tuple[str, str]]:
    """The channels and purposes that a consent says no to."""
    keys = (key.partition("/") for key, agreed in said.items() if not agreed)
    return [(channel, purpose) for channel, _, purpose in keys]


def _confined(entries: list[str]) -> list[tuple[str, str]]:
    """The channels and purposes that suppressions are confined to."""
    parts = (f"{entry}///".split("/") for entry in entries)
    return [(channel, purpose) for _, channel, purpose, *_ in parts]
