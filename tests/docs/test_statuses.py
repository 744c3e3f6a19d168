"""The table of statuses of a response in the contract is whole."""

import re
from pathlib import Path
from typing import get_args

from router.model.responses import NOT_COUNTED, ResponseStatus
from router.words.responses import STATUSES

PAGE = Path(__file__).parents[2] / "docs" / "contracts" / "README.md"


def test_every_status_is_told_once_and_has_a_sentence() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Responses")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert told == list(get_args(ResponseStatus)) == list(STATUSES) == ["counted", *NOT_COUNTED]
