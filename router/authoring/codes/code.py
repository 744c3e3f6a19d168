"""The kinds of problems, each with what is known of it. They are data: `catalogue.toml`."""

import tomllib
from importlib.resources import files
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Code(Struct, frozen=True):
    """A kind of problem with its page: what it means, and an example of it with its mend.

    `wrong` and `right` are None where the problem is not in a file's text.
    """

    code: str
    title: str
    why: str
    wrong: str | None = None
    right: str | None = None
    severity: Severity = "error"


def _catalogue() -> dict[str, Code]:
    text = files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    # Lines of `why` end where they are full: they are no lines of their own.
    return {
        code: Code(code=code, **facts | {"why": " ".join(facts["why"].split())})
        for code, facts in tomllib.loads(text).items()
    }


CODES = _catalogue()
"""All of them by code, in order."""
