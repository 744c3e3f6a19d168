"""The rule sets that past decisions were made with, by their revision."""

from collections.abc import Mapping

from router.ruleset import RuleSet


class RuleBook:
    """The rule set of now, and earlier ones by number. A revision that is not kept is told by the one of now."""

    def __init__(self, now: RuleSet, earlier: Mapping[int, RuleSet] | None = None) -> None:
        self.now = now
        self._earlier = earlier or {}

    def by(self, revision: int) -> RuleSet:
        """The rule set that decided as this revision, as far as it is known."""
        return self._earlier.get(revision, self.now)
