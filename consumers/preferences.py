"""The topic of customer preferences: consent, locale, time zone, segment."""

from consumers.intake import Intake
from consumers.lane import Lane
from router.decode import decode_preferences
from router.settings import Settings


def lanes(settings: Settings, intake: Intake) -> list[Lane]:
    """One lane: preferences change seldom."""
    return [Lane("preferences-0", settings.topics.preferences, intake, decode_preferences)]
