"""Due invitations out: lease, check again, render, publish, settle."""

from router.dispatch.relay import Message, Passed, Relay, Sender

__all__ = ["Message", "Passed", "Relay", "Sender"]
