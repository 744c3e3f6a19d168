"""The shape of preferences: what they say of being asked is understood for certain, or not at all."""

from typing import Any

from router.decode.outcome import Refusal, SizeLimits
from router.decode.texts import optional_text
from router.model.naming import members_meant
from router.model.preferences import MEMBERS, Unclear, read_consent, read_suppressed

_CUSTOMER_NAMES = frozenset(
    [
        "customer",
        "customerid",
        "customernumber",
        "client",
        "clientid",
        "user",
        "userid",
        "contactid",
        "personid",
        "klant",
        "klantid",
        "klantnummer",
        "kunde",
        "kundenid",
        "kundennummer",
        "numeroclient",
    ]
)


def check_preferences(data: dict[str, object], limits: SizeLimits) -> None:
    """Puts `consent` and `suppressed` into their plain form, and refuses preferences that have the wrong shape.

    `consent` maps channels to true or false, or lists the channels consented to; `suppressed` is a suppression or a
    list of them. Where they are null, nothing is said. `forget: true` erases all.
    """
    _named_rightly(data)
    consent, suppressed = data.pop("consent", None), data.pop("suppressed", None)
    try:
        if consent is not None:
            _texts(consent, "data.consent", limits)
            data["consent"] = read_consent(consent, limits.channels)
    except Unclear as unclear:
        raise Refusal("attribute_invalid", f"The attribute data.consent {unclear}.") from None
    try:
        if suppressed is not None:
            _texts(suppressed, "data.suppressed", limits)
            data["suppressed"] = read_suppressed(suppressed)
    except Unclear as unclear:
        raise Refusal("attribute_invalid", f"The attribute data.suppressed {unclear}.") from None
    optional_text(data.get("locale"), "data.locale", limits)
    optional_text(data.get("zone"), "data.zone", limits)
    if not isinstance(data.get("forget", False), bool):
        raise Refusal("attribute_invalid", "The attribute data.forget is neither true nor false.")


def other_customer(data: dict[str, Any]) -> object:
    """The customer's id where it stands under another name than `customer_id`; None: no name seems to mean it."""
    for name, value in data.items():
        if "".join(sign for sign in name.lower() if sign.isalnum()) in _CUSTOMER_NAMES:
            return value.get("id") if isinstance(value, dict) else value
    return None


def members_named(data: Any) -> list[str]:
    """Which of `consent` and `suppressed` preferences that were refused may have spoken of."""
    if not isinstance(data, dict):
        return list(MEMBERS)
    found = set(members_meant({name: value for name, value in data.items() if value is not None}).values())
    if data.get("forget"):
        found.add("consent")
    return [member for member in MEMBERS if member in found]


def _named_rightly(data: dict[str, Any]) -> None:
    """Refuses a member whose name is nearly that of another, for it would be kept as a mere attribute."""
    for name, member in members_meant(data).items():
        if member != name:
            raise Refusal(
                "attribute_invalid",
                f"data has a member that seems to mean {member}: that is how it is written.",
            )


def _texts(given: object, name: str, limits: SizeLimits) -> None:
    """Refuses texts that are too long to be kept, or hold a NUL character."""
    for text in given if isinstance(given, dict | list) else (given,):
        if isinstance(text, str):
            optional_text(text, name, limits)
