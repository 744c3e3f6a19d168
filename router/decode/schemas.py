"""Schemas of a registry, each made into what reads values of it as JSON."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import msgspec
from fastavro import _read_py, parse_schema, schemaless_reader
from msgspec import Struct

from router.decode.outcome import Refusal
from router.model.record import DeadReason

Reader = Callable[[bytes], bytes]
"""Gives the JSON that bytes say. Raises `Refusal`."""

_WHOLE: Final = "feedback_router_whole_value"
_NO_BYTES: Final = "it has a list whose members take no bytes, so that a few bytes make millions of them"
# A decimal keeps its digits; bytes become base64, times ISO 8601.
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class Schema(Struct, frozen=True):
    """A schema as a registry has it. `references` are the texts of those that it names, each behind those it needs."""

    kind: str
    text: str
    references: tuple[str, ...] = ()


def refusing(reason: DeadReason, detail: str) -> Reader:
    """Of a schema by which nothing can be read."""

    def read(_body: bytes) -> bytes:
        raise Refusal(reason, detail)

    return read


def reader_of(schema: Schema, name: str) -> Reader:
    """What reads values of a schema, which `name` names for people. One that cannot be used refuses all values."""
    if schema.kind == "JSON":
        return lambda body: body
    if schema.kind != "AVRO":
        detail = f"The {name} is of the kind {schema.kind[:20]}, which is not read: publish Avro or JSON."
        return refusing("schema_unsupported", detail)
    try:
        return _avro_reader(schema, name)
    except Refusal as refusal:
        return refusing(refusal.reason, refusal.detail)
    except Exception as error:  # noqa: BLE001 - a schema can be wrong in many ways, none of them ours
        detail = f"The {name} is no Avro schema that can be used ({type(error).__name__})."
        return refusing("schema_unsupported", detail)


def _avro_reader(schema: Schema, name: str) -> Reader:
    known: dict[str, Any] = {}
    for text in schema.references:
        parse_schema(msgspec.json.decode(text), named_schemas=known)
    # As the one field of a record, whose bytes are the same: so what stands outermost may be of any kind.
    fields = [{"name": "value", "type": msgspec.json.decode(schema.text)}]
    parsed = parse_schema({"type": "record", "name": _WHOLE, "fields": fields}, named_schemas=known)
    shape = _Shape(known)
    shape.least(parsed)
    if shape.endless:
        raise Refusal("schema_unsupported", f"The {name} cannot be used: {_NO_BYTES}.")
    # The compiled reader does not bound how deeply it descends: 5 KB of such a value would end the process.
    read = _read_py.schemaless_reader if shape.recursive else schemaless_reader

    def json_of(body: bytes) -> bytes:
        stream = BytesIO(body)
        try:
            text = _ENCODER.encode(read(stream, parsed, None)["value"])  # type: ignore[call-overload,index]
        except RecursionError:
            raise Refusal("too_deep", "The value is nested too deeply to be read.") from None
        except Exception as error:  # noqa: BLE001 - bytes of another schema fail in any way
            detail = f"The value is not what the {name} says ({type(error).__name__})."
            raise Refusal("schema_mismatch", detail) from None
        if stream.tell() != len(body):
            raise Refusal("schema_mismatch", f"The value goes on after what the {name} says.")
        return text

    return json_of


class _Shape:
    """What may happen on reading a schema: that it contains itself, that a few bytes make a list without end."""

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known
        self._least: dict[str, int] = {}
        self._within: set[str] = set()
        self.recursive = self.endless = False

    def least(self, schema: Any) -> int:
        """The least number of bytes that a value takes."""
        if isinstance(schema, list):
            for one in schema:
                self.least(one)
            return 1
        kind = schema["type"] if isinstance(schema, dict) else schema
        if isinstance(kind, list | dict):
            return self.least(kind)
        if kind in ("array", "map"):
            members = self.least(schema["items" if kind == "array" else "values"])
            self.endless = self.endless or (kind == "array" and members == 0)
            return 1
        if kind in self._known:
            return self._named(kind)
        if kind in ("record", "error"):
            return self._named(schema["name"], schema)
        return int(schema["size"]) if kind == "fixed" else 0 if kind == "null" else 1

    def _named(self, name: str, schema: Any = None) -> int:
        if name in self._within:
            self.recursive = True
            return 1
        if name not in self._least:
            self._within.add(name)
            known = schema or self._known[name]
            fields = known.get("fields")
            self._least[name] = (
                self.least(known) if fields is None else sum(self.least(one["type"]) for one in fields)
            )
            self._within.discard(name)
        return self._least[name]
