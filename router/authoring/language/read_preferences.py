"""What a test says of a customer: consent, language, time zone, do-not-contact, and attributes of any name."""

from typing import Any

from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.reader import Reader
from router.model.naming import members_meant
from router.model.preferences import (
    SUPPRESSIONS,
    Unclear,
    read_consent,
    suppression_entry,
)
from router.model.zones import zone_name


def read_preferences(reader: Reader, problems: Problems) -> dict[str, Any]:
    """The block as the data of a preferences interaction; what is not named is unknown."""
    data = {name: node.plain() for name, (_, node) in reader.pairs.items()}
    reader.text("locale")
    zone = reader.text("zone")
    if zone is not None and zone_name(zone) is None:
        reader.wrong(reader.pairs["zone"][1], "zone", "a time zone", "such as Europe/Amsterdam")
    consent = reader.get("consent")
    if consent is not None and not _is_consent(consent):
        expected = "a list of channels, or channels with true or false"
        reader.wrong(consent, "consent", expected, "such as `consent: [email, sms]`; nobody asked: `[]`")
    for entry in reader.texts("suppressed"):
        _check_suppression(entry, reader.pairs["suppressed"][1], problems)
    reader.flag("forget")
    for name, member in members_meant(data).items():
        if member != name:
            place = reader.pairs[name][0].position
            problems.add("R105", place, f"{name!r} seems to mean `{member}`", f"write `{member}:`")
    return data


def _is_consent(node: Node) -> bool:
    try:
        read_consent(node.plain())
    except Unclear:
        return False
    return True


def _check_suppression(entry: str, node: Node, problems: Problems) -> None:
    try:
        suppression_entry(entry)
    except Unclear:
        problems.unknown("R013", node.position, "value of `suppressed`", entry, list(SUPPRESSIONS))
