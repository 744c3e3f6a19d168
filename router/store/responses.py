"""Responses as rows, and rows as responses; the same for both databases."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import json
from msgspec.structs import asdict
from sqlalchemy import JSON

from router.model.encoding import decode_context
from router.model.ledger import Answerable, Ask
from router.model.responses import AskedContext, ResponseRow
from router.store.schema import Instant, UuidKey, responses

COLUMNS: Final = tuple(responses.c.keys())
KEY: Final = ("customer_id", "invitation_id")

UPDATES: Final = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEY)
"""What an upsert sets: the response takes the place of the one that stood."""

_CUSTOMER: Final = COLUMNS.index("customer_id")
IDS: Final = tuple(column.name for column in responses.c if isinstance(column.type, UuidKey))
TIMES: Final = tuple(column.name for column in responses.c if isinstance(column.type, Instant))
PLAIN: Final = tuple(column.name for column in responses.c if isinstance(column.type, JSON))
"""The columns that SQLite keeps in another form: as bytes, as microseconds, as JSON."""

_OF_CONTEXT: Final = tuple(name for name in AskedContext.__struct_fields__ if name != "scale")
_OWN: Final = tuple(name for name in ResponseRow.__struct_fields__ if name != "context")


def values_of(row: ResponseRow) -> dict[str, Any]:
    """A response by column."""
    values = asdict(row) | asdict(row.context)
    values["scale_low"], values["scale_high"] = values["scale"]
    del values["context"], values["scale"]
    return values


def response_of(values: Any) -> ResponseRow:
    """The response with these values by column: a mapping, or such a row of a query."""
    context = AskedContext(
        scale=(values["scale_low"], values["scale_high"]), **{name: values[name] for name in _OF_CONTEXT}
    )
    return ResponseRow(context=context, **{name: values[name] for name in _OWN})


def answerable_query(places: str) -> str:
    """SQL for the messages of invitations with the response that stands.

    `places` follows FROM: the invitation `a` that was named, each message `i` that asked, and the response `r`, if any.
    """
    own = "a.id, i.customer_id, i.root, i.id, i.kind, i.state, i.channel, i.settled_at, i.context"
    return f"SELECT {own}, {', '.join(f'r.{name}' for name in COLUMNS)} FROM {places}"  # noqa: S608 - fixed names


def answerable_of(
    rows: Iterable[Sequence[Any]],
    named: Iterable[tuple[str, UUID]],
    key: Callable[[Any], UUID],
    instant: Callable[[Any], datetime],
) -> dict[tuple[str, UUID], Answerable]:
    """The invitations of the rows of `answerable_query` that were named, each by its customer and the id named.

    The rows are as the driver has them: `key` and `instant` make ids and times of what is there.
    """
    wanted = set(named)
    found: dict[tuple[str, UUID], Answerable] = {}
    for name, customer_id, root, id_, kind, state, channel, settled_at, frozen, *response in rows:
        place = customer_id, key(name)
        if place not in wanted:
            continue
        ask = Ask(key(id_), kind, state, channel, None if settled_at is None else instant(settled_at))
        context = None if frozen is None else decode_context(frozen)
        known = found.get(place)
        if known is None:
            standing = None if response[_CUSTOMER] is None else _response(response, key, instant)
            found[place] = Answerable(customer_id, key(root), context, (ask,), standing)
        else:
            found[place] = Answerable(
                known.customer_id, known.id, known.context or context, (*known.asks, ask), known.response
            )
    return found


def _response(
    values: Sequence[Any], key: Callable[[Any], UUID], instant: Callable[[Any], datetime]
) -> ResponseRow:
    """The response with these values of `COLUMNS`, as the driver has them."""
    made: dict[str, Any] = dict(zip(COLUMNS, values, strict=True))
    for names, make in ((IDS, key), (TIMES, instant), (PLAIN, _decoded)):
        made |= {name: make(made[name]) for name in names if made[name] is not None}
    return response_of(made)


def _decoded(value: Any) -> Any:
    """JSON as PostgreSQL's driver has decoded it, or as SQLite keeps it."""
    return json.decode(value) if isinstance(value, str) else value
