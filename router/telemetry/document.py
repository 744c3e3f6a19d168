"""The page of the documentation that lists all metrics, made from the metrics themselves."""

from typing import Final

from router.telemetry.catalogue import METRICS

_HEAD: Final = """\
# Metrics

<!-- Made by `python -m router.telemetry`; edit the metrics, not this page. -->

`GET /metrics` on the health port answers in the text format of Prometheus, or in OpenMetrics where that is asked
for. Beside these there are the usual `process_…` metrics (memory, CPU, open files). No label holds anything of a
customer. Counters whose labels take a closed list of values are there with 0 before the first event: reasons, outcomes,
topics, and the states of the surveys that the rules in force send (of the first 50; others once they are sent).

| Metric | Kind | Labels | Meaning |
|---|---|---|---|
"""


def document() -> str:
    """The page as Markdown."""
    rows = (
        f"| `{metric.name}` | {metric.kind} | {', '.join(f'`{label}`' for label in metric.labels)} | {metric.help} |\n"
        for metric in METRICS
    )
    return _HEAD + "".join(rows)
