"""Counting what happens, for Prometheus."""

import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from router import __version__
from router.flow.clock import Partition
from router.model.alerts import AlertsWaiting
from router.model.decision import DECISION_REASONS, Outcome, Reason
from router.model.invitation_states import INVITATION_STATES, InvitationState
from router.model.ledger import RetryCause, RowKind
from router.model.record import DEAD_REASONS, DeadReason
from router.model.source_counts import LONGEST_WHY, SourceCount
from router.model.sources import Source
from router.telemetry import catalogue
from router.telemetry.catalogue import METRICS, MetricDefinition

RecordOutcome = Literal["interaction", "empty", "dead_letter"]
Role = Literal["worker", "dispatcher"]
WebhookOutcome = Literal[
    "stored",
    "unknown_source",
    "not_served",
    "wrong_type",
    "too_large",
    "too_slow",
    "broken_off",
    "forged",
    "untimely",
    "limited",
    "unavailable",
]

MOST_SURVEYS: Final = 50
"""Surveys that are shown before they are sent. Each takes some 60 series, and scraping and storing them costs."""
MOST_TEAMS: Final = 200
"""Teams that are shown before they are alerted."""
_CANCELLATION_STATES: Final[tuple[InvitationState, ...]] = ("sent",)


class Metrics:
    """The metrics of one process, in a registry of their own, with those of the process (memory, CPU, files)."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._counters: dict[MetricDefinition, Counter] = {}
        self._gauges: dict[MetricDefinition, Gauge] = {}
        self._histograms: dict[MetricDefinition, Histogram] = {}
        for metric in METRICS:
            name, text, labels, registry = metric.name, metric.help, metric.labels, self.registry
            if metric.kind == "counter":
                self._counters[metric] = Counter(name, text, labels, registry=registry)
            elif metric.kind == "gauge":
                self._gauges[metric] = Gauge(name, text, labels, registry=registry)
            else:
                self._histograms[metric] = Histogram(
                    name, text, labels, registry=registry, buckets=metric.buckets
                )
        self._gauges[catalogue.BUILD_INFO].labels(__version__, platform.python_version()).set(1)
        self._last_records: dict[str, float] = {}
        self._webhooks: dict[tuple[str, WebhookOutcome], Counter] = {}
        self._partitions: defaultdict[MetricDefinition, set[Partition]] = defaultdict(set)
        # Shown with 0 from the start: to Prometheus the first event is a rise then, not a series from nowhere.
        for dead in DEAD_REASONS:
            self._counters[catalogue.DEAD_LETTERS].labels(dead)
        for outcome, reasons in DECISION_REASONS.items():
            for reason in reasons:
                self._counters[catalogue.DECISIONS].labels(reason, outcome)
        for cause in get_args(RetryCause):
            self._counters[catalogue.STORE_RETRIES].labels(cause)
        for member in ("locale", "zone"):
            self._counters[catalogue.UNREADABLE_PREFERENCES].labels(member)

    def show_topics(self, topics: Iterable[str]) -> None:
        """Shows the topics that will be read, with 0 records."""
        for topic in topics:
            for outcome in get_args(RecordOutcome):
                self._counters[catalogue.RECORDS].labels(topic, outcome)

    def show_sources(self, sources: Iterable[Source]) -> None:
        """Shows the sources in force, with 0 records mapped, of each skip and of dead letters for the mapping."""
        for source in sources:
            shown = [("mapped", ""), ("dead_letter", "mapping_failed")]
            shown += [("skipped", skip.because[:LONGEST_WHY]) for skip in source.skip]
            for outcome, why in shown:
                self._counters[catalogue.SOURCE_RECORDS].labels(source.name, outcome, why)

    def show_surveys(self, kinds: Mapping[str, Iterable[RowKind]]) -> None:
        """Shows the surveys that may be sent, in these kinds, with 0 of them; others as soon as they are sent."""
        for survey, kinds_of_survey in list(kinds.items())[:MOST_SURVEYS]:
            for kind in kinds_of_survey:
                for state in _CANCELLATION_STATES if kind == "cancellation" else INVITATION_STATES:
                    self._counters[catalogue.INVITATIONS].labels(survey, kind, state)

    def show_teams(self, teams: Iterable[str]) -> None:
        """Shows the teams that may be alerted, with 0 alerts."""
        for team in list(teams)[:MOST_TEAMS]:
            self._counters[catalogue.ALERTS_SENT].labels(team)

    def records(self, topic: str, outcome: RecordOutcome, count: int = 1) -> None:
        """Records of a topic were read, with what became of them."""
        self._counters[catalogue.RECORDS].labels(topic, outcome).inc(count)

    def of_sources(self, counts: Iterable[SourceCount]) -> None:
        """Records of sources were read, with what the mappings made of them."""
        for one in counts:
            self._counters[catalogue.SOURCE_RECORDS].labels(one.source, one.outcome, one.why).inc(one.records)
            at = one.last_at.timestamp()
            if at > self._last_records.get(one.source, 0.0):
                self._last_records[one.source] = at
                self._gauges[catalogue.SOURCE_LAST_RECORD].labels(one.source).set(at)

    def sources_not_read(self, names: Iterable[str]) -> None:
        """These sources are in force and their topics are not read; all others are."""
        self._gauges[catalogue.SOURCE_NOT_READ].clear()
        for name in names:
            self._gauges[catalogue.SOURCE_NOT_READ].labels(name).set(1)

    def dead_letters(self, reason: DeadReason, count: int = 1) -> None:
        """Records were put aside."""
        self._counters[catalogue.DEAD_LETTERS].labels(reason).inc(count)

    def decisions(self, reason: Reason, outcome: Outcome, count: int = 1) -> None:
        """Interactions were decided, and that is committed."""
        self._counters[catalogue.DECISIONS].labels(reason, outcome).inc(count)

    def unreadable_preferences(self, member: str, count: int) -> None:
        """Preferences named a language or a zone that cannot be read."""
        self._counters[catalogue.UNREADABLE_PREFERENCES].labels(member).inc(count)

    def invitations(self, survey: str, kind: RowKind, state: InvitationState, count: int = 1) -> None:
        """Invitations of a survey, or what follows them, came into a state."""
        self._counters[catalogue.INVITATIONS].labels(survey, kind, state).inc(count)

    def batch(self, records: int, seconds: float) -> None:
        """A batch is committed, so long after it was handed over."""
        self._histograms[catalogue.BATCH_RECORDS].observe(records)
        self._histograms[catalogue.BATCH_SECONDS].observe(seconds)

    def store_retried(self, cause: RetryCause) -> None:
        """A transaction is run again."""
        self._counters[catalogue.STORE_RETRIES].labels(cause).inc()

    def published(self, count: int, lag_seconds: float) -> None:
        """Invitations were published, the oldest of them so long after it was due."""
        self._counters[catalogue.PUBLISHED].inc(count)
        self._gauges[catalogue.DISPATCH_LAG].set(lag_seconds)

    def backlog(self, count: int) -> None:
        """So many invitations are due and not published."""
        self._gauges[catalogue.BACKLOG].set(count)

    def rules_revision(self, number: int) -> None:
        """The revision from here on."""
        self._gauges[catalogue.RULES_REVISION].set(number)

    def rules_refused(self) -> None:
        """A rule set was not loaded."""
        self._counters[catalogue.RULES_LOAD_FAILURES].inc()

    def consumer_lag(self, lags: Mapping[Partition, int]) -> None:
        """The lag of all partitions that this process has; those it had before and has no more are dropped."""
        self._per_partition(catalogue.CONSUMER_LAG, lags)

    def unreadable(self, partitions: Iterable[Partition]) -> None:
        """The partitions that cannot be read now; all others can."""
        self._per_partition(catalogue.UNREADABLE, dict.fromkeys(partitions, 1))

    def _per_partition(self, metric: MetricDefinition, values: Mapping[Partition, int]) -> None:
        gauge = self._gauges[metric]
        # A partition that another process has now would else keep its last value here for ever.
        for topic, number in self._partitions[metric] - values.keys():
            gauge.remove(topic, str(number))
        for (topic, number), value in values.items():
            gauge.labels(topic, str(number)).set(value)
        self._partitions[metric] = set(values)

    def progressed(self, role: Role, at: datetime) -> None:
        """Work was finished."""
        self._gauges[catalogue.LAST_PROGRESS].labels(role).set(at.timestamp())

    def alerts_sent(self, team: str, count: int) -> None:
        """Alerts were published."""
        self._counters[catalogue.ALERTS_SENT].labels(team).inc(count)

    def alerts_waiting(self, waiting: Sequence[AlertsWaiting]) -> None:
        """So many alerts of each team wait to be closed; of other teams none."""
        for gauge, name in ((catalogue.ALERTS_OPEN, "waiting"), (catalogue.ALERTS_OVERDUE, "overdue")):
            self._gauges[gauge].clear()
            for one in waiting:
                self._gauges[gauge].labels(one.team).set(getattr(one, name))

    def webhook(self, source: str, outcome: WebhookOutcome, seconds: float) -> None:
        """A message over HTTP was answered, so long after its headers had come. `source`: one in force, or none."""
        one = self._webhooks.get((source, outcome))
        if one is None:
            # Looking labels up takes as long as checking a signature.
            one = self._counters[catalogue.WEBHOOK_REQUESTS].labels(source, outcome)
            self._webhooks[source, outcome] = one
        one.inc()
        if outcome == "stored":
            self._histograms[catalogue.WEBHOOK_SECONDS].observe(seconds)

    def show_webhooks(self, sources: Iterable[str]) -> None:
        """Shows the sources that take messages over HTTP, with 0 of them."""
        for source in sources:
            for outcome in get_args(WebhookOutcome):
                self._counters[catalogue.WEBHOOK_REQUESTS].labels(source, outcome)

    def set_aside(self, count: int) -> None:
        """So many customers are set aside."""
        self._gauges[catalogue.SET_ASIDE].set(count)

    def one_set_aside(self) -> None:
        """One more customer was set aside by this process."""
        self._gauges[catalogue.SET_ASIDE].inc()

    def kafka_clock_skew(self, seconds: float) -> None:
        """How far our clock is ahead of the records' timestamps; below 0: behind."""
        self._gauges[catalogue.KAFKA_CLOCK_SKEW].set(seconds)

    def clock_skew(self, seconds: float) -> None:
        """The clock of this machine is so far ahead of the database's."""
        self._gauges[catalogue.CLOCK_SKEW].set(seconds)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All metrics in the format that an HTTP `Accept` header asks for, with its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type
