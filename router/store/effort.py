"""Reads responses and invitations for what goes together with effort: counts, made in the database."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from router.model.cells import Question
from router.model.effort import AskedAt, CustomerCount, SignalCounts, WantedAnswers, three_digits
from router.model.responses import Signal
from router.store.database import Database
from router.store.schema import invitations, responses

_QUESTION: Final = tuple(responses.c[name] for name in Question.__struct_fields__)
_ID_SPACE: Final = 2**128
_CHUNK: Final = 20
_decode: Final = msgspec.json.Decoder(list[dict[str, Signal | None]]).decode

_BOX: Final = case(
    (responses.c.scale_high == literal_column("5"), literal_column("2")), else_=literal_column("3")
)
_HIGHER: Final = responses.c.polarity == literal_column("'higher_is_better'")
_WORTH: Final = case(
    (
        responses.c.metric == literal_column("'nps'"),
        case(
            (responses.c.score >= literal_column("9"), literal_column("1")),
            (responses.c.score <= literal_column("6"), literal_column("-1")),
            else_=literal_column("0"),
        ),
    ),
    (responses.c.metric == literal_column("'ces'"), responses.c.score),
    (_HIGHER & (responses.c.score > responses.c.scale_high - _BOX), literal_column("1")),
    (~_HIGHER & (responses.c.score < responses.c.scale_low + _BOX), literal_column("1")),
    else_=literal_column("0"),
)
"""What a score counts for in the first measure of its metric, as `router.scores.question.values` has it."""

_SETTINGS: Final = text(
    # Not a lookup by keys but sums over many rows.
    "SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashjoin', 'on'),"
    " ('plan_cache_mode', 'force_custom_plan'), ('work_mem', '64MB')) AS wanted (name, value)"
)


class Effort:
    """Effort signals beside scores. All methods raise StoreUnavailable or SchemaOutdated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answers(self, wanted: WantedAnswers) -> int:
        """How many counted answers there are, whatever the share."""
        rows = await self._all(select(func.count()).select_from(responses).where(*_facts(wanted)))
        return int(rows[0][0])

    async def scores(self, wanted: WantedAnswers) -> dict[AskedAt, SignalCounts]:
        """The scores by the values of all effort signals that are numbers.

        The database brings together what has one score at one place, and the values are counted here: PostgreSQL takes two
        microseconds to take one signal out of one answer, this a tenth of one.
        """
        place = [func.coalesce(responses.c[name], "") for name in ("journey", "step", "channel")]
        columns = [
            column.label(f"by{at}") for at, column in enumerate((*_QUESTION, *place, responses.c.score))
        ]
        rows = select(*columns, cast(responses.c.effort, Text).label("effort")).where(*self._terms(wanted))
        each = rows.subquery()
        groups = [each.c[column.name] for column in columns]
        query = select(*groups, func.aggregate_strings(each.c.effort, ",")).group_by(*groups)
        found: dict[tuple[Any, ...], SignalCounts] = {}
        async with self._database.connect() as connection:
            if not self._database.is_sqlite:
                await connection.execute(_SETTINGS)
            result = await connection.stream(query, execution_options={"yield_per": _CHUNK})
            async for *asked, score, efforts in result:
                signals = found.setdefault(tuple(asked), {})
                answers = _decode(f"[{efforts}]")
                for name in {name for answer in answers for name in answer}:
                    counts = signals.setdefault(name, Counter())
                    for value, count in Counter(answer.get(name) for answer in answers).items():
                        if (number := three_digits(value)) is not None:
                            counts[number, score] += count
        return {AskedAt(Question(*asked[:-3]), *asked[-3:]): signals for asked, signals in found.items()}

    async def customers(self, wanted: WantedAnswers) -> list[CustomerCount]:
        """How the answers to each question spread over customers."""
        each = (
            select(*_QUESTION, func.count().label("answers"), func.sum(_WORTH).label("total"))
            .add_columns(func.sum(_WORTH * _WORTH).label("squares"))
            .where(*self._terms(wanted))
            .group_by(*_QUESTION, responses.c.customer_id)
            .subquery()
        )
        rows = await self._all(select(*each.c, func.count()).group_by(*each.c))
        return [
            CustomerCount(Question(*question), int(answers), int(total), int(squares), customers)
            for *question, answers, total, squares, customers in rows
        ]

    async def unanswered(self, most: int, survey: str | None = None) -> list[bytes]:
        """The encoded contexts of invitations whose time for an answer passed without one.

        Of more than `most` invitations, all kinds together, a sample of about so many is looked at, the same each time.
        """
        async with self._database.connect() as connection:
            table = invitations
            share = min(1.0, most / max(1, await self._invitations(connection)))
            terms = []
            if share < 1 and self._database.is_sqlite:
                terms.append(table.c.id < _bound(share))
            elif share < 1:
                table = invitations.tablesample(func.system(100 * share), seed=literal_column("1"))  # type: ignore[assignment]
            heard = exists().where(
                and_(
                    responses.c.customer_id == table.c.customer_id,
                    responses.c.invitation_id == table.c.id,
                )
            )
            terms += [table.c.state == "unanswered", table.c.kind == "invitation", ~heard]
            if survey is not None:
                terms.append(table.c.survey == survey)
            query = select(table.c.context).where(table.c.context.is_not(None), *terms)
            return list((await connection.execute(query)).scalars())

    async def _invitations(self, connection: AsyncConnection) -> int:
        """How many rows there are, about."""
        if self._database.is_sqlite:
            return int((await connection.execute(select(func.count()).select_from(invitations))).scalar_one())
        await connection.execute(_SETTINGS)
        known = text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'invitations'::regclass")
        return int((await connection.execute(known)).scalar_one())

    def _terms(self, wanted: WantedAnswers) -> list[ColumnElement[bool]]:
        terms = _facts(wanted)
        if wanted.share < 1:
            terms.append(responses.c.invitation_id < _bound(wanted.share))
        return terms

    async def _all(self, query: Select[Any]) -> Sequence[Any]:
        async with self._database.connect() as connection:
            if not self._database.is_sqlite:
                await connection.execute(_SETTINGS)
            rows: Sequence[Any] = (await connection.execute(query)).all()
            return rows


def _facts(wanted: WantedAnswers) -> list[ColumnElement[bool]]:
    """What an answer must be like, whatever the share."""
    named = {name: getattr(wanted, name) for name in ("survey", "journey", "step", "channel")}
    terms = [responses.c.status == "counted", responses.c.imported.is_(None)]
    terms += [responses.c[name] == value for name, value in named.items() if value is not None]
    if wanted.since is not None:
        terms.append(responses.c.happened_at >= wanted.since)
    if wanted.until is not None:
        terms.append(responses.c.happened_at < wanted.until)
    return terms


def _bound(share: float) -> UUID:
    """The id that this share of all ids, which are hashes, lies below."""
    return UUID(int=min(int(share * _ID_SPACE), _ID_SPACE - 1))
