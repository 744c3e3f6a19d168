"""The shape of preferences: what they say of being asked is understood for certain, or not at all."""

from typing import Any, Final

from router.decode.outcome import Limits, Refusal
from router.decode.texts import optional_text
from router.model.preferences import MEMBERS, Unclear, read_consent, read_suppressed

_DO_NOT_CONTACT: Final = frozenset(
    {
        "dnc",
        "donotcontact",
        "optedout",
        "optout",
        "suppress",
        "suppression",
        "suppressions",
        "unsubscribe",
        "unsubscribed",
    }
)
"""Names that other systems have for `suppressed`, without capitals and the signs between words."""

_NOTHING: Final[tuple[Any, ...]] = (None, False, "", [], {})


def check_preferences(data: dict[str, object], limits: Limits) -> None:
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


def members_named(data: Any) -> list[str]:
    """Which of `consent` and `suppressed` preferences that were refused may have spoken of."""
    if not isinstance(data, dict):
        return list(MEMBERS)
    meant = {_meant(name, value) for name, value in data.items() if value is not None}
    if data.get("forget"):
        meant.add("consent")
    return [member for member in MEMBERS if member in meant]


def _named_rightly(data: dict[str, Any]) -> None:
    """Refuses a member whose name is nearly that of another, for it would be kept as a mere attribute."""
    for name in [name for name in data if name not in ("forget", *MEMBERS)]:
        member = _meant(name, data[name])
        if member is not None:
            raise Refusal(
                "attribute_invalid",
                f"data has a member that seems to mean {member}: that is how it is written.",
            )


def _meant(name: str, value: Any) -> str | None:
    """The member of preferences that a name is, or seems to be meant for; None: it is an attribute of its own."""
    if name in MEMBERS:
        return name
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())
    if plain in MEMBERS:
        return plain
    if value in _NOTHING:
        return None
    if plain in _DO_NOT_CONTACT or _nearly(plain, "suppressed"):
        return "suppressed"
    return "consent" if isinstance(value, dict | list | bool) and _nearly(plain, "consent") else None


def _nearly(given: str, wanted: str) -> bool:
    """Whether two words differ by at most one sign that is missing, added, another, or in its neighbour's place."""
    if abs(len(given) - len(wanted)) > 1:
        return False
    start = next(
        (at for at, (one, other) in enumerate(zip(given, wanted, strict=False)) if one != other), len(wanted)
    )
    mine, theirs = given[start:], wanted[start:]
    turned = mine[1:2] + mine[:1] + mine[2:]
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:] or turned == theirs


def _texts(given: object, name: str, limits: Limits) -> None:
    """Refuses texts that are too long to be kept, or hold a NUL character."""
    for text in given if isinstance(given, dict | list) else (given,):
        if isinstance(text, str):
            optional_text(text, name, limits)
