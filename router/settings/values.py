"""Kinds of values that settings share."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class Group(BaseModel):
    """Settings that belong together; immutable. Defaults are checked too, so that combinations are."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Upper = BeforeValidator(_upper)
Lower = BeforeValidator(_lower)
LocalPath = Annotated[Path, AfterValidator(Path.expanduser)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Milliseconds = Annotated[int, Field(ge=1, le=3_600_000)]
Topic = Annotated[str, Field(min_length=1, max_length=249, pattern=r"^[A-Za-z0-9._-]+$")]
