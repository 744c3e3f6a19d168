"""The topics of what comes back about invitations: the sender's reports, the customers' answers."""

from consumers.intake import Intake
from router.bootstrap import token_secret
from router.decode import decode_deliveries, responses_decoder
from router.kafka.lane import Lane
from router.settings import Settings


def lanes(settings: Settings, intake: Intake) -> list[Lane]:
    """One lane for each, in groups of their own."""
    topics, group = settings.topics, settings.kafka.group
    answers = responses_decoder(token_secret(settings))
    return [
        Lane("deliveries-0", topics.deliveries, f"{group}.deliveries", intake, decode_deliveries),
        Lane("responses-0", topics.responses, f"{group}.responses", intake, answers),
    ]
