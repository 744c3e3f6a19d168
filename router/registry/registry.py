"""A schema registry that speaks the API of Confluent's: schemas by id or GUID, asked for once each."""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx2
import msgspec

from router.decode import Reader, Schema, SchemaName, reader_of, refusing, schemas_named
from router.model.record import Record
from router.settings.schema_registry import SchemaRegistrySettings

MOST_SCHEMAS: Final = 10_000
"""So many schemas are kept; beyond, those kept longest are asked for again."""

UNKNOWN_SECONDS: Final = 30.0
"""For so long a schema that the registry does not know is not asked for again."""

MOST_BYTES: Final = 4 * 1024 * 1024
"""A longer answer is not read."""

MOST_REFERENCES: Final = 100
"""So many other schemas a schema may name, with those that they name."""

AT_ONCE: Final = 8
_UNKNOWN_CODES: Final = range(40_400, 40_500)
_REFUSED: Final = (401, 403)


class RegistryUnavailable(Exception):
    """The registry does not say what is asked of it; trying again may help. The text says what to do."""


class _Reference(msgspec.Struct, frozen=True):
    """Another schema that a schema names, as a version of a subject."""

    subject: str
    version: int


class _Answer(msgspec.Struct, frozen=True, rename={"kind": "schemaType"}):
    """A schema as the registry tells it; it does not name the kind of Avro."""

    schema: str
    kind: str = "AVRO"
    references: list[_Reference] | None = None


class _Unknown(Exception):
    """The registry says that it does not know a schema."""


class SchemaRegistry:
    """The schemas that records name, kept once they are known. `clock` gives seconds that only go forward."""

    def __init__(self, settings: SchemaRegistrySettings, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._readers: dict[SchemaName, Reader] = {}
        self._unknown: dict[SchemaName, float] = {}
        self._asking = asyncio.Lock()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        token, password = settings.token, settings.password
        self._http = httpx2.AsyncClient(
            base_url=settings.url or "",
            auth=(settings.username, password.get_secret_value()) if settings.username and password else None,
            headers={
                "Accept": "application/vnd.schemaregistry.v1+json, application/json",
                **({"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}),
            },
            timeout=settings.timeout_seconds,
            verify=ssl.create_default_context(cafile=settings.cafile),
        )

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def readers(self, records: Iterable[Record]) -> Mapping[SchemaName, Reader]:
        """What reads the keys and values of records that name schemas. Raises `RegistryUnavailable`.

        The reader of a schema that the registry does not know refuses all values.
        """
        names = schemas_named(records)
        async with self._asking:
            now = self._clock()
            missing = [name for name in names if name not in self._readers]
            # What was unknown a moment ago is so still: a topic full of such records is no load on the registry.
            asked = [name for name in missing if self._unknown.get(name, now) <= now]
            try:
                async with asyncio.TaskGroup() as group:
                    for name in asked:
                        group.create_task(self._learn(name))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None
        return {name: self._readers.get(name) or _unknown(name) for name in names}

    async def _learn(self, name: SchemaName) -> None:
        """Asks for a schema and keeps it."""
        path = f"schemas/ids/{name}" if isinstance(name, int) else f"schemas/guids/{name}"
        try:
            async with self._at_once:
                answer = await self._asked(path)
                references = await self._referenced(answer)
        except _Unknown:
            _kept(self._unknown, name, self._clock() + UNKNOWN_SECONDS)
            return
        self._unknown.pop(name, None)
        _kept(self._readers, name, reader_of(Schema(answer.kind, answer.schema, references), _called(name)))

    async def _referenced(self, answer: _Answer) -> tuple[str, ...]:
        """The texts of the schemas that a schema names, each behind those it names itself."""
        texts: dict[_Reference, str] = {}
        begun: set[_Reference] = set()

        async def add(of: _Answer) -> None:
            for one in of.references or ():
                if one in begun or len(begun) >= MOST_REFERENCES:
                    continue
                begun.add(one)
                found = await self._asked(f"subjects/{quote(one.subject, safe='')}/versions/{one.version}")
                await add(found)
                texts[one] = found.schema

        if answer.kind == "AVRO":
            await add(answer)
        return tuple(texts.values())

    async def _asked(self, path: str) -> _Answer:
        """What the registry answers. Raises `_Unknown` and `RegistryUnavailable`."""
        try:
            async with self._http.stream("GET", path) as response:
                body = bytearray()
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise RegistryUnavailable(f"the schema registry's answer is over {MOST_BYTES} bytes")
                return _told(response.status_code, bytes(body))
        except httpx2.HTTPError as error:
            raise RegistryUnavailable(
                f"the schema registry does not answer ({type(error).__name__}): see that it runs, and that"
                " ROUTER_SCHEMA_REGISTRY__URL leads to it"
            ) from None


def _told(status: int, body: bytes) -> _Answer:
    if status in _REFUSED:
        raise RegistryUnavailable(
            f"the schema registry does not let us in ({status}): set ROUTER_SCHEMA_REGISTRY__USERNAME and"
            " __PASSWORD, or __TOKEN, of somebody who may read schemas"
        )
    try:
        if status == httpx2.codes.OK:
            return msgspec.json.decode(body, type=_Answer)
        error: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        error = None
    # Another 404 comes of a wrong URL: by that no record is given up.
    code = error.get("error_code") if isinstance(error, dict) else None
    if status == httpx2.codes.NOT_FOUND and code in _UNKNOWN_CODES:
        raise _Unknown
    raise RegistryUnavailable(
        f"the schema registry answers {status}, and not as one does: see that it is well, and that"
        " ROUTER_SCHEMA_REGISTRY__URL is the address of its Confluent API"
    )


def _called(name: SchemaName) -> str:
    return f"schema {name} of the schema registry"


def _unknown(name: SchemaName) -> Reader:
    detail = (
        f"The schema registry does not know schema {name}: publish the schema there, then replay the record."
    )
    return refusing("schema_unknown", detail)


def _kept(in_: dict[SchemaName, Any], name: SchemaName, value: Any) -> None:
    in_[name] = value
    if len(in_) > MOST_SCHEMAS:
        del in_[next(iter(in_))]
