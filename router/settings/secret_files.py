"""Settings in files: a secrets directory holds one file for each, named as the variable would be."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic_settings import EnvSettingsSource

from router.settings.problems import SettingsError

VARIABLE: Final = "ROUTER_SECRETS_DIR"
_USUAL: Final = Path("/run/secrets")


def read_secret_files() -> dict[str, str]:
    """The files `ROUTER_…` of the secrets directory, name to content; other files there are not read."""
    directory = _directory()
    if directory is None:
        return {}
    found = {}
    for file in sorted(directory.iterdir()):
        if file.name.upper().startswith("ROUTER_") and file.is_file():
            try:
                found[file.name] = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise SettingsError(f"{file.name.upper()}: the file {file} can not be read as text") from None
    return found


def _directory() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named:
        directory = Path(named)
        if not os.access(directory, os.R_OK | os.X_OK) or not directory.is_dir():
            raise SettingsError(f"{VARIABLE}: {directory} is not a directory that can be read")
        return directory
    return _USUAL if _USUAL.is_dir() and os.access(_USUAL, os.R_OK | os.X_OK) else None


class SecretFiles(EnvSettingsSource):
    """Reads the secrets directory as if its files were environment variables."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): text for name, text in read_secret_files().items() if text}
