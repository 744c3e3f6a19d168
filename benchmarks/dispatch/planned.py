"""Customers with planned invitations, as this service stores them: some due, the others far ahead."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from msgspec.structs import astuple

from router.authoring.language.load import load_texts
from router.model.customer import Customer, Invitation, Profile
from router.model.encoding import encode_json, encode_state
from router.model.interaction import Interaction
from router.model.ledger import InvitationRow
from router.rules.ruleset import RuleSet

RULES = {
    "journey.yaml": "journey: case\ninstance: case_id\nsteps: {done: {on: done}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
    "policy.yaml": "limits: [{id: any, max: 1, per: 30d}]\nlocale: {otherwise: en}\n",
    "routes.yaml": "rules:\n  - {id: ces, when: {journey: case, step: done}, send: {survey: ces, channel: email}}\n",
}
PER_CUSTOMER = 2


def rule_set() -> RuleSet:
    """One journey, one survey, one limit; consent is asked for."""
    return load_texts({name: text.encode() for name, text in RULES.items()})


def customers(number: int, due: int) -> Iterator[tuple[Customer, list[Invitation]]]:
    """So many planned invitations, two a customer: the first of some customers is due, all others in a year."""
    now, chosen = datetime.now(UTC), scattered(number // PER_CUSTOMER, due)
    for index in range(number // PER_CUSTOMER):
        name = f"c-{index:07}"
        planned = [
            _invitation(
                name,
                now - timedelta(minutes=1)
                if index in chosen and not which
                else now + timedelta(days=300 + which * 40),
            )
            for which in range(PER_CUSTOMER)
        ]
        profile = Profile(locale="en", consent={"email": True})
        yield Customer(name, 3, profile, (), tuple(planned)), planned


def scattered(number: int, due: int) -> frozenset[int]:
    """Which of so many are due: what comes due together was not planned together."""
    return frozenset(random.Random(7).sample(range(number), due))


def _invitation(customer: str, at: datetime) -> Invitation:
    interaction = Interaction(
        "/crm", str(uuid4()), "done", at, customer, "phone", attributes={"case_id": "1"}
    )
    return Invitation(
        str(uuid4()), "ces", "ces", "ces", "email", 0, at, journey="case", instance="1", step="done",
        interaction=interaction,
    )  # fmt: skip


async def fill(connection: asyncpg.Connection, number: int, due: int) -> list[str]:
    """Writes all; the names of the customers with something due."""
    states: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    names: list[str] = []
    for customer, planned in customers(number, due):
        states.append((customer.id, 1, encode_state(customer)))
        if planned[0].at < datetime.now(UTC):
            names.append(customer.id)
        rows.extend(_row(customer.id, one) for one in planned)
        if len(states) >= 20_000:
            await _copy(connection, states, rows)
    await _copy(connection, states, rows)
    await connection.execute("ANALYZE customers; ANALYZE invitations")
    return names


def _row(customer: str, one: Invitation) -> tuple[Any, ...]:
    name = UUID(one.id)
    return astuple(
        InvitationRow(
            customer, name, name, one.rule, one.survey, one.metric, one.channel, "planned", one.at, one.at, 1,
            encode_json(one), root=name, next_at=one.at,
        )
    )  # fmt: skip


async def _copy(connection: asyncpg.Connection, states: list[Any], rows: list[Any]) -> None:
    await connection.copy_records_to_table(
        "customers", records=states, columns=("customer_id", "version", "body")
    )
    await connection.copy_records_to_table(
        "invitations", records=rows, columns=InvitationRow.__struct_fields__
    )
    states.clear()
    rows.clear()
