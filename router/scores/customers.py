"""Several answers of one customer: they say less than as many answers of as many customers."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from router.scores.question import Measure, Question, values


@dataclass(frozen=True, slots=True)
class Customers:
    """How many customers gave so many answers that count for so much together.

    `counts` maps (answers of a customer, sum of what they count for, sum of the squares of that) to customers.
    """

    counts: Mapping[tuple[int, int, int], int]

    @classmethod
    def of(cls, question: Question, measure: Measure, answers: Iterable[tuple[Hashable, int]]) -> "Customers":
        """From pairs of a customer and a score on the question's scale."""
        worth = dict(zip(question.scores, values(question, measure), strict=True))
        sums: dict[Hashable, tuple[int, int, int]] = {}
        for customer, score in answers:
            n, total, squares = sums.get(customer, (0, 0, 0))
            value = worth[score]
            sums[customer] = (n + 1, total + value, squares + value * value)
        return cls(Counter(sums.values()))

    @property
    def sums(self) -> tuple[int, int, int]:
        """Answers, the sum of what they count for and that of its squares, over all customers."""
        n, total, squares = (
            sum(customer[part] * many for customer, many in self.counts.items()) for part in range(3)
        )
        return n, total, squares

    @property
    def answer_repeatedly(self) -> bool:
        """Whether any of them gave two or more answers."""
        return any(n > 1 for n, _, _ in self.counts)

    @property
    def standard_error(self) -> float:
        """Of the mean of what the answers count for, where the customers are the sample (Cochran 1977, cluster sampling).

        The square is C / (C - 1) times the sum over customers of (their sum - their answers * mean)^2, by n^2. Needs two
        customers.
        """
        n, total, _ = self.sums
        size = sum(self.counts.values())
        # In whole numbers: customers who answered alike differ by nothing, not by a rounding.
        between = sum(many * (n * given - own * total) ** 2 for (own, given, _), many in self.counts.items())
        return sqrt(size / (size - 1) * between) / (n * n)

    @property
    def effective_n(self) -> float:
        """How many customers of one answer each would say as much: n times naive variance by that of `standard_error`.

        At most n; and as many as there are customers where one of the two variances is nothing (own).
        """
        n, total, squares = self.sums
        if not self.answer_repeatedly:
            return n
        size = sum(self.counts.values())
        naive = (n * squares - total * total) / (n * n * (n - 1))
        clustered = self.standard_error**2 if size > 1 else 0.0
        return min(float(n), n * naive / clustered) if naive and clustered else float(size)
