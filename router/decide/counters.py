"""The quota counters that a decision looks at, noted down: the journal keeps those that left no place."""

from collections.abc import Iterator, Mapping, Sequence

from router.model.customer import Invitation
from router.model.ledger import QuotaKey
from router.model.policy import Policy
from router.policy.limits import quota_places

UsedUp = tuple[tuple[str, str, str, int], ...]


class LookedAt(Mapping[QuotaKey, int]):
    """Quota counters, with a note of which were asked for."""

    def __init__(self, counts: Mapping[QuotaKey, int]) -> None:
        self._counts = counts
        self._asked: set[QuotaKey] = set()

    def __getitem__(self, key: QuotaKey) -> int:
        self._asked.add(key)
        return self._counts[key]

    def __iter__(self) -> Iterator[QuotaKey]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def used_up(self, policy: Policy, planned: Sequence[Invitation]) -> UsedUp:
        """Those asked for that have reached the most of their quota: quota, value, period and count.

        Or that reach it with the places of what the interaction `planned` before another candidate was tried.
        """
        most = {quota.id: quota.max for quota in policy.quotas}
        taken = quota_places(policy, planned) if planned else {}
        asked = ((key, self._counts.get(key, 0)) for key in sorted(self._asked))
        return tuple(
            (key.quota, key.value, key.period, used)
            for key, used in asked
            if used + taken.get(key, 0) >= most[key.quota]
        )
