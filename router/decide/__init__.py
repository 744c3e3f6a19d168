"""The one decision function. Live, backtest, rule tests and explanations all call it.

Pure: what it needs comes in as arguments, what it changes goes out as values.
"""

from router.decide.change import Change
from router.decide.decide import Folded, decide
from router.decide.due import advance, confirm, held_back, next_moment, recheck, with_change
from router.decide.explain import Explanation, explain
from router.decide.following import may_be_followed
from router.decide.occasions import looked_at, next_by_itself
from router.decide.preferences import left_of, tells

__all__ = [
    "Change",
    "Explanation",
    "Folded",
    "advance",
    "confirm",
    "decide",
    "explain",
    "held_back",
    "left_of",
    "looked_at",
    "may_be_followed",
    "next_by_itself",
    "next_moment",
    "recheck",
    "tells",
    "with_change",
]
