"""The mailbox that an address means, as a mail server accepts it."""

import re
from typing import Final

import idna

from router.model.addresses import bare

_NAMED: Final = re.compile(r"([^<>]*)<([^<>]*)>")
_LOCAL: Final = re.compile(r"(?!\.)(?!.*\.\.)[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+(?<!\.)")
_QUOTED_LOCAL: Final = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])+"')
_HOST: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_LITERAL: Final = re.compile(r"\[[0-9A-Za-z:.]+\]")
_LONGEST_LOCAL, _LONGEST_HOST = 64, 253


class NotAMailbox(ValueError):
    """No mail can be sent to this. The text says why, and does not hold the address."""


def mailbox(text: str) -> str:
    """The one mailbox that a text means, its domain as mail servers know it. Raises `NotAMailbox`.

    The local part stays as it is written; where it is not ASCII, only some servers take it.
    """
    address = bare(text)
    named = _NAMED.fullmatch(address)
    if named:
        name, address = named[1].strip(' "'), named[2].strip()
        # "a@x.org <b@x.org>": which of the two was meant, nobody can say.
        if "@" in name and name != address:
            raise NotAMailbox("this is not one mail address")
    local, at, domain = address.rpartition("@")
    if not at:
        raise NotAMailbox("this is not a mail address")
    if not (_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)) or not local.isprintable():
        raise NotAMailbox("this is not one mail address")
    if len(local.encode()) > _LONGEST_LOCAL:
        raise NotAMailbox("the part before the @ is too long")
    return f"{local}@{_host(domain)}"


def _host(domain: str) -> str:
    """A domain in ASCII."""
    if _LITERAL.fullmatch(domain):
        return domain
    try:
        host = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise NotAMailbox("the domain of the address is not valid") from None
    host = host.removesuffix(".")
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise NotAMailbox("the domain of the address is not valid")
    return host
