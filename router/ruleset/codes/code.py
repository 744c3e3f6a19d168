"""What is known of one kind of problem."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Code(Struct, frozen=True):
    """A kind of problem with its page: what it means, and an example of it with its mend.

    `wrong` and `right` are YAML files that stand beside a small set with the journey `purchase`, the surveys
    `nps` and `ces` and a policy zone; None where the problem is not in the text of a file. `alone` leaves that
    set out.
    """

    code: str
    title: str
    why: str
    wrong: str | None = None
    right: str | None = None
    severity: Severity = "error"
    alone: bool = False
