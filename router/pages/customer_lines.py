"""Who a customer is, in a few lines above the timeline."""

from datetime import datetime

from router.insights.history import CustomerHistory
from router.model.languages import language_tag
from router.model.ledger import SetAside
from router.model.preferences import ALL
from router.words.customers import words
from router.words.voice import Voice


def opening_lines(history: CustomerHistory, aside: SetAside | None, speaking: Voice) -> list[str]:
    """A line with the id, then indented: consent, language, what forbids to ask, and where the journeys stand."""
    language = words(speaking, "unknown")
    if history.locale is not None:
        language = language_tag(history.locale) or words(speaking, "no tag", locale=history.locale)
    consent = ", ".join(
        f"{words(speaking, 'all') if channel == ALL else channel} {words(speaking, 'yes' if yes else 'no')}"
        for channel, yes in history.consent.items()
    )
    lines = [words(speaking, "known", consent=consent or words(speaking, "unknown"), language=language)]
    if aside is not None:
        lines.append(words(speaking, "aside", at=speaking.moment(aside.since), cause=aside.cause))
    if history.suppressed:
        lines.append(words(speaking, "suppressed", entries=", ".join(history.suppressed)))
    if history.unclear is not None:
        lines.append(words(speaking, "unclear", at=speaking.moment(history.unclear)))
    for journey in history.journeys:
        name = f"{journey.name} {journey.instance}" if journey.instance else journey.name
        step = journey.step or words(speaking, "no step")
        lines.append(words(speaking, "ended at" if journey.ended else "is at", name=name, step=step))
    for name, value in history.signals.items():
        told = speaking.moment(value) if isinstance(value, datetime) else str(value or 0)
        lines.append(
            words(speaking, "signal", name=name, value=words(speaking, "never") if value is None else told)
        )
    lines += [
        words(speaking, "next day", schedule=one.schedule, type=one.type, at=speaking.moment(one.at))
        for one in history.next_days
    ]
    return [words(speaking, "customer", id=history.customer_id), *(f"  {line}" for line in lines)]
