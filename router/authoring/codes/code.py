"""What is known of one kind of problem."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Code(Struct, frozen=True):
    """A kind of problem with its page: what it means, and an example of it with its mend.

    `wrong` and `right` are rule files beside a small set with the journey `purchase` and the surveys `nps` and
    `ces`, each file after a line such as `# policy.yaml`; None where the problem is not in a file's text.
    """

    code: str
    title: str
    why: str
    wrong: str | None = None
    right: str | None = None
    severity: Severity = "error"
