"""The company's customers: language, time zone, segment and what they agreed to."""

from random import Random
from typing import Any

from msgspec import Struct

_LOCALES = {"nl": 68, "nl-BE": 6, "de": 13, "en": 11, "de-AT": 2}
_ZONES = {
    "nl": {"Europe/Amsterdam": 97, "America/Curacao": 3},
    "nl-BE": {"Europe/Brussels": 1},
    "de": {"Europe/Berlin": 9, "Europe/Amsterdam": 1},
    "de-AT": {"Europe/Vienna": 1},
    "en": {"Europe/Amsterdam": 5, "Europe/London": 4, "Europe/Dublin": 1},
}
_CONSENTS: tuple[tuple[int, dict[str, bool]], ...] = (
    (30, {"email": True, "sms": True}),
    (42, {"email": True, "sms": False}),
    (8, {"email": False, "sms": True}),
    (12, {"email": False, "sms": False}),
    (8, {}),
)


class Person(Struct, frozen=True):
    """One customer. `number` runs from 1; `preferences_known` is false for whom the CRM recorded none."""

    number: int
    locale: str
    zone: str | None
    segment: str
    consent: dict[str, bool]
    preferences_known: bool

    @property
    def id(self) -> str:
        """The customer id, as in `c-00042`."""
        return f"c-{self.number:05d}"

    def preferences(self) -> dict[str, Any]:
        """The data of the customer's preferences event."""
        data: dict[str, Any] = {"consent": self.consent, "locale": self.locale, "segment": self.segment}
        return data | ({"zone": self.zone} if self.zone else {})


def weighted(rng: Random, weights: dict[str, int]) -> str:
    """One of the names, each as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def person(rng: Random, number: int) -> Person:
    """Draw the customer with this number."""
    locale = weighted(rng, _LOCALES)
    zone = weighted(rng, _ZONES[locale])
    consent = rng.choices([c for _, c in _CONSENTS], [weight for weight, _ in _CONSENTS])[0]
    return Person(
        number=number,
        locale=locale,
        zone=zone if rng.random() < 0.9 else None,
        segment=weighted(rng, {"consumer": 86, "business": 14}),
        consent=consent,
        preferences_known=rng.random() < 0.95,
    )
