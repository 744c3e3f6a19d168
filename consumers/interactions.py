"""The topic of customer interactions."""

from consumers.intake import Intake
from router.decode import decode
from router.kafka.lane import Lane
from router.settings import Settings


def lanes(settings: Settings, intake: Intake) -> list[Lane]:
    """As many lanes as set: consumers of one group that share the topic's partitions."""
    topic, group = settings.topics.interactions, settings.kafka.group
    return [
        Lane(f"interactions-{number}", topic, group, intake, decode) for number in range(settings.kafka.lanes)
    ]
