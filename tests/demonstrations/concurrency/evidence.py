"""What was left behind, put in order: transactions as they came one after the other, and who is who."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct

from tests.demonstrations.concurrency.observed import RELEASED, Asked, Decided, Message, Observed, Turn

DUE = "feedback.invitation.due.v1"


class Transaction(Struct):
    """What one transaction committed."""

    decided: list[Decided] = []
    turns: list[Turn] = []


class Evidence:
    """What was observed, with what is looked up in it again and again."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed
        self.asked = observed.asked
        self.due = {message.id: message for message in observed.messages if message.type == DUE}
        self._decided: dict[tuple[str, UUID], Decided] = {
            (one.customer, one.key): one for one in observed.history if isinstance(one, Decided)
        }

    def transactions(self) -> Iterator[Transaction]:
        """All of them, in an order in which they could have come one after the other.

        Two that touch the same customer or quota have all places of the one before all places of the other.
        """
        found: dict[int, Transaction] = {}
        last: dict[int, int] = {}
        for one in self.observed.history:
            transaction = found.setdefault(one.transaction, Transaction())
            if isinstance(one, Decided):
                transaction.decided.append(one)
            else:
                transaction.turns.append(one)
            last[one.transaction] = one.place
        yield from (found[number] for number in sorted(found, key=lambda number: last[number]))

    def about(self, asked: Asked) -> Decided:
        """The interaction that an invitation, or the one it follows, is about."""
        return self._decided[asked.customer, self.asked[asked.root].key]

    def facts(self, asked: Asked) -> dict[str, Any]:
        """The attributes of that interaction."""
        return self.about(asked).attributes

    def released(self, turns: list[Turn]) -> Iterator[tuple[Turn, Asked, Message | None]]:
        """Those that passed their check now, with what the sender was told; None: it never was."""
        for turn in turns:
            if turn.after == RELEASED and turn.before == "planned":
                yield turn, self.asked[turn.id], self.due.get(turn.id)
