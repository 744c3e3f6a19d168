"""What was sent with an action: fields of a form, or of a JSON object."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from router.console.page import Action
from router.console.problems import Problem

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_MOST: Final = 500


class WrongKind(Problem):
    """A body of a kind that is not read."""

    status = 415


async def fields(request: Request, action: Action, *, json: bool) -> dict[str, str]:
    """The fields of an action, each once and none that it does not have; line ends are those of Unix. Raises `Problem`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if not body and kind in ("", _FORM, _JSON):
        return {}
    if kind != (_JSON if json else _FORM):
        raise WrongKind("Send {kind}.", kind=_JSON if json else _FORM)
    given = _from_json(body) if json else _from_form(body)
    found: dict[str, str] = {}
    for name, value in given:
        if name not in action.fields or name in found:
            raise Problem("There is no field {name} here, or it came twice.", name=name[:50])
        if "\0" in value:
            raise Problem("The field {name} holds a character that no text has.", name=name)
        found[name] = value.replace("\r\n", "\n").replace("\r", "\n")
    return found


def _from_form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_MOST,
            errors="strict",
            strict_parsing=True,
        )
    except ValueError:
        raise Problem("The form cannot be read.") from None


def _from_json(body: bytes) -> list[tuple[str, str]]:
    try:
        given: Mapping[str, Any] = msgspec.json.decode(body, type=dict[str, str | bool | int | float | None])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Problem("Send one JSON object whose values are texts or numbers.") from None
    return [(name, _written(value)) for name, value in given.items() if value is not None]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
