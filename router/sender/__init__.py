"""A reference survey sender, small enough to copy from: it takes invitations, sends them and tells what became of them."""

from router.sender.mailbox import NotAMailbox
from router.sender.outlets import Directory, Outlet, Smtp
from router.sender.sender import Sender

__all__ = ["Directory", "NotAMailbox", "Outlet", "Sender", "Smtp"]
