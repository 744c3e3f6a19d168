"""The thousand rules of this service, as YAML."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.story import (
    ASKED_CHANNELS,
    ASKED_PLAIN_TYPES,
    ASKED_PRODUCTS,
    JOURNEYS,
    LEAST_AMOUNT,
    MOST_INVITATIONS,
    Journey,
)

_POLICY = f"""\
zone: Europe/Amsterdam
limits:
  - {{id: any-survey, max: {MOST_INVITATIONS}, per: 30d, clock: invited, on_limit: drop}}
consent: {{unknown: allow}}
locale: {{otherwise: en}}
"""

_SURVEYS = """\
surveys:
  ces:
    {metric: ces, variant: ces-1.0, scale: [1, 5], polarity: lower_is_better, presentation: likert, texts: {
      nl: {question: "Hoeveel moeite moest je doen?", low: heel weinig, high: heel veel},
      en: {question: "How much effort did you have to put forth?", low: very little, high: very much},
      de: {question: "Wie viel Mühe mussten Sie aufwenden?", low: sehr wenig, high: sehr viel}}}
  nps:
    {metric: nps, variant: nps, scale: [0, 10], polarity: higher_is_better, presentation: likert, texts: {
      nl: {question: "Hoe waarschijnlijk is het dat je ons aanbeveelt?", low: niet, high: zeker},
      en: {question: "How likely is it that you would recommend us?", low: not at all, high: extremely},
      de: {question: "Wie wahrscheinlich ist es, dass Sie uns empfehlen?", low: gar nicht, high: sehr}}}
"""


_ALERTS = """\
alerts:
  - id: detractor
    when: {survey: nps, score: {lte: 2}}
    send: {team: customer-care}
    within: 48h
    cooldown: 30d
  - id: hard-complaint
    when: {survey: ces, score: {gte: 5}, journey: complaint}
    send: {team: complaints}
    within: 24h
score_shifts:
  - {id: score-shift, send: {team: customer-experience}}
"""


def write_rules(directory: Path, *, heard: bool = False) -> int:
    """Writes the rule set; returns how many rules it has. `heard` has scores by agent too, and alerts."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "policy.yaml").write_text(_POLICY + ("scores: {by: [agent_id]}\n" if heard else ""))
    if heard:
        (directory / "alerts.yaml").write_text(_ALERTS)
    (directory / "surveys.yaml").write_text(_SURVEYS)
    for journey in JOURNEYS:
        (directory / f"journey-{journey.name}.yaml").write_text(_journey(journey))
    rules = list(_rules())
    (directory / "routes.yaml").write_text("rules:\n" + "".join(rules))
    return len(rules)


def _journey(journey: Journey) -> str:
    last = journey.steps[-1][0]
    steps = "".join(
        f"  {step}: {{on: {kind}{', ends: true' if step == last else ''}}}\n" for step, kind in journey.steps
    )
    order = ", ".join(step for step, _ in journey.steps)
    return (
        f"journey: {journey.name}\ninstance: {journey.instance}\nsteps:\n{steps}order: [{order}]\nexpires: 60d\n"
        "effort:\n  channels: {distinct: channel}\n  seconds: {sum: duration_seconds}\n"
    )


def _rules() -> Iterator[str]:
    targets = [f"journey: {journey.name}, step: {step}" for journey in JOURNEYS for step in journey.asked]
    targets += [f"type: {kind}" for kind in ASKED_PLAIN_TYPES]
    for place, target in enumerate(targets):
        for product in range(ASKED_PRODUCTS):
            yield (
                f"  - id: rule-{place}-{product:03d}\n"
                f"    when: {{{target}, channel: [{', '.join(ASKED_CHANNELS)}], event.product: p{product:03d},"
                f" event.amount: {{gte: {LEAST_AMOUNT}}}}}\n"
                f"    send: {{survey: {'nps' if place % 2 else 'ces'}, channel: [email, sms]}}\n"
                f"    priority: {place * 5}\n    max_age: 24h\n    expires: 5d\n"
            )
