"""Pages as files."""

from pathlib import Path

from router.cli.faults import FAILED, Refused
from router.settings.own_files import own_file


def write_page(path: Path, whole: str) -> None:
    """Write a page that only its owner can read. Raises `Refused` where that cannot be done."""
    try:
        own_file(path)
        path.write_text(whole, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file.", FAILED) from None
