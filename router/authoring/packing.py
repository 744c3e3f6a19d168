"""A rule set as one immutable value: its files as written, and its definitions ready to compile."""

import zlib
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from router.model.alerts import AlertRule, ScoreShiftRule
from router.model.customer_signals import CustomerSignal
from router.model.journey import JourneyDefinition
from router.model.policy import (
    Fact,
    Hours,
    Limit,
    NeverAskWhile,
    Policy,
    QuietHours,
    Quota,
    RateCap,
    ScoreSettings,
    Target,
)
from router.model.rules import Rule
from router.model.schedules import Schedule
from router.model.sources import Source
from router.model.survey import Survey
from router.rules.ruleset import RuleSet

MAX_UNPACKED = 256_000_000


class UnreadableContent(Exception):
    """Stored content that this program cannot read; `db upgrade` or a newer program may."""


class Packed(Struct, frozen=True):
    """What a revision holds. `texts` maps a file's path below its directory to what was written there.

    Revisions that were published before there were alerts, schedules or sources lack them.
    """

    texts: dict[str, bytes]
    journeys: list[JourneyDefinition]
    rules: list[Rule]
    surveys: dict[str, Survey]
    policy: dict[str, Any]
    sha256: str
    alerts: list[AlertRule] = []
    score_shifts: list[ScoreShiftRule] = []
    schedules: list[Schedule] = []
    sources: list[Source] = []


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Packed)


def pack(texts: dict[str, bytes], rules: RuleSet) -> bytes:
    """The content of a revision, compressed."""
    packed = Packed(
        texts=texts,
        journeys=[journey_map.definition for journey_map in rules.maps.values()],
        rules=[entry.rule for entry in rules.index.rules],
        surveys=rules.surveys,
        policy=msgspec.to_builtins(rules.policy),
        sha256=rules.sha256,
        alerts=[entry.rule for entry in rules.alerts.values()],
        score_shifts=list(rules.score_shifts.values()),
        schedules=list(rules.schedules.values()),
        sources=list(rules.sources.values()),
    )
    return zlib.compress(_encoder.encode(packed), 6)


def unpack(content: bytes, revision: int) -> tuple[dict[str, bytes], RuleSet]:
    """The files and the compiled rule set of a revision. Raises UnreadableContent."""
    inflating = zlib.decompressobj()
    try:
        packed = _decoder.decode(inflating.decompress(content, MAX_UNPACKED))
    except (zlib.error, msgspec.DecodeError) as error:
        raise UnreadableContent(f"the content of revision {revision} cannot be read: {error}") from None
    rules = RuleSet(
        packed.journeys,
        packed.rules,
        packed.surveys,
        _policy(packed.policy),
        packed.sha256,
        revision,
        packed.alerts,
        packed.score_shifts,
        packed.schedules,
        packed.sources,
    )
    return packed.texts, rules


def _policy(given: dict[str, Any]) -> Policy:
    """The policy from plain values. A limit's period is a duration or a calendar period: no decoder knows such a type.

    Revisions that were published before there were rate caps, scores, targets, attributes, `never_ask_while`, signals of
    the customer and facts lack them.
    """
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Policy(
        **given
        | lists
        | {
            "limits": tuple(_limit(limit) for limit in given["limits"]),
            "quotas": msgspec.convert(given["quotas"], tuple[Quota, ...]),
            "rate_caps": msgspec.convert(given.get("rate_caps", ()), tuple[RateCap, ...]),
            "scores": msgspec.convert(given.get("scores", {}), ScoreSettings),
            "targets": msgspec.convert(given.get("targets", ()), tuple[Target, ...]),
            "customer_signals": msgspec.convert(given.get("customer_signals", {}), dict[str, CustomerSignal]),
            "never_ask_while": msgspec.convert(given.get("never_ask_while"), NeverAskWhile | None),
            "quiet_hours": msgspec.convert(given["quiet_hours"], QuietHours | None),
            "attributes": {
                field: tuple(values) if isinstance(values, list) else values
                for field, values in given.get("attributes", {}).items()
            },
            "facts": msgspec.convert(given.get("facts", {}), dict[str, Fact]),
            "business_hours": _business_hours(given["business_hours"]),
        }
    )


def _business_hours(given: dict[str, Any] | None) -> Hours | None:
    """Business hours. Revisions that were published before there could be several regions name one, or null."""
    if given is not None and not isinstance(given["holidays"], list | tuple):
        given = given | {"holidays": [given["holidays"]] if given["holidays"] else []}
    return msgspec.convert(given, Hours | None)


def _limit(given: dict[str, Any]) -> Limit:
    per = given["per"]
    return Limit(
        **given
        | {
            "per": per if per.startswith("calendar_") else msgspec.convert(per, timedelta),
            "up_to": msgspec.convert(given["up_to"], timedelta | None),
            "clock": tuple(given["clock"]),
        }
    )
