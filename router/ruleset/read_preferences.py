"""What a test says of a customer: consent, language, time zone, do-not-contact, and attributes of any name."""

from typing import Any
from zoneinfo import ZoneInfo

from router.model.preferences import SUPPRESSIONS
from router.ruleset.node import Node
from router.ruleset.problems import Problems
from router.ruleset.reader import Reader


def read_preferences(reader: Reader, problems: Problems) -> dict[str, Any]:
    """The block as the data of a preferences interaction; what is not named is unknown."""
    data = {name: node.plain() for name, (_, node) in reader.pairs.items()}
    reader.text("locale")
    zone = reader.text("zone")
    if zone is not None and not _is_zone(zone):
        reader.wrong(reader.pairs["zone"][1], "zone", "a time zone", "such as Europe/Amsterdam")
    consent = reader.get("consent")
    if consent is not None and not _is_consent(consent):
        expected = "a list of channels, or channels with true or false"
        reader.wrong(consent, "consent", expected, "such as `consent: [email, sms]`; nobody asked: `[]`")
    for reason in reader.texts("suppressed"):
        if reason.partition("/")[0] not in SUPPRESSIONS:
            place = reader.pairs["suppressed"][1].position
            problems.unknown("R013", place, "value of `suppressed`", reason, list(SUPPRESSIONS))
    return data


def _is_consent(node: Node) -> bool:
    if isinstance(node.value, dict):
        return all(isinstance(agreed.value, bool) for _, agreed in node.value.values())
    return isinstance(node.value, list) and all(isinstance(item.value, str) for item in node.value)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
