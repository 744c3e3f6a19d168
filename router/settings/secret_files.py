"""Settings in files: a secrets directory holds one file for each, named as the variable would be."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic_settings import EnvSettingsSource

from router.settings.problems import SettingsError

VARIABLE: Final = "ROUTER_SECRETS_DIR"
_USUAL: Final = Path("/run/secrets")


class SecretsRead(NamedTuple):
    """The files `ROUTER_…` of the secrets directory, name to content, and a line for each that is of no use."""

    texts: dict[str, str]
    problems: list[str]


def read_secret_files() -> SecretsRead:
    """Reads the secrets directory; other files there are not looked at. Raises SettingsError where it cannot be read."""
    read = SecretsRead({}, [])
    named = os.environ.get(VARIABLE)
    directory = Path(named or _USUAL)
    if not (directory.is_dir() and os.access(directory, os.R_OK | os.X_OK)):
        # The usual one may well be missing, or be there for another user.
        if named:
            raise SettingsError(f"{VARIABLE}: {directory} is not a directory that can be read")
        return read
    for file in sorted(directory.iterdir()):
        name = file.name.upper()
        if not name.startswith("ROUTER_") or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            read.problems.append(f"{name}: the file {file} cannot be read as text")
            continue
        if text:
            read.texts[file.name] = text
        else:
            # Taken for unset, an empty file of the database's URL would mean another database.
            read.problems.append(f"{name}: the file {file} is empty: write the value into it, or remove it")
    return read


class SecretFiles(EnvSettingsSource):
    """Reads the secrets directory as if its files were environment variables."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): text for name, text in read_secret_files().texts.items()}
