"""The API described for programs (OpenAPI 3.1), made of the pages themselves."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from router import __version__
from router.console.page import Action, Page

API: Final = "/api/v1"
_FILTERS: Final = {
    "since": "first day, or how many days up to the last: 2026-09-01, 30d, 4w",
    "until": "last day, included; else today, in the policy's zone",
    "compare": "previous, another period (2026-08, 2026-Q3, 2026-W40), or a date",
    "survey": "only this survey",
    "journey": "only this journey",
    "step": "only this step",
    "channel": "only interactions on this channel",
    "by": "dimensions of the rows, separated by commas",
}
_PROBLEMS: Final = {
    400: "the question cannot be meant",
    401: "no token, or one that ended",
    403: "the token lacks a role",
    404: "there is no such thing",
    503: "the database is away; try again",
}
_PROBLEMS_OF_A_DEED: Final = {
    409: "somebody else changed it meanwhile, or it is refused",
    413: "the body is too long",
    415: "the body is no JSON",
}


def inside(page: Page) -> str:
    """The address of a page's JSON."""
    return f"{API}{page.path}" if page.path != "/" else f"{API}/overview"


def document(pages: Sequence[Page], url: str) -> dict[str, Any]:
    """The document. Figures of a page are those that its command prints with `--json`."""
    paths: dict[str, dict[str, Any]] = {}
    for page in pages:
        paths.setdefault(inside(page), {})["get"] = _read(page)
        for action in page.actions:
            paths.setdefault(f"{API}{action.path}", {})["post"] = _deed(page, action)
    return {
        "openapi": "3.1.0",
        "info": {"title": "feedback-router", "version": __version__},
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "frtk_…"}},
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["status", "title"],
                    "properties": {"status": {"type": "integer"}, "title": {"type": "string"}},
                }
            },
        },
    }


def _read(page: Page) -> dict[str, Any]:
    query = {**(_FILTERS if page.filtered else {}), **page.params}
    return {
        "summary": page.title,
        "description": f"Needs the role {page.role}.",
        "operationId": _name("read", page.path),
        "parameters": [
            *_of_the_path(page.path),
            *(
                {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
                for name, meaning in query.items()
            ),
        ],
        "responses": _responses(_PROBLEMS),
    }


def _deed(page: Page, action: Action) -> dict[str, Any]:
    fields = {name: {"type": "string", "description": meaning} for name, meaning in action.fields.items()}
    schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return {
        "summary": f"{page.title}: {action.path.rpartition('/')[2]}",
        "description": f"Needs the role {action.role}. What is done is in the audit.",
        "operationId": _name("do", action.path),
        "parameters": [*_of_the_path(action.path)],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": _responses(_PROBLEMS | _PROBLEMS_OF_A_DEED),
    }


def _of_the_path(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)(?::\w+)?\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _responses(problems: dict[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"200": {"description": "done", "content": {"application/json": {"schema": {}}}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, meaning in sorted(problems.items()):
        found[str(status)] = {"description": meaning, "content": problem}
    return found


def _name(verb: str, path: str) -> str:
    words = re.findall(r"[a-z]+", path.lower())
    return "_".join([verb, *words]) if words else f"{verb}_overview"
