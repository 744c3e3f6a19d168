"""The tests of two rule sets held against each other, by their names."""

from collections.abc import Sequence
from typing import Any

import msgspec

from router.model.alert_tests import AlertTest
from router.model.rule_tests import RuleTest
from router.model.source_tests import SourceTest

AnyTest = RuleTest | AlertTest | SourceTest


def test_changes(before: Sequence[AnyTest], after: Sequence[AnyTest]) -> list[str]:
    """How many tests were added, removed and changed."""
    was, now = ({test.name: _meaning(msgspec.to_builtins(test)) for test in one} for one in (before, after))
    counts = (
        ("added", len(now.keys() - was.keys())),
        ("removed", len(was.keys() - now.keys())),
        ("changed", sum(was[name] != now[name] for name in was.keys() & now.keys())),
    )
    return [f"{count} {became}" for became, count in counts if count]


def _meaning(value: Any) -> Any:
    """Plain values without the positions they stand at."""
    if isinstance(value, dict):
        return {name: _meaning(part) for name, part in value.items() if name != "position"}
    if isinstance(value, list | tuple):
        return [_meaning(part) for part in value]
    return value
