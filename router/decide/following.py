"""What may follow an invitation that was released: reminders, and a fallback on another channel."""

from datetime import datetime
from uuid import UUID, uuid5

from msgspec.structs import replace

from router.model.customer import Invitation
from router.model.interaction import Interaction
from router.model.invitation_states import RESPOND_WITHIN
from router.model.rules import Rule


def rule_of(invitation: Invitation, rule: Rule) -> Rule | None:
    """The rule as it holds for an invitation or what follows it, its channels those to try; None: it asks no more."""
    if invitation.kind == "invitation":
        return rule
    if invitation.kind == "fallback":
        return replace(rule, channels=_untried(invitation, rule))
    if rule.reminder is None or invitation.number > rule.reminder.max:
        return None
    same = (invitation.channel,) if invitation.channel else ()
    return replace(rule, channels=rule.reminder.channels or same)


def released(invitation: Invitation, rule: Rule, channel: str | None, at: datetime) -> Invitation:
    """The invitation once it may go out on a channel. What a fallback would need is kept."""
    found = invitation.interaction
    address, also_known = sent_to(found, channel)
    respond_by = invitation.respond_by if invitation.kind == "reminder" else at + RESPOND_WITHIN
    keep = invitation.kind != "reminder" and len(rule.channels) > 1
    return replace(
        invitation,
        state="queued",
        at=at,
        due_at=invitation.due_at or (None if at == invitation.at else invitation.at),
        channel=channel,
        address=address,
        also_known=also_known,
        respond_by=respond_by,
        interaction=found if keep else None,
        facts=invitation.facts if keep else {},
    )


def sent_to(found: Interaction | None, channel: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The hash of the address that an interaction brought for a channel, and what that is known by besides."""
    known = found.known_by(channel) if found and channel else ()
    return (known[0], known[1:]) if known else (None, ())


def reminder_after(invitation: Invitation, before: Invitation, rule: Rule) -> Invitation | None:
    """The reminder that follows a released invitation, as `before` it was released it was planned; None: none."""
    number = invitation.number + 1
    if rule.reminder is None or number > rule.reminder.max:
        return None
    ends = [moment for moment in (invitation.expires_at, invitation.respond_by) if moment is not None]
    at = invitation.at + rule.reminder.after
    if any(at >= moment for moment in ends):
        return None
    return replace(
        before,
        id=follower_id(invitation, "reminder"),
        state="planned",
        kind="reminder",
        number=number,
        root=invitation.root_id,
        channel=invitation.channel,
        at=at,
        expires_at=min(ends) if ends else None,
        respond_by=invitation.respond_by,
        slot=None,
        due_at=None,
    )


def fallback_after(bounced: Invitation, rule: Rule, now: datetime) -> Invitation | None:
    """The invitation on the next channel after one that could not be reached; None: there is no other."""
    if bounced.kind == "reminder" or bounced.interaction is None or bounced.channel is None:
        return None
    tried = (*bounced.tried, bounced.channel)
    if set(rule.channels) <= set(tried):
        return None
    return replace(
        bounced,
        id=follower_id(bounced, "fallback"),
        state="planned",
        kind="fallback",
        root=bounced.root_id,
        number=0,
        channel=None,
        at=now,
        tried=tried,
        delivered_at=None,
        respond_by=None,
        address=None,
        also_known=(),
        slot=None,
        due_at=bounced.due_at or bounced.at,
    )


def follower_id(invitation: Invitation, kind: str) -> str:
    """The id of what follows an invitation: UUIDv5 of its kind in the namespace of the invitation's id."""
    return str(uuid5(UUID(invitation.id), kind))


def may_be_followed(invitation: Invitation, rule: Rule) -> bool:
    """Whether a reminder or a fallback may come after, which needs the address then."""
    if invitation.kind == "reminder":
        return rule.reminder is not None and invitation.number < rule.reminder.max
    return rule.reminder is not None or len(rule.channels) > 1


def _untried(invitation: Invitation, rule: Rule) -> tuple[str, ...]:
    return tuple(channel for channel in rule.channels if channel not in invitation.tried)
