from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.telemetry.catalogue import METRICS
from router.telemetry.document import document
from router.telemetry.metrics import Metrics
from router.telemetry.progress import Partition

PAGE = Path(__file__).parents[3] / "docs" / "operations" / "metrics.md"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def shown(metrics: Metrics) -> list[str]:
    content, content_type = metrics.exposition()
    assert content_type.startswith("text/plain")
    return content.decode().splitlines()


def test_what_happened_is_counted(metrics: Metrics) -> None:
    metrics.records("cx.interactions.v1", "interaction", 7)
    metrics.records("cx.interactions.v1", "dead_letter")
    metrics.dead_letters("not_json")
    metrics.decisions("invited", "invite", 2)
    metrics.invitations("nps", "planned", 2)
    metrics.batch(records=8, seconds=0.02)
    metrics.store_retried("conflict")
    metrics.published(3, lag_seconds=1.5)
    metrics.backlog(4)
    metrics.rules_revision(2)
    metrics.rules_refused()
    metrics.progressed("worker", datetime(2026, 3, 2, tzinfo=UTC))
    assert {
        'router_records_total{outcome="interaction",topic="cx.interactions.v1"} 7.0',
        'router_records_total{outcome="dead_letter",topic="cx.interactions.v1"} 1.0',
        'router_dead_letters_total{reason="not_json"} 1.0',
        'router_decisions_total{outcome="invite",reason="invited"} 2.0',
        'router_invitations_total{state="planned",survey="nps"} 2.0',
        'router_batch_seconds_bucket{le="0.025"} 1.0',
        "router_batch_records_sum 8.0",
        'router_store_retries_total{cause="conflict"} 1.0',
        "router_dispatch_published_total 3.0",
        "router_dispatch_lag_seconds 1.5",
        "router_dispatch_backlog 4.0",
        "router_rules_revision 2.0",
        "router_rules_load_failures_total 1.0",
        'router_last_progress_timestamp_seconds{role="worker"} 1.7724096e+09',
    } <= set(shown(metrics))


def test_the_lag_of_a_partition_that_is_gone_is_not_shown(metrics: Metrics) -> None:
    metrics.consumer_lag({Partition("t", 0): 5, Partition("t", 1): 6})
    metrics.consumer_lag({Partition("t", 1): 2})
    lags = [line for line in shown(metrics) if line.startswith("router_consumer_lag{")]
    assert lags == ['router_consumer_lag{partition="1",topic="t"} 2.0']


def test_two_sets_of_metrics_do_not_meet(metrics: Metrics) -> None:
    Metrics().backlog(9)
    assert "router_dispatch_backlog 0.0" in shown(metrics)


def test_memory_of_the_process_is_shown(metrics: Metrics) -> None:
    assert any(line.startswith("process_resident_memory_bytes") for line in shown(metrics))


def test_openmetrics_is_answered_where_asked_for(metrics: Metrics) -> None:
    content, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert content.endswith(b"# EOF\n")


def test_no_label_is_of_a_customer() -> None:
    labels = {label for metric in METRICS for label in metric.labels}
    assert labels == {"topic", "outcome", "reason", "survey", "state", "cause", "member", "partition", "role"}


def test_every_metric_listed_is_exposed_and_the_other_way_round(metrics: Metrics) -> None:
    typed = {line.split()[2] for line in shown(metrics) if line.startswith("# TYPE router_")}
    assert typed == {metric.name for metric in METRICS}


def test_the_page_of_metrics_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "run: python -m router.telemetry > docs/operations/metrics.md"
    )
