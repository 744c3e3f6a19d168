"""Signatures of every preset, and whoever is not the sender."""

from datetime import UTC, datetime, timedelta

import pytest

from router.model.webhooks import PRESETS, Stated, Verification
from router.webhooks.signatures import Received, WrongSecret, check_of
from tests.unit.webhooks.signing import NOW, URL, VENDORS, Vendor

EVERY = pytest.mark.parametrize("name", VENDORS)
TIMED = pytest.mark.parametrize("name", [name for name, vendor in VENDORS.items() if vendor.timed])
SIGNING = pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.text])


def received(vendor: Vendor, headers: dict[str, str], body: bytes | None = None, url: str = URL) -> Received:
    headers = {"content-type": vendor.content_type, **headers}
    return Received(headers, vendor.body if body is None else body, url)


def verdict(name: str, request: Received, *secrets: str, now: datetime = NOW) -> str:
    return check_of(PRESETS[name], secrets or (VENDORS[name].secret,))(request, now)


def test_every_preset_is_here() -> None:
    assert set(VENDORS) == set(PRESETS)


@EVERY
def test_what_the_vendor_signed_is_genuine(name: str) -> None:
    vendor = VENDORS[name]
    request = received(vendor, vendor.sign(vendor.secret, vendor.body, NOW))
    assert verdict(name, request) == "genuine"
    # A signature that comes again is the same message again: its id makes it a duplicate later.
    assert verdict(name, request) == "genuine"


@EVERY
def test_while_secrets_are_rotated_both_hold_and_no_third(name: str) -> None:
    vendor = VENDORS[name]
    for secret in (vendor.secret, vendor.other_secret):
        request = received(vendor, vendor.sign(secret, vendor.body, NOW))
        assert verdict(name, request, vendor.secret, vendor.other_secret) == "genuine"
    assert verdict(name, received(vendor, vendor.sign(vendor.other_secret, vendor.body, NOW))) == "forged"


@SIGNING
def test_one_changed_byte_of_the_body_is_forged(name: str) -> None:
    vendor = VENDORS[name]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    for place in range(len(vendor.body)):
        changed = bytearray(vendor.body)
        changed[place] ^= 1
        assert verdict(name, received(vendor, headers, bytes(changed))) == "forged", place


@EVERY
def test_one_changed_letter_of_what_proves_it_is_forged(name: str) -> None:
    vendor = VENDORS[name]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    header = PRESETS[name].header.lower()
    proof = headers[header]
    # In the middle of the signature: the last letter of base64 may say nothing.
    place = len(proof) - len(proof) // 3 if name != "stripe" else proof.index("v1=") + 10
    changed = proof[:place] + ("A" if proof[place] != "A" else "B") + proof[place + 1 :]
    assert verdict(name, received(vendor, {**headers, header: changed})) == "forged"


@EVERY
@pytest.mark.parametrize("proof", ["", "v1,", "=", "v1=,t=", "Basic ", "\x00", "é", "v1," * 5_000, "None"])
def test_what_is_no_signature_is_forged(name: str, proof: str) -> None:
    vendor = VENDORS[name]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    assert verdict(name, received(vendor, {**headers, PRESETS[name].header.lower(): proof})) == "forged"
    assert verdict(name, received(vendor, {})) == "forged"


@TIMED
@pytest.mark.parametrize("minutes", [-10, 10, -5.1, 5.1])
def test_a_time_that_is_not_around_now_is_untimely(name: str, minutes: float) -> None:
    vendor = VENDORS[name]
    request = received(vendor, vendor.sign(vendor.secret, vendor.body, NOW))
    assert verdict(name, request, now=NOW + timedelta(minutes=minutes)) == "untimely"
    assert verdict(name, request, now=NOW + timedelta(minutes=minutes * 0.48)) == "genuine"


@TIMED
def test_a_newer_time_put_on_an_old_signature_is_forged(name: str) -> None:
    vendor, stated = VENDORS[name], PRESETS[name].timestamp
    assert stated is not None
    old, new = (vendor.sign(vendor.secret, vendor.body, at) for at in (NOW - timedelta(hours=1), NOW))
    header = stated.header.lower()
    renewed = old[header].replace(old[header][:12], new[header][:12], 1)
    assert verdict(name, received(vendor, {**old, header: renewed})) == "forged"


@TIMED
@pytest.mark.parametrize("time", ["", "soon", "-5", "1" * 30, "9" * 19, "٣", "1772442900.5"])
def test_a_time_that_is_none_is_never_genuine(name: str, time: str) -> None:
    vendor = VENDORS[name]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    header = (PRESETS[name].timestamp or Stated("")).header.lower()
    told = f"t={time}," + headers[header].partition(",")[2] if name == "stripe" else time
    assert verdict(name, received(vendor, {**headers, header: told})) != "genuine"


@pytest.mark.parametrize("name", ["hubspot", "twilio"])
def test_a_message_for_another_address_is_forged(name: str) -> None:
    vendor = VENDORS[name]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    assert verdict(name, received(vendor, headers, url=URL.replace("7", "8"))) == "forged"


def test_a_form_is_signed_by_its_fields_whatever_their_order_and_coding() -> None:
    vendor = VENDORS["twilio"]
    headers = vendor.sign(vendor.secret, vendor.body, NOW)
    turned = b"Sid=EV1&TaskSid=%57T1&EventType=task.completed"
    assert verdict("twilio", received(vendor, headers, turned)) == "genuine"
    assert verdict("twilio", received(vendor, headers, turned + b"&Sid=EV2")) == "forged"
    assert verdict("twilio", received(vendor, {**headers, "content-type": "application/json"})) == "forged"
    assert verdict("twilio", received(vendor, headers, b"\xff=1")) == "forged"
    assert (
        verdict("twilio", received(vendor, headers, b"&".join(b"a=%d" % n for n in range(2_000)))) == "forged"
    )


VECTORS = {
    # The two of the specification and its libraries.
    "Standard Webhooks, msg_loFOjxBNrRLzqYUf": (
        "standard",
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        {
            "webhook-id": "msg_loFOjxBNrRLzqYUf",
            "webhook-timestamp": "1731705121",
            "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        },
        b'{"event_type":"ping","data":{"success":true}}',
        "",
        1731705121,
    ),
    "Standard Webhooks, several signatures, of two versions": (
        "standard",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,bm9uZQ=="
            " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        b'{"test": 2432232314}',
        "",
        1614265330,
    ),
    "GitHub's documentation": (
        "github",
        "It's a Secret to Everybody",
        {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
        b"Hello, World!",
        "",
        0,
    ),
    "Twilio's documentation": (
        "twilio",
        "12345",
        {
            "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        },
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        0,
    ),
}


@pytest.mark.parametrize(
    ("preset", "secret", "headers", "body", "url", "seconds"), VECTORS.values(), ids=VECTORS
)
def test_published_vectors(
    preset: str, secret: str, headers: dict[str, str], body: bytes, url: str, seconds: int
) -> None:
    check, now = check_of(PRESETS[preset], [secret]), datetime.fromtimestamp(seconds, UTC)
    assert check(Received(headers, body, url), now) == "genuine"
    assert check(Received(headers, body + b" ", url), now) == "forged"


def test_a_way_of_ones_own() -> None:
    """Slack's, with the signature of its documentation."""
    slack = Verification(
        "X-Slack-Signature",
        ("v0:", "timestamp", ":", "body"),
        prefix="v0=",
        timestamp=Stated("X-Slack-Request-Timestamp"),
        tolerance=timedelta(minutes=5),
    )
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        "x-slack-request-timestamp": "1531420618",
    }
    check = check_of(slack, ["8f742231b10e8888abcd99yyyzzz85a5"])
    assert check(Received(headers, body), datetime.fromtimestamp(1531420618, UTC)) == "genuine"


@pytest.mark.parametrize("secret", ["whsec_", "whsec_no base64!", ""])
def test_a_secret_that_cannot_be_a_key_is_told_without_it(secret: str) -> None:
    with pytest.raises(WrongSecret) as refused:
        check_of(PRESETS["standard"], [secret])
    assert "no base64!" not in str(refused.value)
