"""Kinds of values that settings share."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class SettingsGroup(BaseModel):
    """Settings that belong together; immutable. Defaults are checked too, so that combinations are."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"{path.parts[0]} names nobody's home directory on this machine") from None


def is_host(text: str) -> bool:
    """Whether a text can be the name or the address of a host; whether the host exists is not asked."""
    try:
        return bool(text) and bool(text.encode("idna"))
    except UnicodeError:
        return False


def _host(text: str) -> str:
    if not is_host(text):
        raise ValueError("is not the name or the address of a host")
    return text


def _topic(name: str) -> str:
    if name in (".", ".."):
        raise ValueError("is not a name that Kafka accepts for a topic")
    return name


def _certificates(file: Path) -> Path:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        raise ValueError(f"the file {file} holds no certificate in PEM format") from None
    except OSError as error:
        raise ValueError(f"the file {file} cannot be read ({error.strerror})") from None
    return file


Upper = BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)
Lower = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
LocalPath = Annotated[Path, AfterValidator(_at_home)]
CertificateFile = Annotated[LocalPath, AfterValidator(_certificates)]
Host = Annotated[str, AfterValidator(_host)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Milliseconds = Annotated[int, Field(ge=1, le=3_600_000)]
LONGEST_TOPIC = 249
TopicName = Annotated[
    str, Field(min_length=1, max_length=LONGEST_TOPIC, pattern=r"^[A-Za-z0-9._-]+$"), AfterValidator(_topic)
]
Suffix = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
