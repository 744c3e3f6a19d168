"""The rule set of the run, written from its terms: short delays and windows, so that all of it happens while it runs."""

from pathlib import Path

from tests.demonstrations.concurrency.terms import (
    CANCEL_ON,
    CLOSES,
    EXPIRES,
    HOLD_OUT,
    LAST,
    LIMITS,
    PACE,
    PURPOSES,
    QUOTAS,
    SALT,
    SAMPLES,
    SUPPRESSED_BY,
    ContactLimit,
    DayQuota,
    Hours,
    Scope,
)

JOURNEYS = {
    "case": """
journey: case
instance: case_id
steps:
  opened:   {on: case.opened}
  resolved: {on: case.resolved}
  reopened: {on: case.reopened, reopens: true}
order: [opened, resolved]
expires: 30s
""",
    "order": """
journey: order
instance: order_id
identifies_customer: true
steps:
  placed:    {on: order.placed}
  delivered: {on: order.delivered, ends: true}
  returned:  {on: order.returned, ends: true}
order: [placed, delivered]
expires: 10s
""",
}

SENDS = {
    "nps-after-order": (
        "when: {journey: order, step: delivered}\n    send: {survey: nps, channel: [email, sms]}\n"
        "    priority: 40\n    delay: 2s"
    ),
    "nps-after-abandoned-order": (
        "when: {journey: order, step: expired}\n    unless: {customer.open: case}\n"
        "    send: {survey: nps, channel: [sms, app]}\n    priority: 45\n    delay: 1s"
    ),
    "ces-after-case": (
        "when: {journey: case, step: resolved}\n    send: {survey: ces-case, channel: [email, sms, app]}\n"
        "    priority: 80\n    delay: 3s\n    reminder: {after: 4s, max: 2, channel: [app, sms]}"
    ),
    "ces-after-chat": (
        "when: {type: chat.ended}\n    send: {survey: ces-chat, channel: [app, email]}\n"
        "    priority: 30\n    delay: 1s"
    ),
    "csat-after-call": (
        "when: {type: call.completed}\n    send: {survey: csat-call, channel: [sms, email]}\n"
        "    priority: 20\n    delay: 4s"
    ),
    "csat-after-visit": (
        "when: {type: store.visited}\n    send: {survey: csat-visit, channel: [app, sms]}\n"
        "    priority: 10\n    within: business_hours"
    ),
}

SURVEYS = {
    "nps": ("nps", "[0, 10]", "higher_is_better"),
    "ces-case": ("ces", "[1, 5]", "lower_is_better"),
    "ces-chat": ("ces", "[1, 7]", "higher_is_better"),
    "csat-call": ("csat", "[1, 5]", "higher_is_better"),
    "csat-visit": ("csat", "[1, 5]", "higher_is_better"),
}


def write_rules(directory: Path, hours: Hours) -> Path:
    """Write the rule set below the directory."""
    texts = {f"journeys/{name}.yaml": text for name, text in JOURNEYS.items()}
    texts |= {"routes/all.yaml": _routes(), "surveys/all.yaml": _surveys(), "policy.yaml": _policy(hours)}
    for name, text in texts.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return directory


def _routes() -> str:
    return "rules:\n" + "".join(
        f"  - id: {name}\n    {text}\n    expires: {EXPIRES[name]}s\n"
        f"    cancel_on: [{', '.join((*CANCEL_ON[name], LAST))}]\n"
        + (f"    sample: {SAMPLES[name]:.0%}\n" if name in SAMPLES else "")
        for name, text in SENDS.items()
    )


def _surveys() -> str:
    return "surveys:\n" + "".join(
        f"  {name}:\n    metric: {metric}\n    scale: {scale}\n    polarity: {polarity}\n"
        + (f"    purpose: {PURPOSES[name]}\n" if name in PURPOSES else "")
        + "    texts:\n      en: {question: 'How was it?', low: low, high: high}\n"
        for name, (metric, scale, polarity) in SURVEYS.items()
    )


def _policy(hours: Hours) -> str:
    begin, end = (f"{at:%H:%M}" for at in hours.quiet)
    suppressed: dict[str, list[str]] = {}
    for kind, reason in SUPPRESSED_BY.items():
        suppressed.setdefault(reason, []).append(kind)
    by = ", ".join(f"{reason}: [{', '.join(kinds)}]" for reason, kinds in suppressed.items())
    limits, quotas = "".join(map(_limit, LIMITS)), "".join(map(_quota, QUOTAS))
    pace = f"{{id: {PACE.id}, channel: {PACE.channel}, max: {PACE.max}, per: {PACE.seconds}s}}"
    return (
        f"zone: {hours.home}\nlimits:\n{limits}quotas:\n{quotas}rate_caps: [{pace}]\n"
        f'quiet_hours: {{from: "{begin}", to: "{end}"}}\n'
        f'business_hours: {{from: "{hours.opens:%H:%M}", to: "{CLOSES:%H:%M}"}}\n'
        f"hold_out: {HOLD_OUT:.0%}\nsalt: {SALT}\n"
        "consent: {unknown: refuse, given_by: consent.given, withdrawn_by: consent.withdrawn}\n"
        f"suppressed_by: {{{by}}}\nlocale: {{otherwise: en}}\n"
    )


def _limit(limit: ContactLimit) -> str:
    per = "calendar_day" if limit.seconds is None else f"{limit.seconds}s"
    clock = ", clock: [invited, answered]" if limit.answered else ""
    scope = _scope(limit.scope)
    return f"  - {{id: {limit.id}, max: {limit.max}, per: {per}{scope}{clock}, {limit.otherwise}}}\n"


def _quota(quota: DayQuota) -> str:
    return f"  - {{id: {quota.id}, max: {quota.max}, per: calendar_day{_scope(quota.scope)}}}\n"


def _scope(scope: Scope) -> str:
    named = {name: getattr(scope, name) for name in scope.__struct_fields__}
    return "".join(f", {name}: {value}" for name, value in named.items() if value is not None)
