"""The secret that signs response tokens and keys the hashes: as set, else made once and kept in the data directory."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from router.model.keyed_hash import KeyedHash
from router.service.data_directory import SECRET_FILE, DataDirectoryError, prepare_data
from router.settings import Settings, SettingsError
from router.settings.settings import SHORTEST_SECRET

_SECRET_BYTES: Final = 32


def token_secret(settings: Settings) -> bytes:
    """The secret that signs response tokens: as set, else one made once and kept in the data directory.

    Raises `SettingsError` on PostgreSQL, where each data directory would make another one, and
    `DataDirectoryError`.
    """
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value().encode()
    if not settings.database_url.startswith("sqlite"):
        raise SettingsError(
            "ROUTER_TOKEN_SECRET: is not set, and with PostgreSQL all roles and the command line need the same one;"
            f" set a random text of {SHORTEST_SECRET} characters at least, such as from `openssl rand -hex 32`"
        )
    prepare_data(settings.data)
    file = settings.data / SECRET_FILE
    if not file.exists():
        # Written whole before it gets its name: another process may be about to read it.
        with NamedTemporaryFile(dir=settings.data, delete=False) as made:
            made.write(secrets.token_bytes(_SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(made.name, file)
        Path(made.name).unlink()
    return _kept_secret(file)


def keyed_hash(settings: Settings) -> KeyedHash:
    """The hashes with the secret, that know those with former ones again. Raises as `token_secret`."""
    secret, former = token_secret(settings), []
    if settings.former_token_secrets is not None:
        former += settings.former_token_secrets.get_secret_value().splitlines()
    earlier = [line.strip().encode() for line in former if line.strip()]
    file = settings.data / SECRET_FILE
    if settings.token_secret is not None and file.is_file():
        earlier.append(_kept_secret(file))
    return KeyedHash(secret, [one for one in dict.fromkeys(earlier) if one != secret])


def _kept_secret(file: Path) -> bytes:
    try:
        kept = file.read_bytes()
    except OSError as error:
        raise DataDirectoryError(
            f"the secret in {file} cannot be read ({error.strerror}): let this user read it"
        ) from None
    if len(kept) < SHORTEST_SECRET:
        raise DataDirectoryError(
            f"the secret in {file} is damaged: restore the file from a backup; where there is none, delete it and"
            " run `feedback-router db new-secret`"
        )
    return kept
