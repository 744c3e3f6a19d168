"""Signs that a text from outside may hold and a terminal must not be given.

Controls (C0, DEL, C1), format signs that turn the direction of what follows, line ends of other alphabets, what is not
assigned: everything that `str.isprintable` says no to.
"""


def escaped(text: str, keep: str = "") -> str:
    r"""The text with each such sign as its escape, `\x9b` or `\u202e`, but for those in `keep`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in keep else _escape(sign) for sign in text)


def escaped_json(encoded: bytes) -> bytes:
    r"""JSON text of the same value, with each such sign within its strings as JSON writes it: `\u009b`."""
    if encoded.isascii() and b"\x7f" not in encoded:
        # The others of ASCII are escaped already, but for line ends between values.
        return encoded
    text = encoded.decode()
    return "".join(
        sign if sign.isprintable() or sign == "\n" else _json_escape(sign) for sign in text
    ).encode()


def _escape(sign: str) -> str:
    return repr(sign)[1:-1]


def _json_escape(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
