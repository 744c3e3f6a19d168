"""An invitation as a letter: introduction, question, the scale as links, the open question, when it ends."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape
from urllib.parse import quote

from router.flow.invitation_event import InvitationDue
from router.model.spelling import one_line
from router.sender.mailbox import mailbox


def letter(event: InvitationDue, to: str, answer_url: str | None, sender: str) -> EmailMessage:
    """A mail in plain text and HTML to a mailbox. Raises `NotAMailbox` for a sender that is not a mail address.

    `answer_url` holds `{token}` and `{score}`; None: the letter has no links.
    """
    survey = event.data.survey
    mail = EmailMessage()
    local, _, domain = mailbox(sender).rpartition("@")
    mail["From"] = Address(one_line(parseaddr(sender)[0]), local.strip('"'), domain)
    mail["To"], mail["Subject"] = to, one_line(survey.subject or survey.question)
    # The same on every try, so that a mail program shows a repeat as one mail.
    mail["Message-ID"] = f"<{event.id}@feedback-router>"
    # Keeps holiday replies away (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = survey.locale
    mail.set_content(text_of(event, answer_url))
    mail.add_alternative(_html(event, answer_url), subtype="html")
    return mail


def text_of(event: InvitationDue, answer_url: str | None) -> str:
    """The letter as plain text."""
    survey = event.data.survey
    lines = [survey.introduction, ""] if survey.introduction else []
    lines += [survey.question, ""]
    for score, label in _answers(event):
        link = f"  {_link(event, answer_url, score)}" if answer_url else ""
        lines.append(f"{score:>2} {label}".rstrip() + link)
    if survey.follow_up:
        lines += ["", survey.follow_up]
    return "\n".join([*lines, "", f"{event.data.respond_by:%Y-%m-%d %H:%M} UTC", ""])


def _html(event: InvitationDue, answer_url: str | None) -> str:
    survey = event.data.survey
    cells = []
    for score, label in _answers(event):
        shown = f"<b>{score}</b> {escape(label)}"
        link = escape(_link(event, answer_url, score)) if answer_url else None
        cells.append(f'<td><a href="{link}">{shown}</a></td>' if link else f"<td>{shown}</td>")
    # An introduction may have lines of its own.
    before = (
        f"<p>{'<br>'.join(map(escape, survey.introduction.splitlines()))}</p>" if survey.introduction else ""
    )
    after = f"<p>{escape(survey.follow_up)}</p>" if survey.follow_up else ""
    return (
        f'<html lang="{escape(survey.locale)}">{before}<p>{escape(survey.question)}</p>'
        f"<table><tr>{''.join(cells)}</tr></table>{after}</html>"
    )


def _answers(event: InvitationDue) -> list[tuple[int, str]]:
    """Every answer of the scale; the ends have labels."""
    survey = event.data.survey
    low, high = survey.scale
    ends = {low: survey.low, high: survey.high}
    return [(score, ends.get(score, "")) for score in range(low, high + 1)]


def _link(event: InvitationDue, answer_url: str | None, score: int) -> str:
    token = quote(event.data.response_token or "", safe="")
    return (answer_url or "").replace("{token}", token).replace("{score}", str(score))
