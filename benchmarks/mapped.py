"""The price of mapping: the same events as a vendor's messages, beside events that were sent as such."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.comparison import AGE, Plan
from benchmarks.measuring import Round, run_round
from benchmarks.report import rate_ratio, show_round, show_summary
from benchmarks.sides import Processes, Service
from benchmarks.story import JOURNEYS, Event, Expected, Log
from benchmarks.topics import PARTITIONS, Topics
from tests.services.service import Kafka, Postgres

SLOWEST = 0.85
"""At least so many times the events' rate must be that of messages that are mapped."""

_FACTS = ("product", "amount", "agent_id", "region", "branch", "duration_seconds", "first_contact", "queue")


class MappedService(Service):
    """This service, which reads a vendor's topic by a mapping of fourteen values."""

    def __init__(self, kafka: Kafka, database: str, directory: Path, processes: Processes) -> None:
        super().__init__(kafka, database, directory, processes, "mapped")
        self.topic = "mapped.raw"
        kafka.create_topics({self.topic: PARTITIONS, f"{self.topic}.dlq": 1})
        self._reading = f"{self.group}.sources.{self.topic}"
        self.groups = {self._reading: processes.workers * processes.lanes}
        self._environment["ROUTER_TOPICS__SOURCES"] = self.topic
        (directory / "mapped-rules" / "source.yaml").write_text(_source(self.topic))

    async def finished(self, topics: Topics, events: int) -> bool:
        return topics.unread(self._reading, self.topic) <= 0


def _source(topic: str) -> str:
    names = (*_FACTS, *(journey.instance for journey in JOURNEYS))
    facts = "".join(f"      {name}: facts.{name}\n" for name in names)
    return f"""\
source: crm
topic: {topic}
interactions:
  - type: {{path: kind}}
    id: sent.id
    time: {{path: sent.at, unit: ms}}
    customer: customer.number
    data:
      channel: {{path: via, map: {{voice: phone}}, otherwise: {{path: via}}}}
      locale: customer.language
{facts}"""


def as_vendor(event: Event) -> Event:
    """An event as a CRM would tell it: other names, nested, its time in milliseconds."""
    told = json.loads(event.value)
    facts = told["data"]
    channel, language = facts.pop("channel"), facts.pop("locale")
    message = {
        "kind": told["type"],
        "sent": {"id": told["id"], "at": round(datetime.fromisoformat(told["time"]).timestamp() * 1_000)},
        "customer": {"number": told["subject"], "language": language},
        "via": "voice" if channel == "phone" else channel,
        "facts": facts,
    }
    return Event(event.customer, json.dumps(message).encode(), event.matches)


async def compare_mapped(
    plan: Plan, kafka: Kafka, postgres: Postgres, directory: Path, console: Console
) -> bool:
    """Runs rounds of events and of mapped messages; whether the ratio is as wanted. The first of each warms up."""
    topics = Topics(kafka.bootstrap)
    log = Log(plan.seed, datetime.now(UTC) - AGE)
    processes = Processes(plan.workers, plan.lanes, plan.records)
    sides: Sequence[tuple[Service, Expected, list[Round]]] = (
        (plan.service(kafka, postgres, directory, "events"), Expected(), []),
        (MappedService(kafka, postgres.create_database(), directory, processes), Expected(), []),
    )
    for side, *_ in sides:
        await side.prepare()
    for number in range(plan.rounds + 1):
        events = log.take(plan.events)
        for side, expected, rounds in sides:
            given = [as_vendor(one) for one in events] if isinstance(side, MappedService) else events
            one = await run_round(side, topics, expected, given)
            show_round(console, f"{side.name}{'' if number else ' (warm-up)'}", one)
            if number:
                rounds.append(one)
    (_, _, plain), (_, _, mapped) = sides
    show_summary(console, "events", plain, mapped, "mapped")
    ratio = rate_ratio(plain, mapped)
    console.print(
        f"{ratio:.2f} times as many mapped messages as events a second; at least {SLOWEST} times are wanted",
        highlight=False,
    )
    return ratio >= SLOWEST
