"""A believable company's month as CloudEvents: the same for the same seed, on every machine."""

from datetime import datetime, timedelta
from random import Random

from router.demo.customers import person
from router.demo.diary import Arrival, CloudEvent, Diary, cloud_event
from router.demo.rhythm import ONLINE, STORE
from router.demo.stories import DAYS, complaint, purchase, store_visit, subscription, visit
from router.model.interaction import PREFERENCES_TYPE

CUSTOMERS = 1800
"""How many customers the company has unless told otherwise."""

SEED = 7
"""The month that is told unless another is asked for."""


def month(seed: int, start: datetime, customers: int = CUSTOMERS) -> list[CloudEvent]:
    """All events of 30 days from `start` (aware, UTC), in the order in which they arrive.

    Some arrive hours or days after their `time`, some out of order, some twice under the same id, and some
    name no customer. A customer's preferences are events of the type `customer.preferences.v1` among them.
    In the third week parcels come late, and complaints follow.
    """
    end = start + timedelta(days=DAYS)
    arrivals = _kiosks(_random(seed, 0), start, customers // 100)
    for number in range(1, customers + 1):
        arrivals += _customer(_random(seed, number), number, start)
    kept = [arrival for arrival in arrivals if arrival.at < end]
    return [arrival.event for arrival in sorted(kept, key=lambda a: (a.at, a.event["source"], a.event["id"]))]


def hostile() -> list[bytes]:
    """Three records that nobody can read: cut off, without a time zone, and in Confluent's Avro framing."""
    return [
        b'{"specversion": "1.0", "id": "shop-cut-off", "source": "/demo/shop", "type": "order.pl',
        b'{"specversion": "1.0", "id": "crm-naive", "source": "/demo/crm", "type": "complaint.opened", "subject": "c-00001", "time": "2026-03-02T10:15:00"}',
        b"\x00\x00\x00\x00\x2a\x0ec-00001\x1astore.visited",
    ]


def _random(seed: int, number: int) -> Random:
    # One stream a customer: the first customers stay the same when more are asked for.
    return Random(f"{seed}:{number}")  # noqa: S311 - a repeatable story is wanted, not secrecy


def _customer(rng: Random, number: int, start: datetime) -> list[Arrival]:
    diary = Diary(rng, person(rng, number), start)
    for _ in range(rng.choices([0, 1, 2, 3], [40, 42, 14, 4])[0]):
        purchase(diary)
    for _ in range(rng.choices([0, 1, 2, 3], [54, 28, 13, 5])[0]):
        visit(
            diary, ONLINE.pick(rng, start, DAYS), rng.choice(["invoice", "warranty", "delivery", "account"])
        )
    if diary.chance(0.07):
        complaint(diary, ONLINE.pick(rng, start, DAYS), rng.choice(["invoice", "product", "service"]))
    if diary.chance(0.25):
        subscription(diary)
    for _ in range(rng.choices([0, 1, 2], [80, 15, 5])[0]):
        store_visit(diary)
    if diary.person.preferences_known and diary.arrivals:
        _preferences(diary)
    return diary.arrivals


def _preferences(diary: Diary) -> None:
    """The customer's preferences, mostly recorded before anything happens, and now and then an opt-out."""
    first = min(arrival.at for arrival in diary.arrivals)
    if diary.chance(0.96):
        recorded = max(diary.start, diary.after(first, timedelta(days=-3), timedelta(minutes=-5)))
    else:
        recorded = diary.after(first, timedelta(hours=1), timedelta(days=6))
    preferences = diary.person.preferences()
    diary.note_at_once(recorded, "crm", PREFERENCES_TYPE, **preferences)
    if diary.chance(0.04):
        opted_out = diary.after(recorded, timedelta(days=2), timedelta(days=20))
        consent = dict.fromkeys(("email", "sms"), False)
        diary.note_at_once(opted_out, "crm", PREFERENCES_TYPE, **preferences | {"consent": consent})


def _kiosks(rng: Random, start: datetime, visits: int) -> list[Arrival]:
    """Visits to a store that nobody can tie to a customer."""
    moments = [STORE.pick(rng, start, DAYS) for _ in range(visits)]
    return [
        Arrival(at, cloud_event("store", f"kiosk-{n:04d}", "store.visited", at, {"channel": "store"}))
        for n, at in enumerate(moments, start=1)
    ]
