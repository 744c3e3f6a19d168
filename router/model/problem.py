"""One thing wrong in a rule file, with its place and a way out."""

from typing import Literal

from msgspec import Struct

from router.model.rules import Position

Severity = Literal["error", "warning"]


class Problem(Struct, frozen=True):
    """One thing wrong in a rule file."""

    code: str
    message: str
    position: Position
    hint: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.position}: {self.code} {self.message}{hint}"
