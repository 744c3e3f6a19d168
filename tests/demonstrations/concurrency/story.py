"""A run made up by hand, for the tests of the audit: what is told is what was left behind."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from msgspec.structs import replace

from tests.demonstrations.concurrency.evidence import DUE
from tests.demonstrations.concurrency.observed import (
    Asked,
    Decided,
    Message,
    Observed,
    Place,
    Told,
    Turn,
)
from tests.demonstrations.concurrency.terms import Hours

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURS = Hours("Etc/UTC", "Etc/GMT-2", (time(12, 30), time(12, 31)), time(9))
CUSTOMER = "c-1"
_NAMES = UUID(int=7)


class Story:
    """Everything in a transaction of its own, in the order in which it is told; times are seconds after noon."""

    def __init__(self) -> None:
        self.history: list[Decided | Turn] = []
        self.asked: dict[str, Asked] = {}
        self.messages: list[Message] = []
        self.sent: Counter[str] = Counter()
        self.told = Told(1, {}, {}, [0, 0])
        self.deadlocks = 0
        self.quotas: dict[tuple[str, str], int] = {}
        self.coverage: dict[Place, int] = {}
        self.uneven_cells = 0
        self._seq: Counter[str] = Counter()

    def hears(self, kind: str, seconds: float = 0, customer: str = CUSTOMER, **data: Any) -> Decided:
        """An interaction, decided; `reason` and `channel` are not among its attributes."""
        self.sent["i-"] += 1
        self._seq[customer] += 1
        place = len(self.history)
        id_, reason, channel = f"i-{place}", data.pop("reason", "no_rule_matched"), data.pop("channel", None)
        at, key = _at(seconds), uuid5(_NAMES, id_)
        where = (place, place, self._seq[customer], customer, key)
        decided = Decided(*where, at, at, reason, "/test", id_, kind, channel, data)
        self.history.append(decided)
        return decided

    def agrees(self, customer: str = CUSTOMER, **more: Any) -> None:
        """The customer says yes to e-mail, app and text messages."""
        consent = {"email": True, "sms": True, "app": True}
        self.hears("customer.preferences.v1", customer=customer, consent=consent, **more)

    def plans(
        self, about: Decided, rule: str = "ces-after-chat", survey: str = "ces-chat", channel: str = "app"
    ) -> str:
        """An invitation is planned; its id."""
        id_ = str(uuid5(_NAMES, f"{about.id}/{rule}"))
        metric = "ces" if survey.startswith("ces") else "csat"
        facts = (rule, survey, metric, channel, "planned", about.key, None)
        self.asked[id_] = Asked(id_, about.customer, "invitation", id_, *facts)
        self.turns(id_, None, "planned")
        return id_

    def goes_out(self, id_: str, seconds: float) -> None:
        """It is released and published."""
        self.turns(id_, "planned", "queued", seconds)
        self.publishes(id_, seconds)
        self.turns(id_, "queued", "sent", seconds)

    def publishes(self, id_: str, seconds: float) -> None:
        """The sender is told of it."""
        asked = self.asked[id_]
        facts = (DUE, asked.kind, asked.customer, asked.channel, None, None)
        self.messages.append(Message(id_, asked.root, *facts, _at(seconds)))

    def turns(self, id_: str, before: str | None, after: str, seconds: float | None = None) -> None:
        """It comes into another state."""
        place = len(self.history)
        settled = None if seconds is None else _at(seconds)
        self.history.append(Turn(place, place, id_, before, after, NOON, settled))

    def asks(self, seconds: float, **facts: Any) -> str:
        """A chat that is asked about, answered in the end; the id of the invitation."""
        id_ = self.plans(self.hears("chat.ended", seconds, **facts))
        self.goes_out(id_, seconds)
        self.turns(id_, "sent", "answered")
        return id_

    def observed(self) -> Observed:
        """What was left behind: each invitation in the state that it came into last."""
        for one in self.history:
            if isinstance(one, Turn):
                self.asked[one.id] = replace(self.asked[one.id], state=one.after)
        return Observed(
            self.history,
            self.asked,
            self.messages,
            dict(self.sent),
            0,
            self.quotas,
            self.deadlocks,
            self.told,
            1.0,
            (0, 0),
            self.coverage,
            self.uneven_cells,
        )


def _at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)
