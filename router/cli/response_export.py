"""Responses written to a file, with the context that they are scored in."""

import csv
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict

from router.cli.faults import Refused
from router.cli.opening import opened_store
from router.cli.output import progress
from router.model.responses import ResponseRow, WantedResponses
from router.pages.csv_table import csv_cell
from router.settings.own_files import FILE

if TYPE_CHECKING:
    from typing import TextIO

    from router.settings import Settings


def flat(row: ResponseRow) -> dict[str, Any]:
    """A response with its context as plain members."""
    own = {field: value for field, value in asdict(row).items() if field not in ("context", "key")}
    context = asdict(row.context)
    context["scale_low"], context["scale_high"] = context.pop("scale")
    return own | context


async def export_to(settings: "Settings", wanted: WantedResponses, file: Path, *, comments: bool) -> int:
    """Writes responses as CSV, or as JSON Lines where the name ends so; how many. Raises `Refused`.

    Only the owner reads the file, for it holds personal data.
    """
    lines = file.suffix.lower() in (".jsonl", ".ndjson")
    done = 0
    async with opened_store(settings) as store:
        total = await store.responses.count(wanted)
        with _new(file) as out, progress("Exporting", total) as bar:
            writer = csv.writer(out)
            async for rows in store.responses.stream(wanted):
                found = [flat(row) for row in rows]
                if not comments:
                    for members in found:
                        del members["comment"]
                if lines:
                    out.writelines(f"{msgspec.json.encode(members).decode()}\n" for members in found)
                else:
                    if not done:
                        writer.writerow(found[0])
                    writer.writerows([_plain(value) for value in members.values()] for members in found)
                done += len(rows)
                bar.at(done)
    return done


def _new(file: Path) -> "TextIO":
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        raise Refused(f"{file} exists already: name another file, or delete it.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
    return os.fdopen(made, "w", encoding="utf-8", newline="")


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return csv_cell(msgspec.json.encode(value).decode() if isinstance(value, dict) else value)
