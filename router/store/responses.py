"""Responses as rows, and rows as responses; the same for both databases."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import text
from sqlalchemy.sql.expression import TextualSelect

from router.model.encoding import decode_context
from router.model.ledger import Answerable, Ask
from router.model.responses import AskedContext, ResponseRow
from router.store.schema import invitations, responses

COLUMNS: Final = tuple(responses.c.keys())
KEY: Final = ("customer_id", "invitation_id")

UPDATES: Final = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEY)
"""What an upsert sets: the response takes the place of the one that stood."""

_OF_CONTEXT: Final = tuple(name for name in AskedContext.__struct_fields__ if name != "scale")
_OWN: Final = tuple(name for name in ResponseRow.__struct_fields__ if name != "context")


def values_of(row: ResponseRow) -> dict[str, Any]:
    """A response by column."""
    context = row.context
    values = {name: getattr(row, name) for name in _OWN} | asdict(context)
    values["scale_low"], values["scale_high"] = values.pop("scale")
    return values


def response_of(values: Any) -> ResponseRow:
    """The response with these values by column: a mapping, or such a row of a query."""
    context = AskedContext(
        scale=(values["scale_low"], values["scale_high"]), **{name: values[name] for name in _OF_CONTEXT}
    )
    return ResponseRow(context=context, **{name: values[name] for name in _OWN})


def answerable_query(asked: str) -> TextualSelect:
    """The messages of the invitations that `asked` (SQL with a column `id`) names, with the response that stands."""
    taken = ", ".join(f"r.{name} AS response_{name}" for name in COLUMNS)
    statement = text(f"""
        SELECT a.id AS named, i.customer_id, i.root, i.id, i.kind, i.state, i.channel, i.settled_at, i.context, {taken}
        FROM {asked}
        JOIN invitations i ON i.customer_id = a.customer_id AND i.root = a.root AND i.kind <> 'cancellation'
        LEFT JOIN responses r ON r.customer_id = i.customer_id AND r.invitation_id = i.root
    """)  # noqa: S608 - fixed names
    stored = invitations.c
    return statement.columns(
        named=stored.id.type,
        root=stored.root.type,
        id=stored.id.type,
        settled_at=stored.settled_at.type,
        **{f"response_{column.name}": column.type for column in responses.c},
    )


def answerable_of(
    rows: Iterable[Any], named: Iterable[tuple[str, UUID]]
) -> dict[tuple[str, UUID], Answerable]:
    """The invitations of the rows of `answerable_query` that were named, each by its customer and the id named."""
    wanted = set(named)
    found: dict[tuple[str, UUID], Answerable] = {}
    for row in rows:
        place = row["customer_id"], row["named"]
        if place not in wanted:
            continue
        known = found.get(place) or Answerable(row["customer_id"], row["root"], None, (), _response(row))
        ask = Ask(row["id"], row["kind"], row["state"], row["channel"], row["settled_at"])
        context = known.context if row["context"] is None else decode_context(bytes(row["context"]))
        found[place] = Answerable(known.customer_id, known.id, context, (*known.asks, ask), known.response)
    return found


def _response(row: Any) -> ResponseRow | None:
    if row["response_key"] is None:
        return None
    return response_of({name: row[f"response_{name}"] for name in COLUMNS})
