"""Signatures under hostile input: nothing that was not signed is ever genuine, and nothing raises."""

import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from router.model.webhooks import PRESETS, Stated, Verification
from router.webhooks.signatures import Received, check_of

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
HEADERS = sorted({name for preset in PRESETS.values() for name in preset.headers} | {"content-type"})
CHECKS = [check_of(preset, ["c2VjcmV0LW9mLWEtdGVzdA=="]) for preset in PRESETS.values()]
# Headers are bytes, read as Latin-1.
VALUES = st.text(st.characters(max_codepoint=255), max_size=80) | st.sampled_from(
    [
        "v1,",
        "t=1772442900,v1=",
        "t=,v1=,v1=00",
        "sha1=",
        "sha256=zz",
        "Bearer ",
        "Basic ",
        "Basic Og==",
        "1" * 25,
        "application/x-www-form-urlencoded",
        "0001-01-01T00:00:00+23:59",
        "v1,AA== " * 40,
        "t=" * 500,
    ]
)


@given(st.dictionaries(st.sampled_from(HEADERS), VALUES), st.binary(max_size=200), st.text(max_size=40))
def test_nothing_that_was_not_signed_is_genuine(headers: dict[str, str], body: bytes, url: str) -> None:
    request = Received(headers, body, url)
    assert {check(request, NOW) for check in CHECKS} == {"forged"}


@given(VALUES, st.sampled_from(["s", "ms", "iso"]))
def test_a_time_of_any_kind_that_was_signed_is_at_most_untimely(time: str, unit: str) -> None:
    """Whoever has the key may write any time: it is around now, or it is refused."""
    stated = Stated("x-time", unit=unit)  # type: ignore[arg-type]
    way = Verification("x-sign", ("timestamp", "body"), timestamp=stated, tolerance=timedelta(minutes=5))
    proof = hmac.new(b"key", time.strip().encode("latin-1") + b"body", "sha256").hexdigest()
    verdict = check_of(way, ["key"])(Received({"x-time": time, "x-sign": proof}, b"body"), NOW)
    assert verdict == ("untimely" if time.strip() else "forged")
