"""The topics that sources of the rules read, as far as the settings allow them."""

from router.kafka.topics import TopicsMissing, ensure_topics
from router.rules.ruleset import RuleSet
from router.service.embedded import runs_embedded
from router.settings import Settings


def source_topics(settings: Settings, rules: RuleSet) -> list[str]:
    """The topics of the sources of a rule set that may be read, by name."""
    return sorted({one.topic for one in rules.sources.values() if settings.topics.allows(one.topic)})


async def why_missing(settings: Settings, topic: str) -> str | None:
    """Why a topic and that of its dead letters are not there, and what to do; None where they are.

    Makes them where the settings allow it. The embedded broker makes a topic when it is first asked for. Raises
    `BrokerUnavailable`.
    """
    if runs_embedded(settings):
        return None
    try:
        await ensure_topics(settings, [topic, settings.topics.dlq_of(topic)])
    except TopicsMissing as missing:
        return str(missing)
    return None
