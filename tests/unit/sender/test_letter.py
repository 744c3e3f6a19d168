"""An invitation as a letter: what stands where, and that no text breaks out of its place."""

from email.message import EmailMessage
from typing import Any

from msgspec.structs import replace

from router.contract.examples import example_invitation
from router.flow.invitation_event import InvitationDue
from router.sender.letter import letter, text_of

URL = "https://example.org/?t={token}&s={score}"


def due(**texts: Any) -> InvitationDue:
    event = example_invitation()
    plain = replace(event.data.survey, subject=None, introduction=None, follow_up=None, question="Well?")
    return replace(event, data=replace(event.data, survey=replace(plain, **texts)))


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def mailed(event: InvitationDue) -> EmailMessage:
    return letter(event, "klant@example.org", URL, "Shop <shop@example.org>")


def test_a_letter_has_introduction_question_scale_and_open_question_in_this_order() -> None:
    event = due(introduction="Hello.", follow_up="And why?")
    for text in (text_of(event, URL), html(mailed(event))):
        places = [text.index(part) for part in ("Hello.", "Well?", "heel weinig moeite", "And why?")]
        assert places == sorted(places)


def test_without_them_a_letter_is_as_it_was() -> None:
    mail = mailed(due())
    assert mail["Subject"] == "Well?"
    assert html(mail).startswith('<html lang="nl"><p>Well?</p><table>')
    assert text_of(due(), None).startswith("Well?\n\n 1 heel weinig moeite")


def test_a_subject_is_one_line_whatever_it_holds() -> None:
    mail = mailed(due(subject="Hi\r\nBcc: all@example.org\x00"))
    assert mail["Subject"] == "Hi Bcc: all@example.org"
    assert mail["Bcc"] is None


def test_no_text_is_markup() -> None:
    evil = "<script>alert(1)</script>&\n<b>"
    body = html(mailed(due(introduction=evil, question=evil, follow_up=evil)))
    assert "<script" not in body
    assert body.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") == 3
