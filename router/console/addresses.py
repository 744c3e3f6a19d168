"""Addresses that somebody may be sent on to."""


def local(address: str) -> str:
    """An address of this console; the first page where it leads anywhere else."""
    beyond = not address.startswith("/") or address.startswith(("//", "/\\"))
    return "/" if beyond or any(sign < " " or sign == "\x7f" for sign in address) else address
