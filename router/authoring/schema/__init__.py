"""JSON Schemas of the rule files, for completion and hover texts in editors."""

from collections.abc import Callable
from typing import Final

import msgspec

from router.authoring.schema.journey_files import journey_file
from router.authoring.schema.policy_files import policy_file
from router.authoring.schema.route_files import route_file
from router.authoring.schema.shapes import Schema
from router.authoring.schema.survey_files import survey_file
from router.authoring.schema.test_files import test_file

KINDS: Final[dict[str, Callable[[], Schema]]] = {
    "rules": route_file,
    "journeys": journey_file,
    "surveys": survey_file,
    "policy": policy_file,
    "tests": test_file,
}


def schema(kind: str) -> Schema:
    """The schema of a kind of file (draft 7). Raises `KeyError` for an unknown kind."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **KINDS[kind]()}


def schema_text(kind: str) -> str:
    """The schema as JSON text."""
    return msgspec.json.format(msgspec.json.encode(schema(kind)), indent=2).decode() + "\n"


def schema_files() -> dict[str, str]:
    """The schemas of all kinds by file name."""
    return {f"{kind}.json": schema_text(kind) for kind in KINDS}
