"""What customers live through: purchases, complaints, subscriptions, self-service, visits to a store."""

from datetime import datetime, timedelta
from typing import Any

from router.demo.customers import weighted
from router.demo.diary import Diary
from router.demo.rhythm import BACK_OFFICE, CARRIER, CONTACT_CENTRE, ONLINE, STORE, WAREHOUSE

DAYS = 30
"""Length of the month."""

BAD_WEEK = (timedelta(days=11), timedelta(days=18))
"""When the carrier delivers badly, counted from the start of the month."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_CONTACTS = {"phone": "call.completed", "chat": "chat.completed", "email": "email.replied"}


def purchase(diary: Diary) -> None:
    """An order from placing to delivery; some come late, some go back, some end in a complaint."""
    placed = ONLINE.pick(diary.rng, diary.start, DAYS)
    order_id = diary.number("order")
    amount = round(min(900.0, diary.rng.lognormvariate(4.0, 0.7)), 2)
    facts: dict[str, Any] = {"order_id": order_id, "amount": amount}
    channel = weighted(diary.rng, {"web": 64, "app": 36})
    diary.note(placed, "shop", "order.placed", channel=channel, items=diary.rng.randint(1, 5), **facts)
    by_bank_transfer = diary.chance(0.06)
    paid = (
        diary.after(placed, _DAY, 2 * _DAY)
        if by_bank_transfer
        else diary.after(placed, _MINUTE / 6, 3 * _MINUTE)
    )
    diary.note(paid, "shop", "order.paid", channel=channel, **facts)
    shipped = WAREHOUSE.following(diary.rng, diary.after(paid, 3 * _HOUR, 26 * _HOUR))
    diary.note(shipped, "shop", "order.shipped", channel="delivery", **facts)

    in_bad_week = BAD_WEEK[0] <= shipped - diary.start < BAD_WEEK[1]
    late = diary.chance(0.55 if in_bad_week else 0.04)
    expected = CARRIER.following(diary.rng, diary.after(shipped, 16 * _HOUR, 34 * _HOUR))
    if not late:
        _deliver(diary, expected, facts, days_late=0)
        return
    diary.note(
        diary.after(expected, _HOUR, 4 * _HOUR), "carrier", "order.delayed", channel="delivery", **facts
    )
    if diary.chance(0.35):
        visit(diary, diary.after(expected, 2 * _HOUR, 20 * _HOUR), topic="where_is_my_order")
    if diary.chance(0.42 if in_bad_week else 0.25):
        complaint(diary, diary.after(expected, 6 * _HOUR, 60 * _HOUR), "late_delivery", order_id)
    delivered = CARRIER.following(diary.rng, diary.after(expected, _DAY, 5 * _DAY))
    _deliver(diary, delivered, facts, days_late=(delivered - expected).days)


def _deliver(diary: Diary, at: datetime, facts: dict[str, Any], days_late: int) -> None:
    diary.note(
        at,
        "carrier",
        "order.delivered",
        channel="delivery",
        days_late=days_late,
        recipient={"email": f"{diary.person.id}@example.com"},
        **facts,
    )
    if diary.chance(0.012):
        complaint(diary, diary.after(at, _HOUR, 30 * _HOUR), "damaged", facts["order_id"])
    if diary.chance(0.12 if days_late else 0.07):
        returned = diary.after(at, 3 * _HOUR, 9 * _DAY)
        reason = weighted(
            diary.rng, {"too_late" if days_late else "does_not_fit": 5, "changed_mind": 3, "damaged": 2}
        )
        diary.note(returned, "shop", "order.returned", channel="web", return_reason=reason, **facts)
        refunded = BACK_OFFICE.following(diary.rng, diary.after(returned, 2 * _DAY, 4 * _DAY))
        diary.note(refunded, "shop", "order.refunded", channel="web", **facts)


def complaint(diary: Diary, at: datetime, topic: str, order_id: str | None = None) -> None:
    """A case from opening to closing, with its contacts; some are reopened, some never resolved."""
    channel = weighted(diary.rng, {"phone": 45, "chat": 30, "email": 25})
    facts: dict[str, Any] = {"case_id": diary.number("case"), "topic": topic}
    if order_id:
        facts["order_id"] = order_id
    if diary.chance(0.02):
        facts["sensitive"] = True
    opened = at if channel == "email" else CONTACT_CENTRE.following(diary.rng, at)
    diary.note(opened, "crm", "complaint.opened", channel=channel, **facts)
    contacts = diary.rng.choices([1, 2, 3, 4], [48, 32, 14, 6])[0]
    handled, channel = _contacts(diary, opened, channel, contacts, facts)
    if diary.chance(0.06):
        return
    resolved = diary.after(handled, 5 * _MINUTE, 20 * _MINUTE)
    diary.note(resolved, "crm", "complaint.resolved", channel=channel, **facts)
    if diary.chance(0.18):
        least, most = (10 * _MINUTE, 100 * _MINUTE) if diary.chance(0.5) else (2 * _HOUR, 3 * _DAY)
        reopened = CONTACT_CENTRE.following(diary.rng, diary.after(resolved, least, most))
        diary.note(reopened, "crm", "complaint.reopened", channel=channel, **facts)
        handled, channel = _contacts(diary, reopened, channel, 1, facts)
        resolved = diary.after(handled, 5 * _MINUTE, 20 * _MINUTE)
        diary.note(resolved, "crm", "complaint.resolved", channel=channel, **facts)
    closed = BACK_OFFICE.following(diary.rng, diary.after(resolved, 2 * _DAY, 5 * _DAY))
    diary.note(closed, "crm", "complaint.closed", channel=channel, **facts)


def _contacts(
    diary: Diary, at: datetime, channel: str, count: int, facts: dict[str, Any]
) -> tuple[datetime, str]:
    """Contacts about a case; returns when the last one ended and its channel."""
    agent = f"agent-{diary.rng.randint(1, 36):02d}"
    for contact in range(count):
        if contact and diary.chance(0.3):
            channel = weighted(diary.rng, {"phone": 60, "chat": 25, "email": 15})
        wait = (5 * _HOUR, 26 * _HOUR) if contact else (4 * _MINUTE, 25 * _MINUTE)
        if channel == "email":
            wait = (2 * _HOUR, 22 * _HOUR)
        at = CONTACT_CENTRE.following(diary.rng, diary.after(at, *wait))
        signals: dict[str, Any] = {"agent_id": agent}
        if channel != "email":
            signals["transfers"] = diary.rng.choices([0, 1, 2, 3], [66, 22, 9, 3])[0]
            signals["wait_seconds"] = diary.rng.randint(5, 1500)
        diary.note(at, "contact-centre", _CONTACTS[channel], channel=channel, **signals, **facts)
    return at, channel


def visit(diary: Diary, at: datetime, topic: str) -> None:
    """One visit to the help pages: searching, perhaps asking, and an answer from them or from a person."""
    channel = weighted(diary.rng, {"web": 65, "app": 35})
    facts = {"session_id": diary.number("visit"), "topic": topic, "channel": channel}
    for _ in range(diary.rng.choices([1, 2, 3, 4], [30, 36, 22, 12])[0]):
        diary.note(at, "help", "search.failed" if diary.chance(0.24) else "article.viewed", **facts)
        at = diary.after(at, _MINUTE / 3, 4 * _MINUTE)
    if diary.chance(0.42):
        return
    diary.note(at, "help", "question.asked", **facts)
    at = diary.after(at, _MINUTE / 10, 2 * _MINUTE)
    if diary.chance(0.74):
        diary.note(at, "help", "question.answered", **facts)
        return
    diary.note(at, "help", "question.handed_over", **facts)
    if diary.chance(0.10):
        complaint(diary, diary.after(at, 30 * _MINUTE, 30 * _HOUR), topic)


def subscription(diary: Diary) -> None:
    """What a subscriber does in this month: start, renew, or cancel and perhaps stay after all."""
    facts: dict[str, Any] = {
        "subscription_id": diary.number("sub"),
        "plan": weighted(diary.rng, {"month": 3, "year": 2}),
    }
    at = ONLINE.pick(diary.rng, diary.start, DAYS)
    fate = weighted(diary.rng, {"starts": 32, "renews": 52, "cancels": 16})
    if fate == "starts":
        diary.note(
            at, "shop", "subscription.started", channel=weighted(diary.rng, {"web": 7, "app": 3}), **facts
        )
        return
    if fate == "renews":
        announced = BACK_OFFICE.pick(diary.rng, diary.start, DAYS)
        diary.note(announced, "shop", "subscription.renewal_announced", channel="email", **facts)
        at = diary.after(announced, 7 * _DAY, 8 * _DAY)
        if not diary.chance(0.12):
            diary.note(at, "shop", "subscription.renewed", channel="web", **facts)
            return
    channel = weighted(diary.rng, {"web": 5, "phone": 4, "chat": 1})
    cancelled = at if channel == "web" else CONTACT_CENTRE.following(diary.rng, at)
    diary.note(cancelled, "shop", "subscription.cancelled", channel=channel, **facts)
    if diary.chance(0.2):
        diary.note(
            diary.after(cancelled, _HOUR, 40 * _HOUR),
            "shop",
            "subscription.resumed",
            channel=channel,
            **facts,
        )


def store_visit(diary: Diary) -> None:
    """A visit to a store, known by the loyalty card shown at the till."""
    at = STORE.pick(diary.rng, diary.start, DAYS)
    store = weighted(diary.rng, {"amsterdam": 4, "utrecht": 3, "antwerp": 2, "cologne": 2})
    diary.note(at, "store", "store.visited", channel="store", store=store)
