"""An answer on its way through the pipeline into a response and its cells, on both databases."""

import json
from datetime import timedelta
from typing import Any

from router.decode import responses_decoder
from router.decode.records import decode
from router.flow.pipeline import Pipeline, Processed
from router.flow.relay import Relay
from router.model.cells import WantedScores
from router.model.keyed_hash import KeyedHash
from router.model.ledger import InvitationView
from router.model.record import Message, Record
from router.model.response_token import response_token
from router.rules.in_force import InForce
from router.store import SqlStore
from tests.unit.flow.memory import SetClock
from tests.unit.flow.service import SECRET, at, rule_set

POLICY = "consent: {unknown: allow}\nscores: {by: [agent_id]}\n"


class Broker:
    async def send(self, messages: list[Message]) -> None:
        pass


class Answering:
    """A customer of a store who is asked by the pipeline and the relay, and answers."""

    def __init__(self, store: SqlStore, policy: str = POLICY) -> None:
        self.store, self.clock = store, SetClock(at(0))
        self.rules = InForce(rule_set(policy))
        self.pipeline = Pipeline(store, self.rules, self.clock, KeyedHash(SECRET))
        self.relay = Relay(
            store,
            Broker(),
            self.rules,
            self.clock,
            topic="out",
            secret=SECRET,
            batch=10,  # type: ignore[arg-type]
        )

    async def read(self, *values: dict[str, Any], topic: str = "responses") -> Processed:
        records = [
            Record(topic, 0, number, 0, None, json.dumps(value).encode())
            for number, value in enumerate(values)
        ]
        return await self.pipeline.process(
            records, decode if topic == "interactions" else responses_decoder(SECRET)
        )

    async def ask(self, customer: str = "ann") -> InvitationView:
        """Plans and sends the question; it is out at two hours."""
        event = {"specversion": "1.0", "id": f"of {customer}", "source": "/crm", "type": "complaint.resolved"}
        event |= {"subject": customer, "time": at(0).isoformat()}
        data = {"agent_id": 7, "channel": "phone", "recipient": {"email": "ann@example.org"}}
        processed = await self.read(event | {"data": data}, topic="interactions")
        assert not processed.dead
        self.clock.at = at(2)
        await self.relay.pass_once()
        [view] = await self.store.reading.invitations(customer_id=customer)
        return view


def answer(name: str, hours: float, **data: Any) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": name, "source": "/tool", "type": "feedback.response.v1"}
    return event | {"time": at(hours).isoformat(), "data": data}


async def test_an_answer_by_its_token_becomes_a_response_and_a_correction_takes_its_place(
    store: SqlStore,
) -> None:
    ann = Answering(store)
    view = await ann.ask()
    token = response_token(str(view.id), at(2) + timedelta(days=14), SECRET)
    await ann.read(answer("1", 3, response_token=token, score=5, comment="Much"))
    [first] = await store.reading.responses_of("ann")
    assert (first.invitation_id, first.status, first.score, first.comment) == (view.id, "counted", 5, "Much")
    assert (first.asked_on, first.context.channel) == ("email", "phone")
    assert first.context.attributes == {"agent_id": "7"}
    assert first.respond_by == at(2) + timedelta(days=14)
    await ann.read(
        answer("2", 5, response_token=token, score=2),
        answer("3", 4, response_token=token, score=4),
        answer("1", 3, response_token=token, score=5, comment="Much"),
    )
    [row] = await store.reading.responses_of("ann")
    assert (row.score, row.answers, row.answered_at, row.comment) == (2, 3, at(5), None)
    assert (await store.reading.invitation(view.id)).state == "answered"  # type: ignore[union-attr]


async def test_answers_in_one_batch_with_the_question_and_to_nobody(store: SqlStore) -> None:
    ann = Answering(store)
    view = await ann.ask()
    unknown = "00000000-0000-4000-8000-000000000001"
    processed = await ann.read(
        answer("1", 3, invitation_id=str(view.id), score="4"),
        answer("2", 3, invitation_id=unknown, score=4),
        answer("3", 1, invitation_id=str(view.id), score=4),
        answer("4", 24 * 20, invitation_id=str(view.id), score=4),
    )
    assert [one.decision.reason for one in processed.decided] == [
        "answer_recorded",
        "unknown_invitation",
        "report_ignored",
        "answer_too_late",
    ]
    [row] = await store.reading.responses_of("ann")
    # None of them counts: the latest stands, with its own reason.
    assert (row.status, row.given, row.answers) == ("too_late", "4", 3)


async def test_words_are_stored_nowhere_where_the_policy_drops_them(store: SqlStore) -> None:
    ann = Answering(store, POLICY.replace("agent_id]", "agent_id], comments: drop"))
    view = await ann.ask()
    await ann.read(answer("1", 3, invitation_id=str(view.id), score=4, comment="My secret words"))
    [row] = await store.reading.responses_of("ann")
    assert (row.score, row.comment) == (4, None)
    for journaled in await store.reading.journal_of("ann"):
        assert b"secret words" not in journaled.body + journaled.verdict


async def test_a_correction_changes_exactly_its_cells(store: SqlStore) -> None:
    ann = Answering(store)
    views = [await ann.ask(name) for name in ("ann", "bob")]
    for view in views:
        await ann.read(answer(f"of {view.customer_id}", 3, invitation_id=str(view.id), score=5))
    await ann.read(answer("again", 4, invitation_id=str(views[0].id), score=1))
    assert await counted(store) == (1, 0, 0, 0, 1)
    await ann.read(answer("comment", 9, invitation_id=str(views[0].id), comment="more"))
    assert await counted(store) == (1, 0, 0, 0, 1)


async def counted(store: SqlStore) -> tuple[int, ...]:
    """The counts of all answers by the day of the interaction, rolled up or not."""
    [found] = await store.cells.scores(WantedScores(basis="happened"))
    return tuple(found.counts)
