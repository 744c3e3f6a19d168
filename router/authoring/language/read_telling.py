"""What the policy reads out of interactions about being asked at all: consent and suppressions."""

from typing import Any

from router.authoring.language.reader import Reader
from router.model.preferences import SUPPRESSIONS


def read_consent(reader: Reader) -> dict[str, Any]:
    """The policy's fields about consent."""
    block = reader.reader("consent", "`consent`")
    if block is None:
        return {}
    unknown = block.choice("unknown", ("refuse", "allow"), default="refuse")
    given, withdrawn = block.texts("given_by"), block.texts("withdrawn_by")
    block.finish()
    for kind in set(given) & set(withdrawn):
        block.problems.add(
            "R012",
            block.place("withdrawn_by"),
            f"{kind!r} cannot both give and withdraw consent",
            "keep one",
        )
    return {"unknown_consent": unknown, "consent_given_by": given, "consent_withdrawn_by": withdrawn}


def read_suppressed_by(reader: Reader) -> dict[str, str]:
    """By interaction type, the suppression that it means."""
    block = reader.reader("suppressed_by", "`suppressed_by`")
    found: dict[str, str] = {}
    for reason, (key, _) in block.pairs.items() if block else ():
        if reason not in SUPPRESSIONS:
            reader.problems.unknown("R013", key.position, "suppression", reason, list(SUPPRESSIONS))
        for kind in block.texts(reason) if block else ():
            if kind in found:
                message = f"{kind!r} means both {found[kind]!r} and {reason!r}"
                reader.problems.add("R012", key.position, message, "one suppression for a type")
            found.setdefault(kind, reason)
    return found
