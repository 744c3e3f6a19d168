"""A customer's profile after one word more, said at a time.

In whatever order words are read, the later one holds; of the same time, the one read later.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from router.model.customer import Profile
from router.model.preferences import ALL, UNCLEAR
from router.policy.consent import said_at


def agreed(profile: Profile, words: Mapping[str, bool], at: datetime) -> Profile:
    """With a yes or no to channels, to purposes on them, or to all channels."""
    if _void(profile, "consent", at):
        return profile
    consent, said = dict(profile.consent), dict(profile.said)
    for key in sorted(words, key=lambda key: key.count("/")):
        member = f"consent/{key}"
        if at < said_at(profile, member):
            continue
        if not words[key]:
            _overtake(consent, said, key, at)
        consent[key] = words[key]
        said[member] = at
    return replace(profile, consent=consent, said=said)


def agreed_only(profile: Profile, channels: Iterable[str], at: datetime) -> Profile:
    """With all channels agreed to, the others unknown from then on."""
    if _void(profile, "consent", at):
        return profile
    consent = {key: yes for key, yes in profile.consent.items() if said_at(profile, f"consent/{key}") > at}
    said = _without(profile.said, "consent", profile.consent.keys() - consent.keys()) | {"consent": at}
    unclear = profile.unclear if profile.unclear is not None and profile.unclear > at else None
    emptied = replace(profile, consent=consent, said=said, unclear=unclear)
    return agreed(emptied, dict.fromkeys(channels, True), at)


def unclear_consent(profile: Profile, at: datetime) -> Profile:
    """With something about consent that could not be understood: no earlier yes holds."""
    if _void(profile, "consent", at):
        return profile
    consent, said = dict(profile.consent), dict(profile.said)
    _overtake(consent, said, ALL, at)
    since = max(at, profile.unclear) if profile.unclear is not None else at
    return replace(profile, consent=consent, said=said, unclear=since)


def suppressed(profile: Profile, entry: str, at: datetime) -> Profile:
    """With one suppression more, unless all were said anew later."""
    member = f"suppressed/{entry}"
    if at < said_at(profile, "suppressed"):
        return profile
    if entry in profile.suppressed and said_at(profile, member) >= at:
        return profile
    entries = tuple(sorted({*profile.suppressed, entry}))
    return replace(profile, suppressed=entries, said=profile.said | {member: at})


def suppressed_only(profile: Profile, entries: Iterable[str], at: datetime) -> Profile:
    """With these suppressions. All others are lifted that were not said later."""
    if at < said_at(profile, "suppressed"):
        return profile
    later = tuple(entry for entry in profile.suppressed if said_at(profile, f"suppressed/{entry}") > at)
    said = _without(profile.said, "suppressed", set(profile.suppressed) - set(later)) | {"suppressed": at}
    lifted = replace(profile, suppressed=later, said=said)
    for entry in entries:
        lifted = suppressed(lifted, entry, at)
    return lifted


def unclear_suppression(profile: Profile, at: datetime) -> Profile:
    """With a suppression that could not be understood: it stands against everything."""
    return suppressed(profile, UNCLEAR, at)


def with_text(profile: Profile, member: str, value: Any, at: datetime) -> Profile:
    """With another `locale` or `zone`; anything but a text makes it unknown."""
    if _void(profile, member, at):
        return profile
    known = value if isinstance(value, str) and value else None
    return replace(profile, **{member: known}, said=profile.said | {member: at})


def with_attributes(profile: Profile, attributes: Mapping[str, Any], at: datetime) -> Profile:
    """With attributes of the customer."""
    newer = {
        name: value for name, value in attributes.items() if not _void(profile, f"attributes/{name}", at)
    }
    said = dict.fromkeys((f"attributes/{name}" for name in newer), at)
    return replace(profile, attributes=profile.attributes | newer, said=profile.said | said)


def forgotten(profile: Profile, at: datetime) -> Profile:
    """Everything unknown that was not said later. Lifts no suppression."""
    if at < said_at(profile, "forget"):
        return profile
    kept = {member: when for member, when in profile.said.items() if when > at}
    standing = {f"suppressed/{entry}" for entry in profile.suppressed} | {"suppressed"}
    said = {member: when for member, when in profile.said.items() if member in kept or member in standing}
    return Profile(
        locale=profile.locale if "locale" in kept else None,
        zone=profile.zone if "zone" in kept else None,
        consent={key: yes for key, yes in profile.consent.items() if f"consent/{key}" in kept},
        suppressed=profile.suppressed,
        attributes={name: v for name, v in profile.attributes.items() if f"attributes/{name}" in kept},
        said=said | {"forget": at},
        unclear=profile.unclear if profile.unclear is not None and profile.unclear > at else None,
    )


def _void(profile: Profile, member: str, at: datetime) -> bool:
    """Whether something later was said of the member as a whole, or all was forgotten later."""
    return at < said_at(profile, member) or at < said_at(profile, "forget")


def _overtake(consent: dict[str, bool], said: dict[str, datetime], key: str, at: datetime) -> None:
    """Takes away each narrower yes of the same time: the wider no was read later."""
    narrower = [
        other
        for other, yes in consent.items()
        if yes and said.get(f"consent/{other}") == at and (key == ALL or other.startswith(f"{key}/"))
    ]
    for other in narrower:
        del consent[other], said[f"consent/{other}"]


def _without(said: Mapping[str, datetime], member: str, gone: Iterable[str]) -> dict[str, datetime]:
    names = {f"{member}/{entry}" for entry in gone}
    return {name: when for name, when in said.items() if name not in names}
