"""What a database can answer, as errors that say what to do. No message holds a password or a row."""

import socket
from ssl import SSLCertVerificationError
from typing import Any, Final

from asyncpg.exceptions import ClientConfigurationError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from router.flow.clock import ClockSkewed

HINT: Final = "check the database URL (ROUTER_DATABASE__URL)"

_CONTENDED: Final = frozenset({"40001", "40P01"})
_SQLITE_CONTENDED: Final = frozenset({5, 6})  # busy, locked
_UNIQUE: Final = "23505"
_LOCKED_OUT: Final = "55P03"

_OF_THE_CONTENT: Final = frozenset({"21", "22", "23", "44", "54"})
"""Classes of SQLSTATE: cardinality, data, integrity, check option, limits of the program."""
_SQLITE_OF_THE_CONTENT: Final = frozenset({18, 19, 20, 25})  # too big, constraint, mismatch, range

_BY_STATE: Final = {
    "28P01": f"refuses the user name or the password: {HINT}",
    "28000": f"refuses this user: {HINT}",
    "3D000": f"is not there: create the database or {HINT}",
    "42501": "denies this user what the service needs: grant it the rights on the database",
    "53300": "has no connection left: raise max_connections or lower the number of lanes",
    "53100": "has a full disk: make room, then try again",
    "57P01": "is stopping: try again when it is up",
    "57P02": "is restarting after a crash: try again when it is up",
    "57P03": "is starting or stopping: try again when it is up",
    "57014": "took too long to answer: look for long transactions in it, then try again",
    "55P03": "is locked by somebody for too long: look for long transactions in it, then try again",
    "25P03": "ended a transaction in which nothing happened for too long (was this process stopped?): it is tried again",
    "25006": "is read-only (a standby?): name the primary, or " + HINT,
}
_BY_SQLITE_CODE: Final = {
    8: "is read-only: make the file and its directory writable",
    10: "cannot be read or written: check the disk",
    11: "is damaged: restore it from a copy",
    13: "has a full disk: make room, then try again",
    14: "cannot be opened: run `feedback-router db upgrade` if it is new, else make its directory writable",
    26: f"is not a SQLite database: {HINT}",
}
_CLOSED: Final = "closed the connection: try again when it is up"
_UNUSABLE: Final = ("connection is closed", "another operation is")
_LOST_CLASSES: Final = frozenset({"08", "53", "57", "58"})  # connection, resources, operator, system
_BY_KIND: Final[dict[type[BaseException], str]] = {
    socket.gaierror: f"has a host name that nobody knows: {HINT}",
    PoolTimeout: "has all its connections in use: try again, or raise the number of lanes",
    TimeoutError: "does not answer in time: try again when it is up",
    ConnectionRefusedError: f"does not answer: start it or {HINT}",
    OSError: f"cannot be reached: start it or {HINT}",
}


class StoreUnavailable(Exception):
    """The database cannot be used now. The message says what to do; trying again may help."""


class Conflicted(StoreUnavailable):
    """A transaction met the rows of another one again and again, so that it may only be meeting itself."""


class TooLong(StoreUnavailable):
    """The database ended a transaction for the time that it took: a shorter one may come through."""


class TooManySetAside(StoreUnavailable):
    """So many customers are set aside that the cause cannot be theirs."""


class SchemaOutdated(Exception):
    """The database is not at the migration that this program was written for."""


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of an error of PostgreSQL, wrapped or not."""
    origin: Any = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(origin, "sqlstate", None)
    return state if isinstance(state, str) else None


def _sqlite_code(error: BaseException) -> int | None:
    """The primary result code of an error of SQLite."""
    origin: Any = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def is_contention(error: BaseException) -> bool:
    """Whether the transaction only met another one, so that running it again may succeed."""
    return sqlstate(error) in _CONTENDED or _sqlite_code(error) in _SQLITE_CONTENDED


def is_locked_out(error: BaseException) -> bool:
    """Whether somebody else held rows for longer than we wait."""
    return sqlstate(error.__cause__ or error) == _LOCKED_OUT


def is_taken(error: BaseException) -> bool:
    """Whether a row with this key exists already."""
    return isinstance(error, IntegrityError) or sqlstate(error) == _UNIQUE


def lasting(error: BaseException) -> str | None:
    """A word for why storing this will fail again, whenever it is tried; None where trying again may help.

    What the database refuses for its content, and whatever the program could not compute.
    """
    if isinstance(error, Conflicted):
        return "Conflict"
    if isinstance(
        error, StoreUnavailable | SchemaOutdated | ClockSkewed | OSError | TimeoutError | MemoryError
    ):
        return None
    origin: BaseException = error.orig or error if isinstance(error, StatementError) else error
    cause = type(origin.__cause__ if isinstance(error, DBAPIError) and origin.__cause__ else origin).__name__
    state, code = sqlstate(error), _sqlite_code(error)
    if state is not None:
        return cause if state[:2] in _OF_THE_CONTENT else None
    if code is not None:
        return cause if code in _SQLITE_OF_THE_CONTENT else None
    if isinstance(error, SQLAlchemyError) and not isinstance(error, StatementError | IntegrityError):
        return None
    # Without a state: a value that the driver refuses before it is sent, or a fault of ours with this customer.
    return None if spoils(error) else cause


def spoils(error: BaseException) -> bool:
    """Whether nobody can tell what state an error leaves its connection in: it is none that the server answered with."""
    if not isinstance(error, Exception):
        return True
    state = sqlstate(error)
    if state is not None:
        return state[:2] in _LOST_CLASSES
    origin = _of_driver(error)
    return isinstance(origin, OSError) or _is_of_the_connection(origin)


def _of_driver(error: BaseException) -> BaseException:
    """The driver's own error, wrapped once or twice or not at all."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    return (origin.__cause__ or origin) if origin is not None else error


def _is_of_the_connection(origin: BaseException) -> bool:
    return type(origin).__module__.startswith("asyncpg") and not isinstance(origin, ValueError)


def explained(error: BaseException, where: str) -> StoreUnavailable | SchemaOutdated | None:
    """The error to raise instead, about the database named `where`; None for what is a fault of ours."""
    state, code = sqlstate(error), _sqlite_code(error)
    if state == "42P01" or (code == 1 and "no such table" in str(error)):
        return SchemaOutdated(f"{where} has no tables yet: run `feedback-router db upgrade`")
    detail = _BY_STATE.get(state or "") or _BY_SQLITE_CODE.get(code or 0) or _lost(error, state)
    return StoreUnavailable(f"{where} {detail}") if detail else None


def _lost(error: BaseException, state: str | None) -> str | None:
    origin: BaseException | None = error
    if isinstance(error, DBAPIError):
        origin = error.orig and (error.orig.__cause__ or error.orig)
        if error.connection_invalidated:
            return _CLOSED
    if (refused := _not_as_asked(origin)) is not None:
        return refused
    for kind, detail in _BY_KIND.items():
        if isinstance(origin, kind):
            return detail
    if (state or "")[:2] in _LOST_CLASSES or any(words in str(origin) for words in _UNUSABLE):
        return _CLOSED
    return None


def _not_as_asked(origin: BaseException | None) -> str | None:
    """Why no connection comes about that is secured as the URL asks."""
    if isinstance(origin, ClientConfigurationError):
        return f"cannot be connected to as asked ({str(origin).splitlines()[0]}): {HINT}"
    if isinstance(origin, SSLCertVerificationError):
        return (
            f"shows a certificate that is not trusted ({origin.verify_message}): put that of its authority into"
            " ~/.postgresql/root.crt, or name its file in PGSSLROOTCERT"
        )
    if isinstance(origin, OSError) and "SSL" in str(origin):
        return "does not speak TLS as asked: set it up there or correct sslmode in the database URL"
    return None
