"""What a customer has said, replayed from what was decided: consent, suppressions, time zone."""

from typing import Any

from msgspec import Struct

from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.observed import Decided, Turn
from tests.demonstrations.concurrency.terms import SUPPRESSED_BY

Suppression = tuple[str, str | None, str | None]
"""A reason, the channel and the address that it is confined to."""


class Profile(Struct):
    """One customer's word up to some moment."""

    consent: dict[str, bool] = {}
    suppressed: set[Suppression] = set()
    zone: str | None = None

    def agreed(self, channel: str | None, purpose: str | None) -> bool:
        """Whether the customer said yes to a channel, for a purpose where there is one."""
        general = self.consent.get(channel or "", False)
        return self.consent.get(f"{channel}/{purpose}", general) if purpose else general

    def standing(self, channel: str | None, address: str | None) -> list[Suppression]:
        """What forbids to ask on a channel at an address."""
        return [one for one in self.suppressed if one[1] in (None, channel) and one[2] in (None, address)]

    def hears(self, row: Decided, evidence: Evidence) -> None:
        """Take up an interaction, a preference or a report."""
        if row.type == "customer.preferences.v1":
            self._prefers(row.attributes)
        elif row.type in SUPPRESSED_BY:
            self.suppressed.add((SUPPRESSED_BY[row.type], None, None))
        elif row.type.startswith("consent.") and row.channel:
            self.consent[row.channel] = row.type == "consent.given"
        elif row.type == "feedback.delivery.v1" and row.customer:
            self._reported(row.attributes, evidence)

    def bounced(self, turn: Turn, evidence: Evidence) -> None:
        """An invitation could not be delivered."""
        message = evidence.due[turn.id]
        self.suppressed.add(("bounced", message.channel, message.recipient))

    def _reported(self, data: dict[str, Any], evidence: Evidence) -> None:
        if data["status"] == "complained":
            self.suppressed.add(("complained", None, None))
        elif data["status"] == "unsubscribed":
            self.suppressed.add(("opted_out", evidence.due[data["invitation_id"]].channel, None))

    def _prefers(self, data: dict[str, Any]) -> None:
        if data.get("forget"):
            self.consent, self.zone = {}, None
            return
        given = data.get("consent", {})
        self.consent = dict.fromkeys(given, True) if isinstance(given, list) else self.consent | given
        if "suppressed" in data:
            self.suppressed = {(reason, None, None) for reason in data["suppressed"]}
        self.zone = data.get("zone", self.zone)
