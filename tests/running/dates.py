"""A company's log whose customers have dates, and rules with schedules on them."""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from router.model.interaction import PREFERENCES_TYPE
from router.model.schedules import SCHEDULE_SOURCE
from tests.running.eventlog import RULES, START, Expected, company_log, entries, event
from tests.running.topics import Entry

SCHEDULES = """
schedules:
  - {id: anniversary, type: policy.anniversary, date: customer.policy_start, every: year}
  - {id: renewal-near, type: policy.renewal_near, date: customer.renewal, before: 60d, hours: {from: "10:00", to: "10:00"}}
  - {id: after-delivery, type: order.later, journey: purchase, step: delivered, after: 7d}
  - {id: monthly, type: relation.month, every: month}
"""
ASKING = """
rules:
  - {id: nps-anniversary, when: {type: policy.anniversary}, send: {survey: nps, channel: [email, sms]}, expires: 14d}
  - {id: nps-renewal, when: {type: policy.renewal_near}, send: {survey: nps, channel: [email, sms]}, delay: 1h, expires: 9d}
  - {id: ces-later, when: {type: order.later}, send: {survey: ces-1.0, channel: [email, sms]}, expires: 9d}
  - {id: nps-monthly, when: {type: relation.month}, send: {survey: nps, channel: [email, sms]}, expires: 9d}
"""
ZONES = ("Europe/Amsterdam", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", None)


def dated_rules(directory: Path) -> Path:
    """The shipped rules, with schedules and rules that wait for them."""
    shutil.copytree(RULES, directory, ignore=shutil.ignore_patterns("schema"))
    (directory / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    (directory / "routes" / "schedules.yaml").write_text(ASKING, encoding="utf-8")
    return directory


def dated_log(customers: int) -> tuple[Entry, ...]:
    """A company's month in order of time. Its customers' dates fall into it, as it goes on some of them change."""
    told = [json.loads(entry.value or b"") for entry in company_log(customers)]
    names = sorted({str(one["subject"]) for one in told if one.get("subject")})
    for number, name in enumerate(names):
        day = START.date() + timedelta(days=number % 30)
        data: dict[str, object] = {
            "consent": {"email": True},
            "policy_start": f"{2024 - number % 9}-{day:%m-%d}",
            "renewal": (day + timedelta(days=60)).isoformat(),
        }
        if zone := ZONES[number % len(ZONES)]:
            data["zone"] = zone
        told.append(event(2 * number, name, START, PREFERENCES_TYPE, **data))
        if number % 7 == 0:
            later = {"renewal": (day + timedelta(days=65)).isoformat()}
            told.append(event(2 * number + 1, name, START + timedelta(days=5), PREFERENCES_TYPE, **later))
    return entries(sorted(told, key=lambda one: str(one["time"])))


def made(expected: Expected) -> list[tuple[str, str]]:
    """The source and id of what schedules made in a backtest."""
    return [place for place in expected.decisions if place[0] == SCHEDULE_SOURCE]


def asked(expected: Expected, places: Sequence[tuple[str, str]]) -> int:
    """For how many of these somebody was to be asked."""
    return sum(expected.decisions[place].outcome != "no_survey" for place in places)
