"""What a customer has said, replayed from what was decided: consent, suppressions, time zone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.observed import Decided, Turn
from tests.demonstrations.concurrency.terms import SUPPRESSED_BY

Suppression = tuple[str, str | None, str | None]
"""A reason, the channel and the address that it is confined to."""

ALL = ""
"""Stands for all channels where consent was withdrawn without one."""


class Word(Struct, frozen=True):
    """Something a customer said, or that was told of them, at a time; `place` is where it was heard among the others."""

    at: datetime
    place: int
    what: str
    value: Any = None


class Profile(Struct):
    """One customer's words up to some moment. Whatever is asked goes through all of them, by the time of each."""

    words: list[Word] = []
    bounces: list[datetime] = []

    @property
    def consent(self) -> list[tuple[str, bool]]:
        """Every yes and no that is not forgotten or replaced, the latest last."""
        found: list[tuple[str, bool]] = []
        for word in self._in_time():
            if word.what in ("forget", "only"):
                found = [(channel, True) for channel in word.value or ()]
            elif word.what == "consent":
                # Of one record the narrower is the last word.
                found += sorted(word.value.items(), key=lambda said: said[0].count("/"))
        return found

    @property
    def zone(self) -> str | None:
        """The time zone, None where it is not known."""
        zone = None
        for word in self._in_time():
            zone = word.value if word.what == "zone" else None if word.what == "forget" else zone
        return zone

    def agreed(self, channel: str | None, purpose: str | None) -> bool:
        """Whether the customer said yes to a channel, for a purpose where there is one."""
        said, own = self.consent, f"{channel}/{purpose}" if purpose else channel
        to_itself = [yes for key, yes in said if key == own]
        if to_itself and not to_itself[-1]:
            return False
        covering = [yes for key, yes in said if key in (own, channel, ALL)]
        return bool(covering) and covering[-1]

    def standing(self, channel: str | None, address: str | None) -> list[Suppression]:
        """What forbids to ask on a channel at an address."""
        found: set[Suppression] = set()
        for word in self._in_time():
            if word.what == "suppressions":
                found = {(reason, None, None) for reason in word.value}
            elif word.what == "suppression":
                found.add(word.value)
        return [one for one in found if one[1] in (None, channel) and one[2] in (None, address)]

    def hears(self, row: Decided, evidence: Evidence) -> None:
        """Take up an interaction, a preference or a report."""
        at = min(row.time, row.now)
        if row.type == "customer.preferences.v1":
            self._prefers(at, row.place, row.attributes)
        elif row.type in SUPPRESSED_BY:
            self._add(at, row.place, "suppression", (SUPPRESSED_BY[row.type], None, None))
        elif row.type == "consent.withdrawn" or (row.type == "consent.given" and row.channel):
            self._add(at, row.place, "consent", {row.channel or ALL: row.type == "consent.given"})
        elif row.type == "feedback.delivery.v1" and row.customer:
            self._reported(at, row, evidence)

    def bounced(self, turn: Turn, evidence: Evidence) -> None:
        """An invitation could not be delivered, as the last report of that said."""
        message = evidence.due[turn.id]
        at = self.bounces[-1] if self.bounces else turn.due_at
        self._add(at, turn.place, "suppression", ("bounced", message.channel, message.recipient))

    def _reported(self, at: datetime, row: Decided, evidence: Evidence) -> None:
        status = row.attributes["status"]
        if status == "complained":
            self._add(at, row.place, "suppression", ("complained", None, None))
        elif status == "unsubscribed":
            channel = evidence.due[row.attributes["invitation_id"]].channel
            self._add(at, row.place, "suppression", ("opted_out", channel, None))
        elif status in ("hard_bounced", "failed"):
            self.bounces.append(at)

    def _prefers(self, at: datetime, place: int, data: dict[str, Any]) -> None:
        if data.get("forget"):
            self._add(at, place, "forget")
            return
        given = data.get("consent")
        if given is not None:
            self._add(at, place, "only" if isinstance(given, list) else "consent", given)
        if "suppressed" in data:
            self._add(at, place, "suppressions", data["suppressed"])
        if "zone" in data:
            self._add(at, place, "zone", data["zone"])

    def _add(self, at: datetime, place: int, what: str, value: Any = None) -> None:
        self.words.append(Word(at, place, what, value))

    def _in_time(self) -> Iterator[Word]:
        yield from sorted(self.words, key=lambda word: (word.at, word.place))
