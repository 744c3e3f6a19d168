"""The topic of customer preferences: consent, locale, time zone, segment."""

from consumers.intake import Intake
from router.decode import decode_preferences
from router.kafka.lane import Lane
from router.settings import Settings


def lanes(settings: Settings, intake: Intake) -> list[Lane]:
    """One lane in a group of its own, so that it takes no part in the rebalances of the interactions."""
    group = f"{settings.kafka.group}.preferences"
    return [Lane("preferences-0", settings.topics.preferences, group, intake, decode_preferences)]
