"""The rule sets that past decisions were made with, by their revision."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from router.rules.ruleset import RuleSet

FetchRules = Callable[[int], Awaitable[RuleSet | None]]
"""The rule set of a revision; None where it is not kept or cannot be read."""


class RuleBook:
    """The rule set of `now`, called `name`, and through `fetch` those of earlier revisions.

    Where a revision is not kept, the rules of now stand in for it. With `judging` they stand in for all: to show how
    they would have decided.
    """

    def __init__(
        self, now: RuleSet, name: str = "", fetch: FetchRules | None = None, *, judging: bool = False
    ) -> None:
        self.now: Final = now
        self.name: Final = name or f"revision {now.revision} of the rules"
        self.judging: Final = judging
        self._fetch = None if judging else fetch
        self._kept: dict[int, RuleSet] = {now.revision: now}
        self._missing: set[int] = set()

    async def read(self, revisions: Iterable[int]) -> None:
        """Fetches these revisions, for `by`. Raises what `fetch` raises."""
        for number in sorted({*revisions} - self._kept.keys() - self._missing):
            rules = await self._fetch(number) if self._fetch is not None else None
            if rules is None:
                self._missing.add(number)
            else:
                self._kept[number] = rules

    def by(self, revision: int) -> RuleSet:
        """The rule set that decided as this revision; where it is not kept, that of now."""
        return self.now if self.judging else self._kept.get(revision, self.now)

    def has(self, revision: int) -> bool:
        """Whether `by` gives the rule set that decided."""
        return self.by(revision).revision == revision
