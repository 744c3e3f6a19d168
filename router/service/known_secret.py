"""The secret of a database: hashes made with another one would not be known again."""

from datetime import datetime
from typing import Final

from router.model.keyed_hash import KeyedHash
from router.store import SqlStore, Transaction

_ANOTHER: Final = (
    "ROUTER_TOKEN_SECRET: this database was used with another secret, and with this one no address that bounced and"
    " no customer who was erased would be known again; set the one that the other roles have (where none was set:"
    " name their data directory). To change the secret, set the new one and name the one before in"
    " ROUTER_FORMER_TOKEN_SECRETS. If it is lost: `feedback-router db new-secret --help`."
)
_FORMER_MISSING: Final = (
    "ROUTER_FORMER_TOKEN_SECRETS: this database holds hashes of a former secret that is not named there, and without"
    " it addresses that bounced and customers who were erased would not be known again; name all former secrets, one"
    " a line. If one is lost: `feedback-router db new-secret --help`."
)


class OtherSecret(Exception):
    """The database was used with a secret that is not among those given. The text says what to do."""


async def require_known(store: SqlStore, hashes: KeyedHash, now: datetime, *, first: bool = True) -> None:
    """Returns when all secrets that the database was used with are among those of the hashes.

    Notes a new one, where it comes beside all former ones or is the `first`. Raises `OtherSecret` and what a store
    raises.
    """

    async def work(transaction: Transaction) -> None:
        noted = await transaction.fingerprints()
        own, *_ = hashes.fingerprints
        if not noted and not first:
            raise OtherSecret(
                "No worker or dispatcher has run on this database since it was brought up to date, so that nobody can"
                " say whether they have the same ROUTER_TOKEN_SECRET: start one first."
            )
        if not set(noted) <= set(hashes.fingerprints):
            raise OtherSecret(_FORMER_MISSING if own in noted else _ANOTHER)
        if own not in noted:
            await transaction.note_fingerprint(own, now, len(noted))

    await store.run(work)


async def begin_anew(store: SqlStore, hashes: KeyedHash, now: datetime) -> bool:
    """Takes the secret of the hashes for the only one, whatever was used before; whether that was another."""

    async def work(transaction: Transaction) -> bool:
        noted = await transaction.fingerprints()
        own, *_ = hashes.fingerprints
        await transaction.forget_fingerprints()
        await transaction.note_fingerprint(own, now, 0)
        return bool(set(noted) - {own})

    return await store.run(work)
