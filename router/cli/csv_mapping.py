"""Which columns of a CSV file mean what: written behind `--columns`, or in a small YAML file."""

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from msgspec import Struct

from router.cli.faults import Refused
from router.model.written_times import Order
from router.model.zones import zone_named

REQUIRED: Final = ("time", "type", "customer")
CONSENT: Final = "consent"
OF_CUSTOMER: Final = "customer."
"""Before the name of what is known of the customer: `customer.segment`, `customer.locale`."""

_SETTINGS: Final = ("dates", "times_in", "decimal")
_NAME: Final = re.compile(r"(?:customer\.)?[A-Za-z_][A-Za-z0-9_-]{0,99}")
_ENTRY: Final = re.compile(r"\s*([^=:]*?)\s*([=:])\s*(.*?)\s*", re.DOTALL)
_FILE: Final = (".yaml", ".yml")


class CsvMapping(Struct, frozen=True):
    """How rows become interactions.

    `columns` and `values`: the column, or the one value for all rows, of `time`, `type`, `customer`, `id`, `source`,
    `channel`, `locale`, `consent`, `customer.…` and any attribute. `types`: what the file's words for types mean.
    `dates`: the order of dates such as 31/12/2025; `times_in`: the zone of times without an offset. `decimal`: the
    sign in numbers; None: a comma where cells are separated by semicolons.
    """

    columns: Mapping[str, str]
    values: Mapping[str, str]
    types: Mapping[str, str]
    dates: Order | None = None
    times_in: tzinfo | None = None
    decimal: str | None = None

    def checked(self, shown: str, given: Iterable[str]) -> "CsvMapping":
        """Itself, if a file with the columns that are `given` can be read by it. Raises `Refused`."""
        names = [name for name in given if name]
        for field, column in self.columns.items():
            if column not in names:
                raise Refused(
                    f"{shown} has no column {column!r} for {field}{_meant(column, names)}.{_has(names)}"
                )
        named = self.columns.keys() | self.values.keys()
        if missing := [field for field in REQUIRED if field not in named]:
            raise Refused(
                f"Which column of {shown} is {' and which is '.join(missing)}? Write {missing[0]}=COLUMN behind --columns, or "
                f"{missing[0]}:VALUE where it is the same in all rows.{_has(names)}"
            )
        return self


def csv_mapping(text: str) -> CsvMapping:
    """What is written behind `--columns`: `time=Date,customer=Client,type:order.delivered`, or a YAML file's name.

    `key=column` takes a column, `key:value` holds for all rows, and so do the settings. Raises `Refused`.
    """
    if text.lower().endswith(_FILE) and "=" not in text:
        return _of_file(Path(text))
    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    for part in filter(str.strip, text.split(",")):
        found = _ENTRY.fullmatch(part)
        if found is None or not found[3]:
            raise Refused(
                f"{part.strip()[:60]!r} is neither key=column nor key:value: write --columns time=Date,customer=Client,type=Kind. "
                "What has commas in it goes into a file: --columns columns.yaml."
            )
        _put(columns if found[2] == "=" else values, found[1], found[3], (columns, values))
    settings: dict[str, str] = {name: values.pop(name) for name in _SETTINGS if name in values}
    return _made(columns, values, {}, settings)


def _of_file(path: Path) -> CsvMapping:
    from router.authoring.language.nodes import MAX_BYTES, read
    from router.authoring.language.problems import Problems

    problems = Problems()
    try:
        with path.open("rb") as file:
            node = read(str(path), file.read(MAX_BYTES + 1), problems)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    for problem in problems.ordered():
        raise Refused(str(problem))
    given = node.plain() if node is not None else None
    known = ("columns", "values", "types", *_SETTINGS)
    if not isinstance(given, dict):
        raise Refused(
            f"{path} does not say what columns mean: write `columns: {{time: Date, customer: Client, type: Kind}}`."
        )
    for key in given:
        if key not in known:
            raise Refused(
                f"{path}: there is no {key!r}{_meant(str(key), known)} There are {', '.join(known)}."
            )
    parts: dict[str, dict[str, str]] = {}
    for key in ("columns", "values", "types"):
        parts[key] = {}
        for name, value in _pairs(path, key, given.get(key)):
            if key == "types":
                parts[key][name] = value
            else:
                _put(parts[key], name, value, (parts["columns"], parts.get("values", {})))
    settings = {name: str(given[name]) for name in _SETTINGS if name in given}
    return _made(parts["columns"], parts["values"], parts["types"], settings)


def _pairs(path: Path, key: str, given: Any) -> Iterable[tuple[str, str]]:
    if given is None:
        return ()
    if not isinstance(given, dict) or any(
        isinstance(value, dict | list) or value is None for value in given.values()
    ):
        raise Refused(f"{path}: under `{key}` stand lines such as `time: Date`.")
    return ((str(name), _word(value)) for name, value in given.items())


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put(into: dict[str, str], field: str, value: str, taken: Iterable[Mapping[str, str]]) -> None:
    if field not in _SETTINGS and not _NAME.fullmatch(field):
        raise Refused(
            f"{field[:60]!r} is no name: write letters, digits and _, as in case_id=Case, or customer.segment=Segment for what is "
            "known of the customer."
        )
    if any(field in one for one in taken):
        raise Refused(f"{field} is named twice behind --columns: once is enough.")
    into[field] = value


def _made(
    columns: dict[str, str], values: dict[str, str], types: dict[str, str], settings: dict[str, str]
) -> CsvMapping:
    dates, zone, decimal = (settings.get(name) for name in _SETTINGS)
    if dates is not None and dates not in get_args(Order):
        raise Refused(
            f"dates:{dates} is none of dmy, mdy and ymd: which of day, month and year stands first?"
        )
    if decimal is not None and decimal not in ("comma", "point"):
        raise Refused(f"decimal:{decimal} is neither comma nor point.")
    times_in = zone_named(zone) if zone is not None else None
    if zone is not None and times_in is None:
        raise Refused(f"times_in:{zone} is no time zone: write one such as Europe/Amsterdam.")
    order: Any = dates
    return CsvMapping(columns, values, types, order, times_in, decimal)


def _meant(given: str, names: Iterable[str]) -> str:
    close = get_close_matches(given.lower(), [name.lower() for name in names], n=1)
    meant = next((name for name in names if close and name.lower() == close[0]), None)
    return f": did you mean {meant!r}?" if meant else "."


def _has(names: list[str]) -> str:
    few = 30
    more = f" and {len(names) - few} more" if len(names) > few else ""
    return f" It has {', '.join(names[:few])}{more}."
