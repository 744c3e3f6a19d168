"""JSON Schemas of the rule files, for completion and hover texts in editors."""

import msgspec

from router.authoring.language.files import FILES
from router.authoring.language.keys import Schema


def schema(kind: str) -> Schema:
    """The schema of a kind of file (draft 7). Raises `KeyError` for an unknown kind."""
    file = FILES[kind]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": kind.capitalize(),
        **file.schema(),
        "definitions": file.definitions(),
    }


def schema_text(kind: str) -> str:
    """The schema as JSON text."""
    return msgspec.json.format(msgspec.json.encode(schema(kind)), indent=2).decode() + "\n"


def schema_files() -> dict[str, str]:
    """The schemas of all kinds by file name."""
    return {f"{kind}.json": schema_text(kind) for kind in FILES}
