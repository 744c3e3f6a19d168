"""The user's FastStream application."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from faststream import FastStream
from faststream.kafka import KafkaBroker
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.baseline.rules import Rule, all_rules
from benchmarks.baseline.tables import Customer, Invitation, Journey, ReceivedEvent
from benchmarks.story import JOURNEYS, MOST_INVITATIONS

TOPIC, INVITATIONS_TOPIC = os.environ["BASELINE_TOPIC"], os.environ["BASELINE_INVITATIONS_TOPIC"]
GROUP = os.environ["BASELINE_GROUP"]
WINDOW = timedelta(days=30)

RULES = all_rules()
STEPS = {
    kind: (journey, rank, step) for journey in JOURNEYS for rank, (step, kind) in enumerate(journey.steps)
}

engine = create_async_engine(os.environ["BASELINE_DATABASE"])
sessions = async_sessionmaker(engine, expire_on_commit=False)
broker = KafkaBroker(os.environ["BASELINE_KAFKA"])
app = FastStream(broker)


class CloudEvent(BaseModel):
    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    subject: str
    data: dict[str, Any]


class InvitationDue(BaseModel):
    id: str
    customer_id: str
    rule: str
    survey: str
    locale: str | None
    due_at: datetime


@broker.subscriber(TOPIC, group_id=GROUP, auto_offset_reset="earliest")
async def handle(event: CloudEvent) -> None:
    invitation = None
    async with sessions() as session:
        if await session.get(ReceivedEvent, (event.source, event.id)):
            return
        customer = await session.get(Customer, event.subject)
        if customer is None:
            customer = Customer(id=event.subject, events=0)
            session.add(customer)
        customer.events += 1
        customer.last_seen_at = event.time
        customer.locale = event.data.get("locale")
        entered = await advance(session, event)
        rule = find_rule(event, entered)
        if rule is not None and await below_limit(session, customer.id):
            invitation = invite(event, rule)
            session.add(invitation)
        session.add(
            ReceivedEvent(
                source=event.source,
                id=event.id,
                type=event.type,
                customer_id=event.subject,
                time=event.time,
                data=event.data,
                outcome="invited" if invitation else "limit" if rule else "no_rule",
            )
        )
        await session.commit()
    if invitation is not None:
        due = InvitationDue(
            id=invitation.id,
            customer_id=invitation.customer_id,
            rule=invitation.rule,
            survey=invitation.survey,
            locale=customer.locale,
            due_at=invitation.due_at,
        )
        await broker.publish(due, INVITATIONS_TOPIC, key=customer.id.encode())


async def advance(session: AsyncSession, event: CloudEvent) -> tuple[str, str] | None:
    """Moves the customer's journey; the journey and step entered."""
    if event.type not in STEPS:
        return None
    definition, rank, step = STEPS[event.type]
    instance = event.data[definition.instance]
    journey = await session.scalar(
        select(Journey).where(
            Journey.customer_id == event.subject,
            Journey.name == definition.name,
            Journey.instance == instance,
        )
    )
    if journey is None:
        journey = Journey(customer_id=event.subject, name=definition.name, instance=instance, seconds=0)
        session.add(journey)
    journey.seconds += event.data["duration_seconds"]
    journey.updated_at = event.time
    ranks = [name for name, _ in definition.steps]
    if journey.step is not None and ranks.index(journey.step) >= rank:
        return None
    journey.step = step
    return definition.name, step


def find_rule(event: CloudEvent, entered: tuple[str, str] | None) -> Rule | None:
    data = event.data
    for rule in RULES:
        if rule.matches(event.type, entered, data["channel"], data["product"], data["amount"]):
            return rule
    return None


async def below_limit(session: AsyncSession, customer_id: str) -> bool:
    since = datetime.now(UTC) - WINDOW
    count = await session.scalar(
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.customer_id == customer_id, Invitation.due_at > since)
    )
    return (count or 0) < MOST_INVITATIONS


def invite(event: CloudEvent, rule: Rule) -> Invitation:
    return Invitation(
        id=str(uuid5(NAMESPACE_URL, f"{event.source}{event.id}{rule.id}")),
        customer_id=event.subject,
        rule=rule.id,
        survey=rule.survey,
        due_at=datetime.now(UTC),
    )
