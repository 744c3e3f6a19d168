"""The topics a role needs: looked for at start, made where the settings allow it."""

from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from router.kafka.connection import client_options
from router.kafka.diagnosis import diagnosis
from router.kafka.producer import BrokerUnavailable
from router.settings import Settings

BROKER_DEFAULT = -1
"""Asks for the replication that the broker is set to; aiokafka takes it only on a finished `NewTopic`."""


class TopicsMissing(Exception):
    """Topics that the service needs are not there. The text names them and says what to do."""


def needed(settings: Settings) -> list[str]:
    """All topics that are read or written whatever the rules, dead letters included."""
    topics = settings.topics
    outputs = (topics.invitations, *topics.alert_topics)
    return [*topics.inputs, *outputs, *(topics.dlq_of(topic) for topic in topics.inputs)]


async def ensure_topics(settings: Settings, names: Sequence[str]) -> None:
    """Returns when all these topics are there. Raises `TopicsMissing` or `BrokerUnavailable`."""
    client = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        await client.start()
        missing = sorted(set(names) - set(await client.list_topics()))
        if missing and settings.topics.create:
            await _create(client, missing, settings.kafka.partitions)
        elif missing:
            raise TopicsMissing(
                f"topics {', '.join(missing)} are not there: create them, or set ROUTER_TOPICS__CREATE=true"
            )
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(await diagnosis(settings.kafka)) from error
    finally:
        await client.close()


async def _create(client: AIOKafkaAdminClient, names: Sequence[str], partitions: int) -> None:
    topics = [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
    for topic in topics:
        topic.replication_factor = BROKER_DEFAULT
    answer = await client.create_topics(topics)
    for name, code, *_ in answer.topic_errors:
        # Another process may have made it meanwhile.
        if code not in (NoError.errno, TopicAlreadyExistsError.errno):
            raise TopicsMissing(
                f"topic {name} cannot be created ({for_code(code).__name__}): create it yourself"
            )
