"""The topics of vendors' messages, which sources of the rules make interactions of."""

from datetime import datetime

from router.decode import Decoded
from router.flow.pipeline import Decode
from router.kafka.lane import Lane, Take
from router.model.record import Record
from router.rules.ruleset import RuleSet
from router.settings import Settings
from router.sources.records import decode_mapped


class ByMapping:
    """Decodes by the sources of the rules that are in force as a batch is read."""

    def under(self, rules: RuleSet) -> Decode:
        """The decoding by the sources of a rule set."""

        def decode(record: Record, latest: datetime) -> Decoded:
            return decode_mapped(record, latest, rules.mappers, revision=rules.revision)

        return decode


def lanes(settings: Settings, take: Take, topic: str) -> list[Lane]:
    """As many lanes for a topic as for interactions, in a group of its own: a new topic is no rebalance for others."""
    group = f"{settings.kafka.group}.sources.{topic}"
    return [
        Lane(f"{topic}-{number}", topic, group, take, ByMapping()) for number in range(settings.kafka.lanes)
    ]
