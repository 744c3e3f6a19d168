"""The reference sender and mail servers: addresses, refusals, encryption."""

from typing import Any

import pytest
from msgspec.structs import replace

from router.contract.examples import example_invitation
from router.flow.invitation_event import InvitationDue
from router.sender import Smtp
from router.sender.outlets import Unreachable
from tests.running.smtp_server import mail_server


async def test_a_password_is_not_sent_without_encryption() -> None:
    async with mail_server() as server:
        outlet = Smtp("127.0.0.1", server.port, "feedback@example.org", "user", "secret")
        with pytest.raises(Unreachable, match="no encryption"):
            await outlet.send(example_invitation(), None)
    assert not server.tried


def invitation(recipient: str, **given: Any) -> InvitationDue:
    event = example_invitation()
    return replace(event, data=replace(event.data, recipient=recipient, **given))


@pytest.mark.parametrize(
    ("recipient", "mailbox"),
    [
        ("plain@example.org", "plain@example.org"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("x@ПРИМЕР。рф.", "x@xn--e1afmkfd.xn--p1ai"),
        ("Ann Bell <ann@example.org>", "ann@example.org"),
        ("sales/eu@example.org", "sales/eu@example.org"),
        ('"odd name"@example.org', '"odd name"@example.org'),
        ("  ann@example.org\r\n", "ann@example.org"),
    ],
)
async def test_a_mail_goes_to_the_one_mailbox_that_is_meant(recipient: str, mailbox: str) -> None:
    async with mail_server() as server:
        outlet = Smtp("127.0.0.1", server.port, "Feedback <feedback@bücher.example>")
        delivery = await outlet.send(invitation(recipient), None)
    assert delivery.statuses == ("accepted", "delivered")
    assert server.taken == {mailbox: 1}
    (mail,) = server.mails
    assert f"To: {mailbox}\r\n".encode() in mail
    assert b"From: Feedback <feedback@xn--bcher-kva.example>" in mail
    assert not any(line.lower().startswith((b"bcc:", b"cc:")) for line in mail.splitlines())


@pytest.mark.parametrize(
    "recipient",
    [
        "jürgen@example.org", "a@b@c.example", "ann@example.org, bob@example.org", "ann@example.org;bob@example.org",
        "ann@example.org\r\nBcc: x@example.org", "not-an-address", "ann@-.example", "", "ann@" + "a" * 300,
        "Ann <ann@example.org>, <bob@example.org>", "ann smith@example.org",
    ],
)  # fmt: skip
async def test_an_address_that_no_mail_server_could_take_has_failed(recipient: str) -> None:
    async with mail_server() as server:
        delivery = await Smtp("127.0.0.1", server.port, "feedback@example.org").send(
            invitation(recipient), None
        )
    assert delivery.statuses == ("failed",)
    assert not server.taken
    assert "@" not in (delivery.detail or "@")


async def test_a_mail_server_that_knows_all_letters_is_given_them() -> None:
    async with mail_server(smtputf8=True) as server:
        delivery = await Smtp("127.0.0.1", server.port, "feedback@example.org").send(
            invitation("jürgen@bücher.example"), None
        )
    assert delivery.statuses == ("accepted", "delivered")
    assert server.taken == {"jürgen@xn--bcher-kva.example": 1}


async def test_a_from_address_that_is_refused_is_no_fault_of_the_customer() -> None:
    async with mail_server() as server:
        with pytest.raises(Unreachable, match="ROUTER_SENDER__ADDRESS"):
            await Smtp("127.0.0.1", server.port, "refused@example.org").send(
                invitation("a@example.org"), None
            )


async def test_the_word_of_a_mail_server_is_told_without_the_address() -> None:
    async with mail_server() as server:
        delivery = await Smtp("127.0.0.1", server.port, "feedback@example.org").send(
            invitation("hard@example.org"), None
        )
    assert delivery.statuses == ("accepted", "hard_bounced")
    assert delivery.detail == "550 (address) no such mailbox"


async def test_a_question_of_several_lines_is_one_line_in_the_subject() -> None:
    event = invitation("a@example.org")
    survey = replace(
        event.data.survey, subject=None, question="First line\r\nBcc: x@example.org\nlast\x00 line\u2028end"
    )
    async with mail_server() as server:
        delivery = await Smtp("127.0.0.1", server.port, "feedback@example.org").send(
            replace(event, data=replace(event.data, survey=survey)), None
        )
    assert delivery.statuses == ("accepted", "delivered")
    assert server.taken == {"a@example.org": 1}
    assert b"Subject: First line Bcc: x@example.org last line end\r\n" in server.mails[0]
