"""The words by which members of vendors' messages are known, and what they mean."""

from typing import Final

IDENTIFYING: Final = frozenset({"id", "number", "nr", "no", "key", "ref", "uuid", "code", "nummer", "sys"})
"""Behind the word of a thing: which one it is."""

CUSTOMERS: Final = frozenset(
    [
        "customer",
        "client",
        "buyer",
        "consumer",
        "requester",
        "subscriber",
        "patient",
        "guest",
        "policyholder",
        "klant",
        "koper",
    ]
)
"""Who is meant by these is a customer."""

PERSONS: Final = frozenset(
    ["user", "contact", "account", "person", "sender", "caller", "member", "party", "relation", "relatie"]
)
"""Who is meant by these may be a customer, or somebody else."""

HELPERS: Final = frozenset(
    [
        "agent",
        "assignee",
        "assigned",
        "actor",
        "employee",
        "operator",
        "advisor",
        "handler",
        "owner",
        "medewerker",
        "behandelaar",
    ]
)
"""Who is meant by these works for the company."""

THINGS: Final = {
    **dict.fromkeys(
        ["ticket", "case", "incident", "issue", "complaint", "zaak", "melding", "klacht"], "case_id"
    ),
    **dict.fromkeys(["call", "conversation", "contact", "chat"], "contact_id"),
    **{
        thing: f"{thing}_id"
        for thing in [
            "order",
            "invoice",
            "subscription",
            "return",
            "shipment",
            "parcel",
            "contract",
            "claim",
            "appointment",
            "booking",
        ]
    },
}
"""What a pass of a journey may be about, and the attribute that usually tells one from another."""

CARRIED: Final = frozenset(
    [
        "priority",
        "status",
        "queue",
        "amount",
        "total",
        "currency",
        "reason",
        "product",
        "branch",
        "region",
        "team",
        "category",
    ]
)
"""What rules and reports often ask for, and is seldom about a person."""

CHANNELS: Final = {
    "voice": "phone", "call": "phone", "phone": "phone", "telephone": "phone", "telefoon": "phone",
    "mail": "email", "email": "email", "e-mail": "email", "chat": "chat", "web": "web", "website": "web",
    "sms": "sms", "app": "app", "store": "store", "whatsapp": "whatsapp",
}  # fmt: skip
"""How vendors call channels, and how rules do."""

KINDS: Final = ("event", "type", "kind", "topic", "action", "trigger", "triggered", "operation", "name")
"""A member whose last word is one of these may say what a message tells of, the first ones rather."""

WRAPPERS: Final = frozenset(
    ["detail", "data", "object", "item", "record", "payload", "resource", "attributes", "body"]
)
"""Members that hold the thing which a message is about, and do not say what it is."""

STATES: Final = frozenset(["status", "state", "stage", "current"])
BEFORE: Final = frozenset(["previous", "before", "old", "prior"])
"""In the way to a state: it is the one before."""

HAPPENED: Final = frozenset(["occurred", "happened", "timestamp", "time", "tijdstip", "at"])
CHANGED: Final = frozenset(["updated", "modified", "changed", "gewijzigd"])
BEGAN: Final = frozenset(["created", "opened", "started", "placed", "new", "aangemaakt"])

MEANINGS: Final = {
    **dict.fromkeys(
        ["ticket", "case", "incident", "issue", "zaak", "klacht", "melding", "complaint"], "complaint"
    ),
    **dict.fromkeys(["solved", "resolved", "afgehandeld", "opgelost"], "resolved"),
    **dict.fromkeys(["opened", "created", "new", "placed", "started", "aangemaakt"], "opened"),
    **dict.fromkeys(["reopened", "heropend"], "reopened"),
    **dict.fromkeys(["delivered", "fulfilled", "bezorgd", "geleverd"], "delivered"),
    **dict.fromkeys(["completed", "ended", "finished", "hung"], "completed"),
    **dict.fromkeys(["cancelled", "canceled", "geannuleerd"], "cancelled"),
    **dict.fromkeys(["checkout", "purchase", "order", "bestelling"], "order"),
    **dict.fromkeys(["call", "phone", "gesprek"], "call"),
}
"""Words of types that mean the same."""
