"""The texts of the console in Dutch, a module for each page; the English text is its own name."""

from typing import Final

from router.console.dutch import base, figures, overview

DUTCH: Final[dict[str, str]] = base.DUTCH | figures.DUTCH | overview.DUTCH
