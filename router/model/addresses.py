"""Addresses: which spellings mean the same one.

Whoever writes an address down has a spelling: capitals, blanks, a name before it, a domain in letters or in
punycode, `00` for `+`. `forms` brings the spellings of one address together. What is case-sensitive by nature
(a push token, the path of a URL) is left as it is.
"""

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import idna

from router.model.preferences import channel_name

_MAIL_CHANNELS: Final = frozenset({"email", "e-mail", "e_mail", "mail"})
_PHONE_CHANNELS: Final = frozenset(
    (
        "sms",
        "mms",
        "rcs",
        "phone",
        "telephone",
        "mobile",
        "call",
        "voice",
        "ivr",
        "fax",
        "whatsapp",
        "signal",
        "viber",
    )
)
_PLAIN_MAIL: Final = re.compile(r"(?!')[a-z0-9!#$%&'*+/=?^_{|}~.-]+@(?:(?!xn--)[a-z0-9_-]+\.)+[a-z0-9]+")
_MAIL_SHAPE: Final = re.compile(r"[^\s@:/?#<>,;]+@[^\s@:/?#<>,;]+\.[^\W\d_][\w-]*\.?")
_TOKEN: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s,;"])+|"')
_ANGLE: Final = re.compile(r"<([^<>]*)>")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ATOMS: Final = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]+")
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
_PHONE_SCHEME: Final = re.compile(r"(?:tel|sms|smsto|callto|whatsapp):", re.IGNORECASE)
_PHONE_SHAPE: Final = re.compile(r"[\s(]*\+?[\d\s().\-/\u2010-\u2015\u2212]+")
_COMMENT: Final = re.compile(r"\((?:[^()\\]|\\.)*\)")
_ROUTE: Final = re.compile(r"@[^\s@:]+(?:,@[^\s@:]+)*:")
_MAIL_SCHEME: Final = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)
_ALONE: Final = re.compile(r"[^\s@:;,<>()\[\]\"\\]+@[^\s@:;,<>()\[\]\"\\]+")
_AROUND: Final = " \t;,<>[]'\"`\\"
_NUMBER_IN_WORDS: Final = re.compile(
    r"[^\d+(]*(\+?[\s(]*\d[\d\s().\-/\u2010-\u2015\u2212]*?)\s*(?:(?:\s[^\W\d]|ext|x|#|\?|\([^\d)]).*)?",
    re.IGNORECASE,
)
_TRUNK: Final = re.compile(r"\(\s*0\s*\)")
_TRUNK_STAYS: Final = re.compile(r"[\s(]*\+(?:39|378)")
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
_OWN_PORT: Final = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}
_SHORTEST_NUMBER: Final = 5
# Ignorable signs that are no format characters: fillers, joiners, variation selectors.
_UNSEEN: Final = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)))
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))  # fmt: skip


def forms(channel: str, text: str) -> tuple[str, ...]:
    """The normal form of an address on a channel; after it others by which it may be known.

    Two spellings that surely mean the same have the same normal form. The others err on the side of knowing it
    again: each of several addresses in one field, and the form that earlier versions used.
    """
    earlier = text.strip().lower()
    name, seen = channel_name(channel), _seen(text)
    # A channel of any other name may carry mail or calls too: then the address itself tells.
    if name in _MAIL_CHANNELS or _MAIL_SHAPE.fullmatch(seen):
        if _PLAIN_MAIL.fullmatch(earlier):
            return (earlier,)
        known_by = _mail_forms(seen)
    elif name in _PHONE_CHANNELS or seen.startswith("+"):
        known_by = _phone_forms(seen) or [_exact(text)]
    else:
        known_by = [_exact(text)]
    return tuple(dict.fromkeys((*known_by, earlier)))


def _seen(text: str) -> str:
    """The text without what nobody sees, in compatible signs; every blank and control is one blank."""
    if text.isascii() and text.isprintable():
        return text.strip()
    seen = "".join(sign for sign in text if sign not in _UNSEEN and unicodedata.category(sign) != "Cf")
    normal = unicodedata.normalize("NFKC", seen)
    return "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in normal).strip()


def bare(text: str) -> str:
    """The text without blanks and unseen signs around it."""
    first, last = 0, len(text)
    while first < last and unicodedata.category(text[first])[0] in "CZ":
        first += 1
    while last > first and unicodedata.category(text[last - 1])[0] in "CZ":
        last -= 1
    return text[first:last]


def _folded(text: str) -> str:
    """The text whatever its capitals. Once is not enough for a few signs, and nothing needs more than four times."""
    for _ in range(4):
        text = unicodedata.normalize("NFKC", text.upper().casefold())
    return text


def _mail_forms(seen: str) -> list[str]:
    mails = list(dict.fromkeys(_mail_form(mail) for mail in _mail_texts(seen)))
    whole = _folded(" ".join(seen.split()))
    alone = _alone(seen)
    if alone is not None:
        mails = [_mail_form(alone), *mails, whole]
    elif not mails:
        return [whole]
    elif len(mails) > 1:
        # Several in one field, in whatever order, are one address of their own, and each is known again by itself.
        mails = [",".join(sorted(mails)), *mails]
    elif _ANGLE.search(seen) is None and _TOKEN.fullmatch(seen) is None:
        # A stray word beside the address may be a part of it: the field is not surely that one address.
        mails = [whole, *mails]
    # Earlier versions knew a domain by its letters, not by its punycode.
    in_letters = []
    for local, _, domain in (mail.rpartition("@") for mail in mails if "xn--" in mail):
        in_letters.append(f"{local}@{'.'.join(map(_in_letters, domain.split('.')))}")
    return [*mails, *in_letters]


def _alone(seen: str) -> str | None:
    """The one address of a field, without comments, a route and signs around it; None where it is not that simple."""
    text = seen
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    text = text.strip(_AROUND)
    if scheme := _MAIL_SCHEME.match(text):
        text = unquote(text[scheme.end() :].partition("?")[0]).strip(_AROUND)
    text = _ROUTE.sub("", text, count=1) if text.startswith("@") else text
    text = "@".join(part.strip() for part in text.split("@"))
    return text if _ALONE.fullmatch(text) else None


def _mail_texts(seen: str) -> list[str]:
    """The parts of a field that may be addresses: within angles, else each word with an @."""
    angled = [inner.strip() for inner in _ANGLE.findall(seen)]
    rest = _ANGLE.sub(" ", seen)
    if angled:
        rest = _QUOTED.sub(" ", rest)
    words = [word for word in _TOKEN.findall(rest) if "@" in word]
    # A mailto link may bring a subject behind a question mark.
    return [
        mail.partition("?")[0] if mail.lower().startswith("mailto:") else mail
        for mail in (*angled, *words)
        if mail
    ]


def _mail_form(address: str) -> str:
    if address[:7].lower() == "mailto:":
        address = address[7:]
    local, at, domain = address.rpartition("@")
    if not at:
        return _folded(address)
    # "ann"@example.org is ann@example.org: quotes are needed only around signs that no atom may hold.
    quoted = _QUOTED.fullmatch(local)
    if quoted:
        plain = re.sub(r"\\(.)", r"\1", quoted[1])
        local = plain if _ATOMS.fullmatch(plain) else local
    return f"{_folded(local)}@{_domain_form(domain)}"


@lru_cache(4096)
def _domain_form(domain: str) -> str:
    """The labels of a domain in lower case and punycode. Never refuses: what can be no domain has a form too."""
    labels = _DOTS.split(domain.strip())
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    in_letters = [_in_letters(label.lower()) for label in labels]
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in in_letters
    )


def _in_letters(label: str) -> str:
    if label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return label
    with suppress(idna.IDNAError, UnicodeError):
        label = idna.uts46_remap(label, std3_rules=False, transitional=False)
    return _folded(_seen(label))


def _phone_forms(seen: str) -> list[str]:
    """The number in digits, with + where its country is given; empty where it is not a number."""
    # Arabic, Devanagari and other digits are digits of the same number.
    plain = "".join(
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign for sign in seen
    )
    plain = _PHONE_SCHEME.sub("", plain)
    numbers = [number for number in map(_number, re.split("[,;]", plain)) if number]
    if not numbers and (within := _NUMBER_IN_WORDS.fullmatch(plain)) and (number := _number(within[1])):
        numbers = [number]
    if not numbers:
        return []
    known_by = list(dict.fromkeys(numbers))
    if len(known_by) > 1:
        known_by = [",".join(sorted(known_by)), *known_by]
    # Without its + a number with a country looks like one without.
    known_by += [
        number.removeprefix("+") if number.startswith("+") else f"+{number}"
        for number in numbers
        if number[0] != "0"
    ]
    return known_by


def _number(text: str) -> str | None:
    if not _PHONE_SHAPE.fullmatch(text):
        return None
    text = re.sub(r"^[\s(]*00", "+", text)
    abroad = "+" in text
    # +44 (0)20 …: the trunk 0 is dialled within the country only, but in Italy and San Marino it belongs to the number.
    if abroad:
        text = _TRUNK.sub("0" if _TRUNK_STAYS.match(text) else "", text)
    digits = re.sub(r"\D", "", text)
    if len(digits) < _SHORTEST_NUMBER:
        return None
    return f"+{digits}" if abroad else digits


def _exact(text: str) -> str:
    """A text whose capitals mean something, marked so that it is never taken for one where they do not."""
    exact = bare(unicodedata.normalize("NFC", text))
    url = _URL.fullmatch(exact)
    if url is None:
        return f"={exact}"
    # Of a URL only scheme and host do not tell capitals apart.
    scheme, (user, at, host), path = url[1].lower(), url[2].rpartition("@"), url[3]
    host = _domain_form(host.removesuffix(_OWN_PORT.get(scheme, ":")))
    return f"={scheme}://{user}{at}{host}{path if path.startswith('/') else f'/{path}'}"
