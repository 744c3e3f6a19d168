"""Responses of an older tool taken in from a file: looked through first, then written."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store
from router.cli.output import progress, told
from router.cli.response_files import columns_of, rows_of
from router.insights.imported import Importing, Plan, Trouble, WrongMapping, checked
from router.model.responses import ResponseRow
from router.model.spelling import counted
from router.model.written_times import Order
from router.model.zones import certain_zone
from router.service.responses import AT_ONCE, take_in
from router.service.rules_in_force import rule_book

if TYPE_CHECKING:
    from router.rules.ruleset import RuleSet
    from router.settings import Settings
    from router.store import SqlStore

SHOWN: Final = 20
"""So many rows that were not taken are told one by one."""


class ImportWish(Struct, frozen=True):
    """An import as it was asked for: see `Plan`. Without `yes` nothing is written; `skip` leaves refused rows out."""

    name: str
    columns: dict[str, str]
    values: dict[str, str]
    dates: Order | None
    yes: bool
    skip: bool


async def rules_of(store: "SqlStore", settings: "Settings") -> "RuleSet":
    """The rules in force."""
    return (await rule_book(store, settings, None)).now


async def import_file(settings: "Settings", file: Path, wish: ImportWish) -> None:
    """Looks a file through, tells what is wrong with it, and takes in its responses. Raises `Refused`."""
    async with opened_store(settings) as store:
        rules, now = await rules_of(store, settings), datetime.now(UTC)
        plan = Plan(wish.name, wish.columns, wish.values, certain_zone(rules.policy.zone), wish.dates)
        try:
            checked(plan, columns_of(file), rules)
        except WrongMapping as wrong:
            raise Refused(str(wrong)) from None
        good, refused = _looked_through(file, Importing(plan, rules, now))
        if refused and not wish.skip:
            raise Refused(
                "Nothing was imported: mend these rows, or leave them out with --skip-refused.", FAILED
            )
        if not wish.yes:
            told("Nothing was imported: this was a dry run. Import with --yes.")
            return
        taken = await _taken_in(store, file, Importing(plan, rules, now), plan, good)
    before = good - taken
    more = f" {before:,} were imported before, and stay as they are." if before else ""
    told(f"{counted(taken, 'response')} imported as {wish.name}.{more}")


def _looked_through(file: Path, reading: Importing) -> tuple[int, int]:
    """How many rows can be imported and how many not, which is told with the reasons of the first."""
    good: Counter[str] = Counter()
    refused = 0
    with progress("Looking through the file", None) as bar:
        for line, cells in rows_of(file):
            found = reading.read(line, cells)
            if isinstance(found, Trouble):
                refused += 1
                if refused <= SHOWN:
                    column = f", column {found.column}" if found.column else ""
                    told(f"line {found.line}{column}: {found.reason}")
            else:
                good[found.context.survey] += 1
            bar.at(line)
    if refused > SHOWN:
        told(f"... and {refused - SHOWN:,} more")
    surveys = "".join(f", {count:,} of {survey}" for survey, count in sorted(good.items()))
    told(f"{counted(good.total(), 'row')} can be imported{surveys}; {refused:,} refused.")
    return good.total(), refused


async def _taken_in(store: "SqlStore", file: Path, reading: Importing, plan: Plan, total: int) -> int:
    """Writes the responses of a file; how many were not there before."""
    taken, done = 0, 0
    waiting: list[ResponseRow] = []
    with progress("Importing", total) as bar:
        for line, cells in rows_of(file):
            found = reading.read(line, cells)
            if isinstance(found, Trouble):
                continue
            waiting.append(found)
            if len(waiting) == AT_ONCE:
                taken += await take_in(store, waiting, plan.zone)
                done += len(waiting)
                waiting.clear()
                bar.at(done)
        taken += await take_in(store, waiting, plan.zone)
    return taken
