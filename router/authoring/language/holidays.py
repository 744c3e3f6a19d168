"""Whose public holidays hold: countries, parts of countries, and the customer's own where it is known."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import holidays
from holidays.registry import COUNTRIES
from msgspec import Struct

from router.authoring.language.keys import Block, Kind, optional, required
from router.authoring.language.kinds import FIELD, one_or_more
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import CUSTOMER
from router.policy.open_days import regions


class Holidays(Struct, frozen=True):
    """Regions whose public holidays hold; `customer` is the attribute that says whose hold instead, where it is known."""

    regions: tuple[str, ...] = ()
    customer: str | None = None


def _regions(node: Node, key: str, problems: Problems) -> tuple[str, ...]:
    """Countries and parts of countries: `NL`, `[NL, DE-BY]`."""
    found: list[str] = []
    for item in node.each():
        name = item.value
        if isinstance(name, str) and name in regions():
            found.append(name)
        else:
            message = f"{item.shown} is no country, or part of one, whose holidays are known"
            problems.add("R013", item.position, message, _hint(name))
    return tuple(dict.fromkeys(found))


def _hint(value: Any) -> str:
    """How the author may have meant it; else what a country and its parts are called."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    meant = text.upper().replace("_", "-").replace(" ", "-")
    if meant in regions():
        return f"write {meant}"
    if "," in text or ";" in text:
        several = [part.strip().upper() for part in text.replace(";", ",").split(",")]
        if all(part in regions() for part in several):
            return f"write [{', '.join(several)}]"
    if (named := _names().get(text.lower())) is not None:
        return f"write {named}"
    country = meant.partition("-")[0]
    parts: Mapping[str, Any] = holidays.list_supported_countries(include_aliases=False)
    if parts.get(country):
        some = ", ".join(f"{country}-{part}" for part in list(parts[country])[:3])
        return f"write {country}, or a part of it such as {some}"
    return "write the two letters of a country, such as NL, or a part of one, such as DE-BY"


_DUTCH: Final = {
    "nederland": "NL",
    "belgië": "BE",
    "belgie": "BE",
    "duitsland": "DE",
    "frankrijk": "FR",
    "luxemburg": "LU",
    "verenigd koninkrijk": "GB",
    "engeland": "GB-ENG",
    "spanje": "ES",
    "uk": "GB",
}


@cache
def _names() -> Mapping[str, str]:
    """Countries by their English and some Dutch names, and by their three letters."""
    names = {name.replace("_", " "): codes[1] for name, codes in COUNTRIES.items()}
    return names | {codes[2].lower(): codes[1] for codes in COUNTRIES.values()} | _DUTCH


def _attribute(node: Node, key: str, problems: Problems) -> str | None:
    name = FIELD.read(node, key, problems)
    return name.removeprefix(CUSTOMER) if name else None


_REGIONS: Final = Kind(_regions, one_or_more({"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]+)?$"}))


class CustomersHolidaysKeys(Block):
    """The holidays of the customer's own country, where it is known."""

    customer = required(
        Kind(_attribute, FIELD.schema, FIELD.definitions),
        "the attribute of the customer's preferences that says the country, such as `country`",
    )
    otherwise = optional(_REGIONS, "whose holidays hold where it says none", ())


def _holidays(node: Node, key: str, problems: Problems) -> Holidays | None:
    if isinstance(node.value, dict):
        keys = CustomersHolidaysKeys(node, f"`{key}`", problems)
        return Holidays(keys.otherwise, keys.customer)
    if node.value == "customer":
        hint = "write {customer: country, otherwise: NL}: the attribute that says it, and whose hold without"
        problems.add(
            "R170", node.position, "whose holidays a customer has must be said by an attribute", hint
        )
        return None
    return Holidays(_regions(node, key, problems))


HOLIDAYS: Final[Kind[Holidays]] = Kind(
    _holidays, {"anyOf": [*_REGIONS.schema["anyOf"], CustomersHolidaysKeys.schema()]}, FIELD.definitions
)
"""Countries and parts of them, or the customer's own."""
