"""What a customer said about a channel: of all words that cover it, the newest."""

from datetime import UTC, datetime
from typing import Final, Literal

from router.model.customer import Profile
from router.model.preferences import ALL, UNCLEAR, channel_name

ConsentAnswer = Literal["yes", "no", "unknown", "unclear"]
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def answer(profile: Profile, channel: str, purpose: str | None = None) -> ConsentAnswer:
    """What holds for a survey with that purpose on that channel.

    While a suppression is not understood, nothing is agreed to.
    A no to the very purpose holds until that purpose is spoken of again. Else the newest of what was said to the
    purpose, to the channel, to all channels, and of what could not be understood. Of the same time the narrower
    holds; where no times are known the no does.
    """
    if UNCLEAR in profile.suppressed:
        return "unclear"
    if not profile.consent and profile.unclear is None:
        return "unknown"
    channel = channel_name(channel)
    purposed = channel if purpose is None else channel_name(f"{channel}/{purpose}")
    if profile.consent.get(purposed) is False:
        return "no"
    newest, said = _newest(profile, channel, purposed)
    if profile.unclear is not None and profile.unclear > said:
        return "unclear"
    return "unknown" if newest is None else "yes" if newest else "no"


def said_at(profile: Profile, member: str) -> datetime:
    """When a member of the profile was said, `LONG_AGO` where that is not known."""
    return profile.said.get(member, LONG_AGO)


def _newest(profile: Profile, channel: str, purposed: str) -> tuple[bool | None, datetime]:
    """The newest yes or no that covers a channel and purpose, and its time."""
    newest, when = None, LONG_AGO
    for key in dict.fromkeys((purposed, channel, ALL)):
        agreed = profile.consent.get(key)
        if agreed is None:
            continue
        said = said_at(profile, f"consent/{key}")
        if newest is None or said > when or (not agreed and said == when == LONG_AGO):
            newest, when = agreed, said
    return newest, when
