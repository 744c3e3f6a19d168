"""A language or a zone that cannot be read is counted and logged, without what it said."""

from datetime import timedelta

from structlog.testing import capture_logs

from router.flow.pipeline import Processed
from router.model.record import Record
from router.service.counting import count
from router.telemetry.metrics import Metrics
from tests.unit.core.builders import preferences, rules, told


def processed(*said: dict[str, str]) -> Processed:
    batch = told(rules(), [preferences(f"{hour}h", **one) for hour, one in enumerate(said)])
    return Processed(batch.decided, [], [], [], 0, 0)


def counted(*said: dict[str, str]) -> tuple[list[str], list[dict[str, object]]]:
    metrics, record = Metrics(), Record("preferences", 0, 0, 0, None, b"{}")
    with capture_logs() as logs:
        count(metrics, [record], processed(*said), timedelta(seconds=1))
    lines = metrics.exposition()[0].decode().splitlines()
    found = [line for line in lines if line.startswith("router_unreadable_preferences_total{")]
    return [line for line in found if not line.endswith(" 0.0")], list(logs)


def test_each_is_counted_by_its_member_and_told_once_a_batch() -> None:
    lines, logs = counted({"locale": "Dutch", "zone": "PST"}, {"locale": "Nederlands"}, {"locale": "nl"})
    assert lines == [
        'router_unreadable_preferences_total{member="locale"} 2.0',
        'router_unreadable_preferences_total{member="zone"} 1.0',
    ]
    assert [(one["event"], one["locale"], one["zone"]) for one in logs] == [("preferences_unreadable", 2, 1)]
    assert "Dutch" not in str(logs)


def test_what_can_be_read_is_not_told() -> None:
    assert counted({"locale": "NL_nl", "zone": "Tokyo Standard Time"}, {"locale": ""}) == ([], [])
