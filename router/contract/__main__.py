"""Writes the generated files of docs/contracts, or of the directory that is given."""

import sys
from pathlib import Path

from router.contract import contract_files


def main(directory: Path) -> None:
    """Writes every generated file into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in contract_files().items():
        (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(*sys.argv[1:2]) if sys.argv[1:] else Path("docs/contracts"))
