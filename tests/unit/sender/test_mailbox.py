"""What a mail server can be told of an address, and what is refused before it is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.sender.mailbox import NotAMailbox, mailbox


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" ann@example.org\n", "ann@example.org"),
        ("Ann Bell <Ann@Example.org>", "Ann@example.org"),
        ('"Bell, Ann" <ann@example.org>', "ann@example.org"),
        ('"ann@example.org" <ann@example.org>', "ann@example.org"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@BÜCHER。example.", "info@xn--bcher-kva.example"),
        ("info@XN--BCHER-KVA.example", "info@xn--bcher-kva.example"),
        ('"odd name"@example.org', '"odd name"@example.org'),
        ("sales/eu@example.org", "sales/eu@example.org"),
        ("jürgen@example.org", "jürgen@example.org"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
        ("feedback@localhost", "feedback@localhost"),
        ("\ufeffann@example.org\u202c", "ann@example.org"),
    ],
)
def test_the_mailbox_that_a_text_means(text: str, told: str) -> None:
    assert mailbox(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "@", "petra", "petra@", "@example.org", "a@b@c.example", "petra@example.org, bob@example.org",
        "petra@example.org;bob@example.org", "petra@example.org bob@example.org", "petra smith@example.org",
        "petra@example.org\r\nBcc: x@example.org", "two\nlines@example.org", "petra@exa mple.org", "petra@example..org",
        "petra@.example.org", ".petra@example.org", "petra.@example.org", "a..b@example.org", "petra@-example.org",
        "petra@exam_ple.org\n\nhello", "petra@" + "a" * 64 + ".org", "a" * 65 + "@example.org", "petra@" + "a.b" * 100,
        "<petra@example.org>, <bob@example.org>", "Petra <petra@example.org> <bob@example.org>", "<<petra@example.org>>",
        "bob@example.org <petra@example.org>", 'petra"x@example.org', "petra@exam\x9bple.org", "petra\u202e@example.org",
        "petra@xn--\u202e.org", "petra@[not an ip", "(petra)petra@example.org", "petra@example.org>", "<petra@example.org",
        '"a\nb"@example.org', "petra@bad\ud800.org", "ü" * 33 + "@example.org", "petra@\u2764\ufe0f..example",
    ],
)  # fmt: skip
def test_what_is_not_one_mailbox_is_refused(text: str) -> None:
    with pytest.raises(NotAMailbox) as refused:
        mailbox(text)
    assert "petra" not in str(refused.value)


@given(st.text(max_size=80))
def test_a_mailbox_is_one_line_of_printable_signs_or_nothing(text: str) -> None:
    try:
        found = mailbox(text)
    except NotAMailbox:
        return
    assert found.isprintable()
    assert found.rpartition("@")[2].isascii()
