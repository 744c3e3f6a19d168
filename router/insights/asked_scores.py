"""The question for scores: of which answers, by which dimensions, compared with which."""

from collections.abc import Sequence
from typing import Final, Literal, Protocol

from msgspec import Struct

from router.insights.periods import Days
from router.insights.score_report import Per
from router.model.cells import (
    ALL,
    Basis,
    CoverageCount,
    CoverageDimension,
    ScoreCounts,
    ScoreDimension,
    WantedCoverage,
    WantedScores,
)
from router.model.customer_answers import CustomerAnswers, WantedCustomers
from router.model.survey import Metric
from router.scores.question import MEASURES, Measure, Question

PERIODS: Final = ("day", "week", "month")
DIMENSIONS: Final = (*PERIODS, "journey", "step", "channel", "rule", "revision", "imported")
"""What scores are told by, besides one attribute."""

ImportedOnes = Literal["no", "only", "both"]


class Before(Struct, frozen=True):
    """What is compared with: the answers of other days, or those by revisions of the rules before this one."""

    words: str
    days: Days | None = None
    revision: int | None = None


class Asked(Struct, frozen=True):
    """What somebody wants to know. None: whichever. `by` names dimensions, and one attribute of `scores.by` at most."""

    days: Days
    basis: Basis = "happened"
    survey: str | None = None
    metric: Metric | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    by: tuple[str, ...] = ()
    measure: Measure | None = None
    per: Per = "answer"
    before: Before | None = None
    across_texts: bool = False
    imported: ImportedOnes = "no"

    @property
    def attribute(self) -> str:
        """The attribute that is told by, else that of all."""
        return next((name for name in self.by if name not in DIMENSIONS), ALL)

    def wanted(self, days: Days) -> WantedScores:
        """The cells to read for these days."""
        return WantedScores(
            self.basis, days.first, days.after, self.survey, self.metric, self.journey, self.step, self.channel,
            attributes=(self.attribute,), imported=self.imported,
        )  # fmt: skip

    def measure_of(self, question: Question) -> Measure:
        """The measure wanted, where the question has it; else the one that it is known by."""
        known = MEASURES[question.metric]
        return self.measure if self.measure in known and self.measure else known[0]


class CustomerReader(Protocol):
    """The read that intervals by customer need of a store."""

    async def read(self, wanted: WantedCustomers) -> list[CustomerAnswers]:
        """How the answers of each group spread over customers."""


class CellReader(Protocol):
    """The reads that a score report needs of a store."""

    async def scores(self, wanted: WantedScores, by: Sequence[ScoreDimension] = ()) -> list[ScoreCounts]:
        """Counted answers by question and dimensions."""

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        """Touchpoints by dimensions, stage and reason."""
