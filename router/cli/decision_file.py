"""The decisions of a backtest in a file: written in two passes, since an invitation's end is known last."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import msgspec

from router.authoring.backtest import DecisionLine, FinalState, with_finals
from router.cli.faults import FAILED, Refused
from router.model.signs import escaped_json
from router.settings.own_files import FILE

_decoder = msgspec.json.Decoder(DecisionLine)
_encoder = msgspec.json.Encoder()


class DecisionFile:
    """Takes decisions one by one into a file beside the wanted one."""

    def __init__(self, path: Path, first: IO[bytes]) -> None:
        self._path = path
        self._first = first

    def take(self, line: DecisionLine) -> None:
        """Writes a decision as far as it is known."""
        self._first.write(_encoded(line))

    def finish(self, finals: Mapping[str, FinalState]) -> None:
        """Fills in what became of the invitations, and puts the file in its place at once."""
        self._first.seek(0)
        with _beside(self._path) as second:
            for text in self._first:
                line = _decoder.decode(text)
                second.write(_encoded(with_finals(line, finals)) if line.invitation_id else text)
            second.flush()
            Path(second.name).replace(self._path)


def _encoded(line: DecisionLine) -> bytes:
    return escaped_json(_encoder.encode(line)) + b"\n"


@contextmanager
def opened(path: Path | None) -> Iterator[DecisionFile | None]:
    """A file to write decisions to, None where none is wanted. Nothing is left behind unless it was finished.

    Raises `Refused` where it cannot be written.
    """
    if path is None:
        yield None
        return
    try:
        with _beside(path) as first:
            yield DecisionFile(path, first)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): name another file.", FAILED) from None


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            os.fchmod(file.fileno(), FILE)  # it tells of customers
            yield file
        finally:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()
