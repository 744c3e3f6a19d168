"""The settings as a flat list of environment variables, for error texts and the documentation."""

from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from router.settings.secret_files import VARIABLE as SECRETS_DIR
from router.settings.settings import Settings

_KINDS: Final[dict[type, str]] = {
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    str: "text",
    Path: "path",
    SecretStr: "secret text",
}
_BOUNDS: Final = {Gt: "above {}", Ge: "from {}", Le: "to {}", MaxLen: "of at most {} characters"}
_FIELDS: Final = {Gt: "gt", Ge: "ge", Le: "le", MaxLen: "max_length"}


class Variable(NamedTuple):
    """One setting: its environment variable, what it means, which values it takes, what it is when unset."""

    name: str
    group: str
    meaning: str
    expected: str
    default: str
    secret: bool


def variables() -> tuple[Variable, ...]:
    """All settings, those without a group first, else in the order they are declared in."""
    secrets_directory = Variable(
        name=SECRETS_DIR,
        group="",
        meaning="Directory with a file for each secret, named as the variable; unset: `/run/secrets` where it exists",
        expected="path",
        default="",
        secret=False,
    )
    return tuple(sorted((*_of(Settings, ""), secrets_directory), key=lambda variable: variable.group != ""))


def _of(model: type[BaseModel], group: str) -> Iterator[Variable]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _of(kind, name)
            continue
        default = str(field.default)
        yield Variable(
            name=variable_name((group, name) if group else (name,)),
            group=group,
            meaning=field.description or "",
            expected=_expected(field),
            default=""
            if field.default is None
            else default.lower()
            if isinstance(field.default, bool)
            else default,
            secret=SecretStr in (kind, *get_args(kind)),
        )


def variable_name(path: tuple[str | int, ...]) -> str:
    """The environment variable of the setting at this place in the model."""
    return "ROUTER_" + "__".join(str(part) for part in path).upper()


def _expected(field: FieldInfo) -> str:
    kind: Any = field.annotation
    options = [option for option in get_args(kind) if option is not NoneType]
    if NoneType in get_args(kind) and len(options) == 1:
        kind = options[0]
    # Pydantic lifts the bounds of the outermost Annotated into the field, but not those of one within `| None`.
    metadata = list(field.metadata)
    while hasattr(kind, "__metadata__"):
        metadata.extend(kind.__metadata__)
        kind = kind.__origin__
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in get_args(kind))
    bounds = [
        text.format(getattr(bound, _FIELDS[bound_kind]))
        for bound_kind, text in _BOUNDS.items()
        for bound in metadata
        if isinstance(bound, bound_kind)
    ]
    return " ".join([_KINDS[kind], *bounds])
