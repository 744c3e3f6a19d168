import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from router.authoring.backtest import Backtest
from router.authoring.language.load import load_directory, load_texts
from router.demo.company import month
from router.model.alerts import AlertsWaiting
from router.model.decision import DECISION_REASONS, REASONS
from router.model.invitation_states import INVITATION_STATES
from router.model.record import DEAD_REASONS
from router.model.source_counts import SourceCount
from router.model.sources import Skip, Source
from router.rules.in_force import InForce
from router.telemetry.catalogue import METRICS
from router.telemetry.document import document
from router.telemetry.metrics import MOST_SURVEYS, Metrics, WebhookOutcome

LATEST = datetime(2100, 1, 1, tzinfo=UTC)
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
    second = datetime(2026, 3, 2, tzinfo=UTC)
    for hours in (2, 1):
        last = second + timedelta(hours=hours)
        metrics.of_sources([SourceCount("crm", second, "skipped", "closed by itself", 3, last)])
    metrics.decisions("invited", "invite", 2)
    metrics.invitations("nps", "reminder", "planned", 2)
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
        'router_source_records_total{outcome="skipped",source="crm",why="closed by itself"} 6.0',
        'router_source_last_record_timestamp_seconds{source="crm"} 1.7724168e+09',
        'router_decisions_total{outcome="invite",reason="invited"} 2.0',
        'router_invitations_total{kind="reminder",state="planned",survey="nps"} 2.0',
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
    metrics.consumer_lag({("t", 0): 5, ("t", 1): 6})
    metrics.consumer_lag({("t", 1): 2})
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
    assert labels == {
        "topic",
        "outcome",
        "reason",
        "survey",
        "state",
        "cause",
        "member",
        "partition",
        "role",
    } | {
        "kind",
        "team",
        "version",
        "python",
        # Names of sources and reasons of skips are the rules' own words.
        "source",
        "why",
    }


def test_every_metric_listed_is_exposed_and_the_other_way_round(metrics: Metrics) -> None:
    typed = {line.split()[2] for line in shown(metrics) if line.startswith("# TYPE router_")}
    assert typed == {metric.name for metric in METRICS}


def test_the_page_of_metrics_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "run: python -m router.telemetry > docs/operations/metrics.md"
    )


def values(metrics: Metrics, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """Every series of a metric by its labels."""
    samples = [sample for family in metrics.registry.collect() for sample in family.samples]
    return {tuple(sorted(one.labels.items())): one.value for one in samples if one.name == name}


def test_what_can_be_counted_is_there_before_the_first_event(metrics: Metrics) -> None:
    metrics.show_topics(["in"])
    metrics.show_surveys({"nps": ["invitation", "cancellation"]})
    metrics.show_teams(["care"])
    metrics.show_webhooks(["crm"])
    closed = Skip((), "closed by itself")
    metrics.show_sources([Source("crm", "raw.crm", (), skip=(closed,))])

    assert len(values(metrics, "router_source_records_total")) == 3
    assert len(values(metrics, "router_webhook_requests_total")) == len(get_args(WebhookOutcome))
    dead = values(metrics, "router_dead_letters_total")
    assert {labels[0][1] for labels in dead} == set(DEAD_REASONS)
    decided = {labels[1][1] for labels in values(metrics, "router_decisions_total")}
    ends = {"cancelled_by_event", "displaced", "expired", "undeliverable", "answered", "not_answered"}
    assert decided == set(REASONS) - ends - {"outranked"}
    assert len(values(metrics, "router_store_retries_total")) == 3
    assert len(values(metrics, "router_records_total")) == 3
    asked = [dict(labels) for labels in values(metrics, "router_invitations_total")]
    assert len(asked) == len(INVITATION_STATES) + 1
    assert {"kind": "cancellation", "state": "sent", "survey": "nps"} in asked
    counters = [metric.name for metric in METRICS if metric.kind == "counter"]
    assert [name for name in counters if set(values(metrics, name).values()) != {0.0}] == []


def test_very_many_surveys_are_shown_once_they_are_sent(metrics: Metrics) -> None:
    metrics.show_surveys({f"s{number:04}": ["invitation", "reminder", "fallback"] for number in range(2_000)})
    assert len(values(metrics, "router_invitations_total")) == MOST_SURVEYS * 3 * len(INVITATION_STATES)
    metrics.invitations("s1999", "invitation", "sent")
    assert sum(values(metrics, "router_invitations_total").values()) == 1


def test_the_alerts_that_wait_are_those_of_now(metrics: Metrics) -> None:
    metrics.alerts_waiting([AlertsWaiting("care", 3, 1), AlertsWaiting("sales", 1, 0)])
    metrics.alerts_waiting([AlertsWaiting("care", 2, 0)])
    assert values(metrics, "router_alerts_open") == {(("team", "care"),): 2}
    assert values(metrics, "router_alerts_overdue") == {(("team", "care"),): 0}


def test_it_says_what_runs(metrics: Metrics) -> None:
    assert values(metrics, "router_build_info") == {
        (("python", platform.python_version()), ("version", version("feedback-router"))): 1.0
    }


def test_every_decision_is_among_those_that_are_shown() -> None:
    rules = load_directory(PAGE.parents[2] / "rules")
    lines = [msgspec.json.encode(event) for event in month(7, datetime(2026, 3, 1, tzinfo=UTC), 200)]
    found = {(one.decision.outcome, one.decision.reason) for one in Backtest(rules).run(lines, LATEST)}
    assert len(found) > 10
    assert [pair for pair in found if pair[1] not in DECISION_REASONS[pair[0]]] == []


def test_the_rules_in_force_tell_what_may_be_sent() -> None:
    survey = "surveys: {%s: {metric: ces, scale: [1, 5], polarity: lower_is_better, texts: {en: {question: q, low: l, high: h}}}}"
    rule = "rules: [{id: r-%s, when: {type: a.b}, send: {survey: %s, channel: %s}%s}]"
    texts = {f"{name}.yaml": survey % name for name in ("one", "two", "three", "never")}
    texts["policy.yaml"] = "locale: {otherwise: en}"
    texts["r1.yaml"] = rule % ("1", "one", "email", "")
    texts["r2.yaml"] = rule % ("2", "two", "email", ", reminder: {after: 2d}, priority: 2")
    texts["r3.yaml"] = rule % ("3", "three", "[email, sms]", ", priority: 3")
    rules = load_texts({name: text.encode() for name, text in texts.items()})
    assert InForce(rules).kinds == {
        "one": ["invitation", "cancellation"],
        "three": ["invitation", "fallback", "cancellation"],
        "two": ["invitation", "reminder", "cancellation"],
    }
