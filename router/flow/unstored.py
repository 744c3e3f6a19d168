"""What cannot be stored: it is found by halving and left out, so that all others go on."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from msgspec import Struct

from router.flow.ports import Ledger, Store
from router.model.record import Record

MOST_ASIDE: Final = 20
"""So many customers may be set aside before something else is held to be wrong."""

One = TypeVar("One")
Result = TypeVar("Result")


class Unstored(Struct, frozen=True):
    """What could not be stored, alone and again: where it lies, a word for why, and the error behind it.

    `set_aside` tells whether its customer is known and left alone from then on.
    """

    place: str
    cause: str
    error: Exception
    set_aside: bool


def place_of(record: Record) -> str:
    """Where a record lies, as people and logs name it."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def blamed(store: Store, error: Exception, many: int) -> str | None:
    """Why a transaction over one alone will always end so; None: it was over `many`, and over fewer it may come through.

    Raises the error where trying again may help.
    """
    cause = store.lasting(error)
    if many > 1 and (cause is not None or store.too_long(error)):
        return None
    if cause is None:
        raise error
    return cause


async def in_halves(
    store: Store,
    given: Sequence[One],
    work: Callable[[Ledger, Sequence[One], bool], Awaitable[Result]],
    leave_out: Callable[[One, Exception, str], Awaitable[None]],
    *,
    alone: bool = False,
) -> list[Result]:
    """What the work comes to, in order, in as few transactions as can be stored.

    Where one cannot, its halves are tried, until what is to blame is `alone`. That is tried once more, for the
    fault may have been another's, before it is left out.
    """
    try:
        return [await store.run(lambda ledger: work(ledger, given, alone))]
    except Exception as error:  # noqa: BLE001 - where trying again may help it is raised again
        cause = blamed(store, error, len(given))
        if cause is None:
            half = len(given) // 2
            first = await in_halves(store, given[:half], work, leave_out)
            return first + await in_halves(store, given[half:], work, leave_out)
        if not alone:
            return await in_halves(store, given, work, leave_out, alone=True)
        await leave_out(given[0], error, cause)
        return []
