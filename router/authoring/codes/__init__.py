"""The catalogue of problems: a stable code each, with its page. Codes are never reused."""

from router.authoring.codes.code import Code, Severity
from router.authoring.codes.conditions import CONDITIONS
from router.authoring.codes.definitions import DEFINITIONS
from router.authoring.codes.files import FILES
from router.authoring.codes.logic import LOGIC
from router.authoring.codes.names import NAMES
from router.authoring.codes.values import VALUES
from router.authoring.codes.warnings import WARNINGS

CODES: dict[str, Code] = {
    entry.code: entry
    for entry in sorted(
        (*FILES, *VALUES, *CONDITIONS, *DEFINITIONS, *NAMES, *LOGIC, *WARNINGS),
        key=lambda entry: entry.code,
    )
}

__all__ = ["CODES", "Code", "Severity"]
