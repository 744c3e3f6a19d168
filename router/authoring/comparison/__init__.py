"""Two rule sets held against each other: what changed in words, and what the change would have done.

Pure: interactions come in one by one, both sets decide them with the functions of the live service.
"""

from router.authoring.comparison.changes import RuleSetChange, changes
from router.authoring.comparison.effect import Count, Effect, Example, words
from router.authoring.comparison.journal import effect
from router.authoring.comparison.simulation import RuleSetComparison
from router.authoring.comparison.thresholds import Threshold, WrongThreshold, threshold

__all__ = [
    "Count",
    "Effect",
    "Example",
    "RuleSetChange",
    "RuleSetComparison",
    "Threshold",
    "WrongThreshold",
    "changes",
    "effect",
    "threshold",
    "words",
]
