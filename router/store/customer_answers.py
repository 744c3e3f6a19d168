"""Reads how counted answers spread over customers, added up in the database."""

from collections import Counter
from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, cast, func, literal_column, select, text

from router.model.cells import Question
from router.model.customer_answers import CustomerAnswers, WantedCustomers
from router.store.database import Database
from router.store.schema import responses

_COLUMNS: Final = ("journey", "step", "channel", "rule", "revision", "imported", "asked_on")
_PERIODS: Final = ("day", "week", "month")
_SETTINGS: Final = text(
    # Not a lookup by keys but sums over many rows, and a customer each.
    "SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashagg', 'on'),"
    " ('plan_cache_mode', 'force_custom_plan'), ('work_mem', '128MB')) AS wanted (name, value)"
)


class AnswersByCustomer:
    """Counted answers by customer. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, wanted: WantedCustomers) -> list[CustomerAnswers]:
        """The answers of each group, and how many customers gave so many that count for so much."""
        places = range(len(wanted.by))
        scores = range(wanted.question.scale_low, wanted.question.scale_high + 1)
        worth = case(
            *((responses.c.score == _number(score), _number(value)) for score, value in zip(scores, wanted.worth, strict=True))
        )  # fmt: skip
        answers = (
            select(
                *(_dimension(wanted, name).label(f"by{place}") for place, name in enumerate(wanted.by)),
                responses.c.customer_id,
                responses.c.score,
                worth.label("worth"),
            )
            .where(*_terms(wanted))
            .subquery()
        )
        groups = [answers.c[f"by{place}"] for place in places]
        of_a_customer = (
            select(
                *groups,
                func.count().label("n"),
                func.sum(answers.c.worth).label("total"),
                func.sum(answers.c.worth * answers.c.worth).label("squares"),
                *(
                    func.sum(case((answers.c.score == _number(score), _number(1)), else_=_number(0))).label(f"n{score}")
                    for score in scores
                ),
            )
            .where(*(group.is_not(None) for group in groups))
            .group_by(*groups, answers.c.customer_id)
            .subquery()
        )  # fmt: skip
        keys = [*(of_a_customer.c[f"by{place}"] for place in places)]
        keys += [of_a_customer.c[name] for name in ("n", "total", "squares")]
        query = select(
            *keys, func.count(), *(func.sum(of_a_customer.c[f"n{score}"]) for score in scores)
        ).group_by(*keys)
        counts: dict[tuple[str, ...], list[int]] = {}
        customers: dict[tuple[str, ...], Counter[tuple[int, int, int]]] = {}
        async with self._database.connect() as connection:
            if not self._database.is_sqlite:
                await connection.execute(_SETTINGS)
            for row in await connection.execute(query):
                group = tuple(map(str, row[: len(places)]))
                n, total, squares, many, *given = map(int, row[len(places) :])
                customers.setdefault(group, Counter())[n, total, squares] += many
                known = counts.setdefault(group, [0] * len(scores))
                counts[group] = [one + more for one, more in zip(known, given, strict=True)]
        return [CustomerAnswers(group, tuple(found), customers[group]) for group, found in counts.items()]


def _number(value: int) -> ColumnElement[Any]:
    """Written out: PostgreSQL does not know the type of a parameter in such a place."""
    return literal_column(str(int(value)))


def _terms(wanted: WantedCustomers) -> list[ColumnElement[bool]]:
    """What a response must be like."""
    at = responses.c.happened_at if wanted.basis == "happened" else responses.c.answered_at
    asked = {name: getattr(wanted.question, name) for name in Question.__struct_fields__}
    places = {name: getattr(wanted, name) for name in ("journey", "step", "channel")}
    terms = [responses.c.status == "counted"]
    terms += [responses.c[name] == value for name, value in (asked | places).items() if value is not None]
    if wanted.since is not None:
        terms.append(at >= wanted.since)
    if wanted.until is not None:
        terms.append(at < wanted.until)
    if wanted.since_revision is not None:
        terms.append(responses.c.revision >= wanted.since_revision)
    if wanted.until_revision is not None:
        terms.append(responses.c.revision < wanted.until_revision)
    if wanted.imported != "both":
        imported = responses.c.imported
        terms.append(imported.is_(None) if wanted.imported == "no" else imported.is_not(None))
    return terms


def _dimension(wanted: WantedCustomers, name: str) -> ColumnElement[Any]:
    """The value of a dimension as text; NULL where a response has no such attribute, or lies in no period."""
    if name in _COLUMNS:
        return func.coalesce(cast(responses.c[name], String), literal_column("''"))
    if name not in _PERIODS:
        value: ColumnElement[Any] = responses.c.attributes[name].as_string()
        return value
    at = responses.c.happened_at if wanted.basis == "happened" else responses.c.answered_at
    latest_first = sorted(wanted.periods, reverse=True)
    return case(*((at >= begins, literal_column(f"'{day.isoformat()}'")) for day, begins in latest_first))
