"""Writes the folder of a new stored format: `python -m tests.unit.stored_formats 0.2.0`."""

import sys
from pathlib import Path

from tests.unit.stored_formats.values import FORMATS

folder = Path(__file__).parent / sys.argv[1]
folder.mkdir()
for name, form in FORMATS.items():
    (folder / name).write_bytes(form.write(form.value))
