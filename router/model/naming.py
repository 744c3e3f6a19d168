"""Names that are nearly those that have a meaning in preferences: whoever writes them means a yes or a no."""

from typing import Any, Final

from router.model.preferences import MEMBERS, Member

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

_PARTS: Final = ("optout", "optedout", "unsubscrib", "suppress", "donot")
"""What names of the same kind hold: `email_opt_out`, `do_not_survey`, `is_suppressed`."""

_AGREED: Final = frozenset({"optin", "optedin", "consented", "consentgiven", "hasconsent", "hasconsented"})
"""Names that other systems have for a consent to everything, where it is not given."""

_NOTHING: Final[tuple[Any, ...]] = (None, False, "", [], {})


def meant(name: str, value: Any) -> Member | None:
    """The member of preferences that a name is, or seems to be meant for; None: it is an attribute of its own.

    What seems to be `forget` would have made the consent unknown.
    """
    plain = "".join(sign.lower()[:1] for sign in name if sign.isalnum())
    for member in MEMBERS:
        if plain == member:
            return member
    if isinstance(value, dict | list | bool) and value != {} and nearly(plain, "consent"):
        return "consent"
    if value is True and name != "forget" and nearly(plain, "forget"):
        return "consent"
    if plain in _AGREED and _refuses(value):
        return "consent"
    if value in _NOTHING:
        return None
    named = plain in _DO_NOT_CONTACT or any(part in plain for part in _PARTS)
    return "suppressed" if named or nearly(plain, "suppressed") else None


def _refuses(value: Any) -> bool:
    said = value.strip().casefold() if isinstance(value, str) else value
    return isinstance(said, str | int | float) and said in (False, "0", "false", "n", "no", "off")


def nearly(given: str, wanted: str) -> bool:
    """Whether two words differ by at most one sign that is missing, added, another, or in its neighbour's place."""
    if abs(len(given) - len(wanted)) > 1:
        return False
    start = next(
        (at for at, (one, other) in enumerate(zip(given, wanted, strict=False)) if one != other), len(wanted)
    )
    mine, theirs = given[start:], wanted[start:]
    turned = mine[1:2] + mine[:1] + mine[2:]
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:] or turned == theirs
