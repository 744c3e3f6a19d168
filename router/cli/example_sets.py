"""The rule sets that `init` writes: the starter set, and one for each trade."""

from enum import StrEnum
from pathlib import Path
from typing import Final

STARTER: Final = Path(__file__).parent / "starter"
EXAMPLES: Final = Path(__file__).parent / "examples"

SURVEYS: Final = {
    "ces": STARTER / "surveys" / "ces.yaml",
    "nps": STARTER / "surveys" / "nps.yaml",
    "csat": EXAMPLES / "surveys" / "csat.yaml",
}
"""The files of the surveys that sets share."""


class Trade(StrEnum):
    """A trade that there is a set for."""

    WEBSHOP = "webshop"
    INSURER = "insurer"
    TELECOM = "telecom"
    UTILITY = "utility"
    BANK = "bank"


_ASKED: Final = {
    Trade.WEBSHOP: ("ces", "nps", "csat"),
    Trade.INSURER: ("ces", "nps"),
    Trade.TELECOM: ("ces", "nps", "csat"),
    Trade.UTILITY: ("ces", "nps", "csat"),
    Trade.BANK: ("ces", "nps", "csat"),
}
"""The surveys that trades share, so that one question is worded in one place."""


def example_set(trade: Trade | None) -> dict[str, bytes]:
    """The files of a set by their names below its directory; without a trade those of the starter set."""
    if trade is None:
        return _files(STARTER)
    shared = {f"surveys/{name}.yaml": SURVEYS[name].read_bytes() for name in _ASKED[trade]}
    return {**_files(EXAMPLES / trade), **shared}


def _files(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*.yaml"))
    }
