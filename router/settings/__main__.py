"""Writes docs/operations/settings.md to standard output."""

import sys

from router.settings.document import document

sys.stdout.write(document())
