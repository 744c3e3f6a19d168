"""Signs that a text from outside may hold and a terminal must not be given.

Controls (C0, DEL, C1), format signs that turn the direction of what follows, line ends of other alphabets, what is not
assigned: everything that `str.isprintable` says no to.
"""

from datetime import datetime


def printable(value: object) -> str:
    """A value as text that cannot play tricks with a terminal; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}Z"
    return escaped(str(value))


def escaped(text: str, keep: str = "") -> str:
    r"""The text with each such sign as its escape, `\x9b` or `\u202e`, but for those in `keep`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in keep else repr(sign)[1:-1] for sign in text)


def escaped_json(encoded: bytes) -> bytes:
    r"""JSON text of the same value, with each such sign within its strings as JSON writes it: `\u009b`."""
    if encoded.isascii() and b"\x7f" not in encoded:
        # The others of ASCII are escaped already, but for line ends between values.
        return encoded
    text = []
    for sign in encoded.decode():
        if sign.isprintable() or sign == "\n":
            text.append(sign)
            continue
        # JSON writes signs beyond the first 65,536 as two units of UTF-16.
        units = sign.encode("utf-16-be", "surrogatepass")
        text += [f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)]
    return "".join(text).encode()
