"""What a check is."""

from collections.abc import Callable

from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems

Check = Callable[[Definitions, Problems], None]
"""Notes the problems of one kind in the definitions of a set."""
