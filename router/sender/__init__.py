"""A reference survey sender, small enough to copy from: it reads invitations, sends them and reports the deliveries."""

from router.sender.mailbox import NotAMailbox
from router.sender.outlets import Directory, Outlet, Smtp
from router.sender.sender import Sender

__all__ = ["Directory", "NotAMailbox", "Outlet", "Sender", "Smtp"]
