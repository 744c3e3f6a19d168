"""The rule set: YAML text to checked, compiled, indexed rules, and their evaluation with the why."""

from router.ruleset.load import load_directory, load_texts, read_directory
from router.ruleset.problems import InvalidRules
from router.ruleset.ruleset import RuleSet

__all__ = ["InvalidRules", "RuleSet", "load_directory", "load_texts", "read_directory"]
