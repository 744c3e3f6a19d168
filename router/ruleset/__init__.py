"""The rule set: YAML text to checked, compiled, indexed rules, and their evaluation with the why."""

from router.ruleset.directory import read_directory
from router.ruleset.load import Checked, check_directory, check_texts, load_directory, load_texts, loaded
from router.ruleset.problems import InvalidRules
from router.ruleset.ruleset import RuleSet

__all__ = [
    "Checked",
    "InvalidRules",
    "RuleSet",
    "check_directory",
    "check_texts",
    "load_directory",
    "load_texts",
    "loaded",
    "read_directory",
]
