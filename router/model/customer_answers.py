"""Counted answers by customer: a customer who answered often says less than as many customers."""

from collections import Counter
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from router.model.cells import Basis, Question


class WantedCustomers(Struct, frozen=True):
    """Which counted answers to one question are looked at, and how.

    Those from `since` to before `until`, equal in all that is not None, by rules from revision `since_revision` to before
    `until_revision`. `worth` is what each score counts for, in the order of the scale. `by` names dimensions of cells and
    attributes; a `day`, `week` or `month` is one of `periods`: its first day, and the moment that it begins.
    """

    question: Question
    worth: tuple[int, ...]
    basis: Basis = "happened"
    since: datetime | None = None
    until: datetime | None = None
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    since_revision: int | None = None
    until_revision: int | None = None
    imported: Literal["no", "only", "both"] = "no"
    by: tuple[str, ...] = ()
    periods: tuple[tuple[date, datetime], ...] = ()


class CustomerAnswers(Struct, frozen=True):
    """The answers of one group, in the order of the scale, and how they spread over customers.

    `customers` maps (answers of a customer, sum of what they count for, sum of the squares of that) to customers.
    """

    group: tuple[str, ...]
    counts: tuple[int, ...]
    customers: Counter[tuple[int, int, int]]
