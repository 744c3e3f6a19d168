"""Tables of what is counted by a field, and of the answers to expect."""

from collections.abc import Sequence
from typing import Final

from router.authoring.counting import CountedValue, CountsBy
from router.cli.output import print_lines
from router.cli.tables import print_table
from router.scores.expected import LEAST_DAYS, LEAST_SENT, ExpectedAnswers
from router.words.figures import percent
from router.words.scores import figure

_SHOWN: Final = 30
_HOW: Final = (
    "If as many are asked and answer alike, as the answers of the log do; ranges at 95 %. A change of that size shows in four of"
    " five cases once the time before and the time after have that many answers each, whatever their spread."
)
_COLUMNS: Final = ("interactions", "invitations", "sent", "answered")


def print_counts(by: Sequence[CountsBy]) -> None:
    """A table for each field, its first values."""
    for counts in by:
        rows = [_row(one) for one in counts.values[:_SHOWN]]
        print_table(f"By {counts.field}", [counts.field, *_COLUMNS], rows)
        if len(counts.values) > _SHOWN:
            print_lines([f"and {len(counts.values) - _SHOWN:,} more; --json has them.", ""])


def _row(one: CountedValue) -> list[object]:
    return [one.value, one.interactions, one.invitations, one.sent, one.answered]


def print_answers(answers: Sequence[ExpectedAnswers]) -> None:
    """How many answers to expect and by when a change would show, each as a range; what is not known says so."""
    if not answers:
        return
    columns = [
        "survey",
        "sent",
        "answered",
        "share",
        "in 30 days",
        "a change of",
        "needs at most",
        "which takes",
    ]
    print_table("Answers to expect", columns, [_expected(one) for one in answers])
    print_lines([_HOW, f"Not known under {LEAST_SENT} sent or {LEAST_DAYS:g} days.", ""])


def _expected(one: ExpectedAnswers) -> list[object]:
    change = figure(one.measure, one.smallest)
    if one.share is None or one.in_30_days is None or one.days_needed is None:
        return [one.survey, one.sent, one.answered, *["not known"] * 2, change, one.needed, "not known"]
    low, high = one.share
    least, most = one.days_needed
    takes = f"{least:,} days or more" if most is None else f"{least:,} to {most:,} days"
    rate = f"{one.in_30_days[0]:,} to {one.in_30_days[1]:,}"
    share = f"{percent(low)} to {percent(high)}"
    return [one.survey, one.sent, one.answered, share, rate, change, one.needed, takes]
