"""Cells by month beside those by day; a cell is known by its dimensions without the day."""

from typing import Final

from alembic import op

revision = "0009"
down_revision = "0008"

_COUNTS: Final = {
    "score": tuple(f"n{place}" for place in range(11)),
    "coverage": (
        "had_step",
        "waited",
        "matched",
        "withheld",
        "planned",
        "cancelled",
        "displaced",
        "expired",
        "sent",
        "bounced",
        "delivered",
        "started",
        "answered",
    ),
}
_PLACE: Final = ("journey", "step", "channel", "attribute", "value")
_DIMENSIONS: Final = {
    "score": (
        "basis",
        "survey",
        "metric",
        "polarity",
        "text_version",
        "presentation",
        *_PLACE,
        "rule",
        "scale_low",
        "scale_high",
        "revision",
        "imported",
    ),
    "coverage": (*_PLACE, "reason"),
}
_WHOLE_NUMBERS: Final = ("scale_low", "scale_high", "revision")
_INDEXES: Final = {"score": "attribute, basis, day", "coverage": "attribute, day"}
_POSTGRESQL: Final = {
    "text": 'text COLLATE "C"',
    "key": "uuid",
    "month": "CAST(date_trunc('month', day) AS date)",
    "any": "(array_agg(cell))[1]",
}
_SQLITE: Final = {"text": "TEXT", "key": "BLOB", "month": "date(day, 'start of month')", "any": "min(cell)"}


def upgrade() -> None:
    """Rows that are there keep their keys: readers add up whatever has the same dimensions."""
    sqlite = op.get_context().dialect.name == "sqlite"
    words = _SQLITE if sqlite else _POSTGRESQL
    for kind, table in (
        ("score", "score_cells"),
        ("coverage", "coverage_cells"),
        ("coverage", "coverage_erased"),
    ):
        if sqlite:
            op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
            op.execute(_table(table, kind, words))
            columns = ", ".join(("cell", "day", *_DIMENSIONS[kind], *_COUNTS[kind]))
            op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608 - fixed names
            op.execute(f"DROP TABLE {table}_before")
        else:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (cell, day)")
    for kind, index in _INDEXES.items():
        if sqlite:
            op.execute(f"CREATE INDEX {kind}_cells_day ON {kind}_cells ({index})")
        op.execute(_table(f"{kind}_months", kind, words))
        op.execute(f"CREATE INDEX {kind}_months_day ON {kind}_months ({index})")
        dimensions, counts = ", ".join(_DIMENSIONS[kind]), _COUNTS[kind]
        op.execute(
            f"INSERT INTO {kind}_months (day, cell, {dimensions}, {', '.join(counts)})"  # noqa: S608 - fixed names
            f" SELECT {words['month']} AS begins, {words['any']}, {dimensions},"
            f" {', '.join(f'sum({name})' for name in counts)} FROM {kind}_cells GROUP BY begins, {dimensions}"
        )


def _table(name: str, kind: str, words: dict[str, str]) -> str:
    texts = [one for one in _DIMENSIONS[kind] if one not in _WHOLE_NUMBERS]
    numbers = [one for one in _DIMENSIONS[kind] if one in _WHOLE_NUMBERS]
    columns = [
        *(f"{one} {words['text']} NOT NULL" for one in texts),
        *(f"{one} integer NOT NULL" for one in (*numbers, *_COUNTS[kind])),
    ]
    return (
        f"CREATE TABLE {name} (cell {words['key']} NOT NULL, day date NOT NULL, {', '.join(columns)},"
        " PRIMARY KEY (cell, day))"
    )
