"""Due invitations out: lease, check again, render, publish, settle."""

from router.dispatch.messages import Message, TooLarge
from router.dispatch.relay import Passed, Relay, Sender

__all__ = ["Message", "Passed", "Relay", "Sender", "TooLarge"]
