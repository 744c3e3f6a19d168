"""An alert as members of JSON."""

from datetime import datetime

from router.model.alerts import AlertListed
from router.words.alerts import overdue


def alert_fields(one: AlertListed, now: datetime) -> dict[str, object]:
    """What `alerts list --json` has of an alert: all but its message, with its answer as it stands now."""
    alert = one.alert
    kept = {name: getattr(alert, name) for name in alert.__struct_fields__ if name not in ("body", "topic")}
    return kept | {"overdue": overdue(alert, now), "response_status": one.status, "score": one.score}
