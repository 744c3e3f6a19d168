"""The catalogue of problems: a stable code each, with its page. Codes are never reused."""

from router.ruleset.codes.code import Code, Severity
from router.ruleset.codes.conditions import CONDITIONS
from router.ruleset.codes.definitions import DEFINITIONS
from router.ruleset.codes.files import FILES
from router.ruleset.codes.logic import LOGIC
from router.ruleset.codes.names import NAMES
from router.ruleset.codes.values import VALUES
from router.ruleset.codes.warnings import WARNINGS

CODES: dict[str, Code] = {
    entry.code: entry
    for entry in sorted(
        (*FILES, *VALUES, *CONDITIONS, *DEFINITIONS, *NAMES, *LOGIC, *WARNINGS),
        key=lambda entry: entry.code,
    )
}

__all__ = ["CODES", "Code", "Severity"]
