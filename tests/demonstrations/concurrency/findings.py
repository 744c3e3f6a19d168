"""What an audit has found: how often each promise was looked at, and where it was broken."""

from collections import Counter


class Findings:
    """`checked` counts by promise, `breaches` names each break; `fullest` is how far a limit was used, of how much."""

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.breaches: dict[str, list[str]] = {}
        self.fullest: dict[str, tuple[int, int]] = {}

    def check(self, promise: str, holds: bool, what: object) -> None:
        """One look at a promise; `what` names the place where it is broken."""
        self.checked[promise] += 1
        if not holds:
            self.breaches.setdefault(promise, []).append(str(what))

    def used(self, name: str, count: int, limit: int, what: object) -> None:
        """One look at a limit or quota: how much of it is used."""
        most, _ = self.fullest.get(name, (0, limit))
        self.fullest[name] = (max(most, count), limit)
        self.check(name, count <= limit, f"{count} of {limit}: {what}")
