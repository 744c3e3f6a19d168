"""Writes docs/operations/metrics.md to standard output."""

import sys

from router.telemetry.document import document

sys.stdout.write(document())
