"""What is done about an alert by hand: somebody takes it, and somebody closes it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from router.model.alerts import AlertListed, AlertView
from router.store import SqlStore, Transaction

LONGEST_NOTE: Final = 2_000
"""Characters of a note."""


class NoSuchAlert(Exception):
    """No alert has that id. The text says what to do."""


class AlertRefused(Exception):
    """What was asked of an alert cannot be done. The text says why, and what to do."""


async def found_alert(store: SqlStore, name: str) -> AlertListed:
    """The alert that a text names by its id: all of it, or as much of its beginning as tells it apart.

    Raises NoSuchAlert.
    """
    digits = name.replace("-", "").lower()
    see = "`feedback-router alerts list` shows them"
    if not 6 <= len(digits) <= 32 or not set(digits) <= set("0123456789abcdef"):
        raise NoSuchAlert(f"An alert is named by its id, or by the first 6 characters of it or more: {see}.")
    found = await store.alerts.beginning_with(digits)
    if not found:
        raise NoSuchAlert(f"No alert has that id: {see}.")
    if len(found) > 1:
        raise NoSuchAlert("More than one alert begins so: write more of its id.")
    return found[0]


async def take(store: SqlStore, name: str, by: str, now: datetime, note: str | None = None) -> AlertView:
    """Somebody deals with an alert from now on, also where somebody else did. Raises NoSuchAlert, AlertRefused."""
    alert = (await found_alert(store, name)).alert.id
    _check(by, note)

    async def work(transaction: Transaction) -> AlertView:
        known = await _held(transaction, alert)
        if known.state == "closed":
            raise AlertRefused(f"{known.closed_by} closed this alert: it cannot be taken any more.")
        await transaction.hand_alert(known, "taken", by.strip(), now, note)
        return await _held(transaction, alert)

    return await store.run(work)


async def close(store: SqlStore, name: str, by: str, now: datetime, note: str | None = None) -> AlertView:
    """What an alert asked for is done. Raises NoSuchAlert, and AlertRefused where somebody closed it before."""
    alert = (await found_alert(store, name)).alert.id
    _check(by, note)

    async def work(transaction: Transaction) -> AlertView:
        known = await _held(transaction, alert)
        if known.state == "closed":
            raise AlertRefused(f"{known.closed_by} closed this alert before.")
        await transaction.hand_alert(known, "closed", by.strip(), now, note)
        return await _held(transaction, alert)

    return await store.run(work)


async def _held(transaction: Transaction, alert: UUID) -> AlertView:
    known = await transaction.alert(alert)
    if known is None:
        raise NoSuchAlert("This alert was erased with its customer.")
    return known


def _check(by: str, note: str | None) -> None:
    if not by.strip() or len(by) > 100:
        raise AlertRefused("Say who with --by: a name of at most 100 characters.")
    if note is not None and len(note) > LONGEST_NOTE:
        raise AlertRefused(f"A note has at most {LONGEST_NOTE:,} characters: shorten it.")
