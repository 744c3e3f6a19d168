"""The one decision function. Live, backtest, rule tests and explanations all call it.

Pure: what it needs comes in as arguments, what it changes goes out as values.
"""

from router.decide.decide import Folded, decide
from router.decide.due import Change, advance, recheck
from router.decide.explain import Explanation, explain

__all__ = ["Change", "Explanation", "Folded", "advance", "decide", "explain", "recheck"]
