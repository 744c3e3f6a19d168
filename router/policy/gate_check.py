"""What a gate is: a check of a candidate that decides, and explains when it is asked."""

from collections.abc import Callable

from router.model.decision import Verdict
from router.model.policy import Policy
from router.model.rules import Rule
from router.policy.candidate import Candidate

Passes = Callable[[Candidate], bool]


class GateCheck:
    """One check of a candidate. `passes` decides; called, it explains with a verdict, which costs more.

    `can_refuse` tells whether it can refuse anybody at all under a rule and a policy.
    """

    def __init__(
        self,
        explain: Callable[[Candidate], Verdict],
        passes: Passes | None,
        can_refuse: Callable[[Rule, Policy], bool],
    ) -> None:
        self.__name__ = explain.__name__
        self.__doc__ = explain.__doc__
        self._explain = explain
        self.passes = passes or (lambda candidate: explain(candidate).passed)
        self.can_refuse = can_refuse

    def __call__(self, candidate: Candidate) -> Verdict:
        """Why the candidate passes or is refused: the actual value, the limit, and when it would pass."""
        return self._explain(candidate)


def gate(
    passes: Passes | None = None, *, where: Callable[[Rule, Policy], bool] = lambda _rule, _policy: True
) -> Callable[[Callable[[Candidate], Verdict]], GateCheck]:
    """Makes a gate of the function that explains it; without `passes` the verdict is what decides."""
    return lambda explain: GateCheck(explain, passes, where)
