"""The topic of customer interactions."""

from router.decode import decode
from router.kafka.lane import Lane, Take
from router.settings import Settings


def lanes(settings: Settings, take: Take) -> list[Lane]:
    """As many lanes as set: consumers of one group that share the topic's partitions."""
    topic, group = settings.topics.interactions, settings.kafka.group
    return [
        Lane(f"interactions-{number}", topic, group, take, decode) for number in range(settings.kafka.lanes)
    ]
