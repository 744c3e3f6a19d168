"""The topic of customer preferences: consent, locale, time zone, segment."""

from router.decode import decode_preferences
from router.kafka.lane import Lane, Take
from router.settings import Settings


def lanes(settings: Settings, take: Take) -> list[Lane]:
    """One lane in a group of its own, so that it takes no part in the rebalances of the interactions."""
    group = f"{settings.kafka.group}.preferences"
    return [Lane("preferences-0", settings.topics.preferences, group, take, decode_preferences)]
