"""The catalogue of problems: a stable code each, with its page. Codes are never reused."""

from router.authoring.codes.code import CODES, Code, Severity

__all__ = ["CODES", "Code", "Severity"]
