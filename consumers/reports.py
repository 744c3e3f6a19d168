"""The topics of what comes back about invitations: the sender's reports, the customers' answers."""

from router.decode import decode_deliveries, responses_decoder
from router.kafka.lane import Lane, Take
from router.service.secret import token_secret
from router.settings import Settings


def lanes(settings: Settings, take: Take) -> list[Lane]:
    """One lane for each, in groups of their own."""
    topics, group = settings.topics, settings.kafka.group
    answers = responses_decoder(token_secret(settings))
    return [
        Lane("deliveries-0", topics.deliveries, f"{group}.deliveries", take, decode_deliveries),
        Lane("responses-0", topics.responses, f"{group}.responses", take, answers),
    ]
