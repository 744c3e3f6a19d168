"""JSON Schemas as values: named definitions that refer to each other."""

from typing import Any, Final

Schema = dict[str, Any]
SchemaDefinitions = dict[str, Schema]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LOCAL: Final = "#/$defs/"
COMPONENTS: Final = "#/components/schemas/"


def reference(name: str) -> Schema:
    """A reference to another definition."""
    return {"$ref": LOCAL + name}


def standalone(root: str, definitions: SchemaDefinitions) -> Schema:
    """The definition `root` as a schema of its own, with the others that it needs under `$defs`."""
    # In one order, so that the generated files differ only where the contract does.
    needed = sorted(_reached(root, definitions, set()) - {root})
    others = {"$defs": {name: definitions[name] for name in needed}} if needed else {}
    return {"$schema": DIALECT, **definitions[root], **others}


def as_components(definitions: SchemaDefinitions) -> SchemaDefinitions:
    """The definitions for the components of an AsyncAPI document, which has another place for them."""
    return {name: _moved(schema) for name, schema in sorted(definitions.items())}


def _moved(value: Any) -> Any:
    if isinstance(value, list):
        return [_moved(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _moved(entry) for key, entry in value.items()}
    return (
        value.replace(LOCAL, COMPONENTS, 1) if isinstance(value, str) and value.startswith(LOCAL) else value
    )


def _reached(name: str, definitions: SchemaDefinitions, known: set[str]) -> set[str]:
    if name not in known:
        known.add(name)
        for other in _named(definitions[name]):
            _reached(other, definitions, known)
    return known


def _named(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for entry in value for name in _named(entry)]
    if isinstance(value, dict):
        own = [value["$ref"].removeprefix(LOCAL)] if "$ref" in value else []
        return own + [name for entry in value.values() for name in _named(entry)]
    return []
