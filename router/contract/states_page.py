"""The page of the states of an invitation, made from the machine itself."""

from typing import Final

from router.model.invitation_states import (
    ASKED,
    FINAL_STATES,
    INVITATION_STATES,
    TRANSITIONS,
    InvitationState,
)

_HEAD: Final = """\
<!-- Made by `python -m router.contract`; edit router/contract, not this file. -->

# The states of an invitation

![The states of an invitation](../img/invitation-states.svg)

The machine is closed: a trigger that is not in the table changes nothing. Progress never goes back, so reports may come in any
order, twice, or late. Every invitation ends in exactly one final state. Reminders and fallbacks have a life of their own
in the same states.

| State | Means |
|---|---|
"""
_MEANINGS: Final[dict[InvitationState, str]] = {
    "planned": "waits for its due time; checked again then",
    "queued": "passed its check and is being published",
    "sent": "published: the survey sender has it",
    "accepted": "the sender has taken it up",
    "delivered": "it reached the customer",
    "opened": "the customer opened it",
    "clicked": "the customer followed its link",
    "started": "the customer began to answer",
    "answered": "**final**: the customer answered in time",
    "unanswered": "**final**: nobody answered; set two days after `respond_by`",
    "withdrawn": "**final**: taken back from the sender before it was delivered; still counts towards limits",
    "bounced": "**final**: it could not be delivered; counts no more; another channel may follow",
    "cancelled": "**final**: taken back before it was published; counts no more",
    "displaced": "**final**: a more important question took its place; counts no more",
    "expired": "**final**: not published before it expired; counts no more",
}
_TABLE: Final = """
| From | Trigger | To |
|---|---|---|
"""
_REPORTS: Final = """
## Further effects of reports

| Report | Effect |
|---|---|
| `soft_bounced` | nothing: the sender tries again; it is recorded |
| `hard_bounced`, `failed` | the customer's channel is suppressed as `bounced`, at that address where it is known; the next channel of the rule is asked as a fallback; reminders stop |
| `unsubscribed` | the channel is suppressed as `opted_out`; what else is at the sender and not delivered is withdrawn when it falls under it |
| `complained` | the customer is suppressed as `complained`, on every channel; what else is at the sender and not delivered is withdrawn |
| an answer | ends the invitation and all that follows it |

`release`, `publish`, `cancel`, `displace`, `expire`, `withdraw` and `lapse` are this service's own doing.
"""


def states_page() -> str:
    """The text of the page. Raises KeyError where a state has no meaning."""
    meanings = "".join(f"| `{state}` | {_MEANINGS[state]} |\n" for state in INVITATION_STATES)
    rows = []
    for state in ("planned", *ASKED):
        for target in INVITATION_STATES:
            triggers = [trigger for trigger, to in TRANSITIONS[state].items() if to == target]
            if triggers:
                final = " (final)" if target in FINAL_STATES else ""
                rows.append(
                    f"| `{state}` | {', '.join(f'`{one}`' for one in triggers)} | `{target}`{final} |\n"
                )
    return _HEAD + meanings + _TABLE + "".join(rows) + _REPORTS
