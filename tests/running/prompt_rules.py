"""A rule set that asks at once, whatever the time of day: at most once in 30 days."""

from pathlib import Path

SURVEYS = """
surveys:
  ces:
    metric: ces
    variant: ces-1.0
    scale: [1, 5]
    polarity: lower_is_better
    texts:
      en: {question: "How much effort did it take?", low: little, high: much}
"""

ROUTES = """
rules:
  - id: after-call
    when: {type: call.completed}
    send: {survey: ces, channel: [email]}
"""

POLICY = """
zone: UTC
limits:
  - {id: any-survey, max: 1, per: 30d, on_limit: drop}
consent: {unknown: UNKNOWN}
locale: {otherwise: en}
"""


def prompt_rules(directory: Path, *, unknown_consent: str = "refuse") -> Path:
    """Write the rule set below the directory."""
    texts = {
        "surveys/ces.yaml": SURVEYS,
        "routes/call.yaml": ROUTES,
        "policy.yaml": POLICY.replace("UNKNOWN", unknown_consent),
    }
    for name, text in texts.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return directory
