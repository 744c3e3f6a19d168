"""The spellings of an address: which mean the same one, and which do not."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.model.addresses import forms

FULL_WIDTH = "".join(chr(ord(sign) + 0xFEE0) for sign in "ann@example.org")
SAME = [
    ("email", "ann@example.org", "Ann@Example.org", "ANN@EXAMPLE.ORG", " ann@example.org\n", "ann@example.org."),
    ("email", "ann@example.org", "Ann <ann@example.org>", '"Bell, Ann" <ann@example.org>', "<ANN@example.org>"),
    ("email", "ann@example.org", '"ann"@example.org', "mailto:ann@example.org?subject=hi", "MAILTO:Ann@example.org"),
    ("email", "ann@example.org", "\ufeffann@example.org", "ann\u200b@example.org", "\u202aann@example.org\u202c"),
    ("email", "ann@example.org", FULL_WIDTH, "ann@example。org", "ann@example｡org", "ann@exam\u00adple.org"),
    ("email", "ann@example.org", "ann(work)@example.org", "(a (b) c) ann@example.org", "ann@example.org (Ann Bell)"),
    ("email", "ann@example.org", "<@relay.example,@b.example:ann@example.org>", "@relay.example:ann@example.org"),
    ("email", "ann@example.org", "ann @ example.org", "'ann@example.org'", "[ann@example.org]", "ann@example.org;", "ann@example.org>"),
    ("email", "ann@example.org", "SMTP:Ann@example.org", "mailto:ann%40example.org", "mailto:<ann@example.org>", "ann@example.org\\"),
    ("email", "x@💩.la", "X@xn--ls8h.la", "(x) x@💩.LA"),
    ("email", "sales/eu@example.org", "Sales/EU@example.org", "SALES/eu@EXAMPLE.ORG"),
    ("email", "x@bücher.example", "x@xn--bcher-kva.example", "X@XN--BCHER-KVA.EXAMPLE", "x@BÜCHER.example.",
     "x@bu\u0308cher.example", "x@BU\u0308CHER。example"),
    ("email", "x@пример.рф", "x@ПРИМЕР.РФ", "x@xn--e1afmkfd.xn--p1ai", "X <x@пример.рф>"),
    ("email", "x@i❤.example", "x@I❤\ufe0f.example", "x@xn--i-7iq.example"),
    ("email", "groß@example.org", "GROSS@EXAMPLE.ORG", "groSS@example.org"),
    ("email", "jürgen@example.org", "JÜRGEN@example.org", "ju\u0308rgen@example.org"),
    ("email", "\u0131lgaz@example.org", "ILGAZ@example.org"),
    ("email", "a@b@c.example", "A@B@C.Example", " a@b@c.example"),
    ("email", "a@x.example, b@y.example", "B@Y.example;a@x.example", "b@y.example a@x.example"),
    ("email", "not an address", "Not  An\tAddress"),
    ("newsletter", "ann@example.org", "Ann@Example.Org"),
    ("sms", "+31612345678", "+31 6 1234-5678", "0031612345678", "tel:+31-6-12345678", "+31 (0)6 12345678",
     "(+31) 6 12 34 56 78", "\uff10\uff10\uff13\uff11 6 12345678", "+٣١٦١٢٣٤٥٦٧٨", "\u202a+31612345678\u202c", "(0031) 612345678"),
    ("sms", "+31612345678", "+31 6 12345678 (mobile)", "mob: +31612345678", "+31612345678 ext. 12", "+31612345678x12",
     "sms:+31612345678?body=x", "+31612345678#12", "+31612345678 toestel 12", "tel:+31612345678;ext=12"),
    ("sms", "+39061234567", "+39 (0)6 1234567", "0039 06 1234567"),
    ("phone", "0612345678", "06-12 34 56 78", "(06) 12345678", "06/12345678"),
    ("push", "https://push.example/a/Bc?d=E", "HTTPS://PUSH.Example:443/a/Bc?d=E", " https://push.example/a/Bc?d=E "),
    ("push", "https://push.example", "https://push.example/"),
    ("push", "fT-x/Ab+c=", "fT-x/Ab+c=\n", "\ufefffT-x/Ab+c="),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SAME, ids=lambda row: row[1])
def test_spellings_of_one_address_have_one_form(spellings: tuple[str, ...]) -> None:
    channel, *texts = spellings
    assert len({forms(channel, text)[0] for text in texts}) == 1


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        ("push", "fTxAb", "ftxab"),
        ("push", "ftxab", "fTxAb"),
        ("push", "https://push.example/a/Bc", "https://push.example/a/bc"),
        ("push", "a/b@example.org", "A/b@example.org"),
        ("app", "Token", "token"),
        ("email", "ann@example.org", "anna@example.org"),
        ("email", "ann@example.org", "ann@example.com"),
        ("email", "a@b@c.example", "a@c.example"),
        ("sms", "+31612345678", "0612345678"),
        ("sms", "+31612345678", "+31612345679"),
        ("sms", "+31612345678", "account 31612345678901 of 2026"),
        ("email", "ann@example.org", "ann(a)b@example.org"),
        ("email", "ann@example.org", "ann@relay.example:example.org"),
    ],
)
def test_what_is_another_address_is_not_known_by_the_first_one(channel: str, one: str, other: str) -> None:
    assert forms(channel, one)[0] not in forms(channel, other)


@pytest.mark.parametrize(
    ("channel", "stored", "now"),
    [
        ("email", "a@x.example", "a@x.example, b@y.example"),
        ("email", "a@x.example", "Ann <A@X.example>; Bob <b@y.example>"),
        ("email", "a@x.example", "ann a@x.example"),
        ("email", "b@y.example", '"a@x.example" <b@y.example>'),
        ("email", "a@x.example", "a@x.example\r\nBcc: b@y.example"),
        ("sms", "+31612345678", "31612345678"),
        ("sms", "31612345678", "+31612345678"),
        ("sms", "+31612345678", "0612345678, +31612345678"),
    ],
)
def test_an_address_is_known_again_among_others_and_without_its_plus(
    channel: str, stored: str, now: str
) -> None:
    assert forms(channel, stored)[0] in forms(channel, now)


_SPELT = st.sampled_from(SAME).flatmap(lambda row: st.tuples(st.just(row[0]), st.sampled_from(row[1:])))


@given(st.one_of(_SPELT, st.tuples(st.sampled_from(["email", "sms", "push", ""]), st.text(max_size=80))))
@example(("email", "ann@xn--\udfff.example"))
@example(("email", "x@xn--999999999999.example"))
def test_what_was_stored_under_the_form_of_earlier_versions_is_still_known(one: tuple[str, str]) -> None:
    channel, text = one
    assert text.strip().lower() in forms(channel, text)


@given(st.text(max_size=60), st.sampled_from(["b.example", "bücher.example", "x--y", "ex ample", ""]))
@example("'0", "b.example")
def test_capitals_never_make_another_mail_address(local: str, domain: str) -> None:
    text = f"{local}@{domain}"
    known = forms("email", text)[0]
    for spelt in (text.upper(), text.swapcase(), f"  {text}\u200b\n", unicodedata.normalize("NFD", text)):
        if "ß" not in domain:
            assert forms("email", spelt)[0] == known
