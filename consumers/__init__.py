"""The FastStream application: raw Kafka records in, handed on in batches, nothing else."""

from consumers import interactions, preferences, reports, sources
from router.kafka.lane import Topics

TOPICS = Topics((interactions.lanes, preferences.lanes, reports.lanes), sources.lanes)
"""What is read, and how: each makes the lanes of its topics; those of sources come and go with the rules."""
