"""Tests of alerts as their authors write them: responses that are given, and what should come of them."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from router.model.alerts import NoAlert
from router.model.rules import Position


class GivenResponse(Struct, frozen=True):
    """One response of a test, given `at`. `score` is what was answered, whether or not it is on the scale.

    Two with the same `invitation` are an answer and its correction. `signals` and `attributes` are those of its context.
    """

    at: datetime
    survey: str
    score: Any = None
    comment: str | None = None
    invitation: str | None = None
    channel: str | None = None
    asked_on: str | None = None
    locale: str | None = None
    journey: str | None = None
    step: str | None = None
    instance: str | None = None
    signals: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    position: Position | None = None


class ExpectedAlert(Struct, frozen=True):
    """An alert that should be raised. What is None is not compared; `due` is by when it is to be closed."""

    alert: str
    team: str | None = None
    at: datetime | None = None
    due: datetime | None = None
    position: Position | None = None


class AlertTest(Struct, frozen=True):
    """One test of alerts about one customer, whose `open_journeys` are open.

    `because` names reasons for which a rule did not alert; a test that expects nothing has at least one.
    """

    name: str
    start: datetime
    customer: dict[str, Any]
    open_journeys: tuple[str, ...]
    responses: tuple[GivenResponse, ...]
    expect: tuple[ExpectedAlert, ...]
    because: tuple[NoAlert, ...] = ()
    position: Position | None = None
