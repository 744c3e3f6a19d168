"""The generated files of the contract, each by its name."""

import json
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from router.contract.asyncapi import asyncapi
from router.contract.delivery_and_response import (
    DELIVERY,
    RESPONSE,
    delivery_definitions,
    response_definitions,
)
from router.contract.inbound import INTERACTION, PREFERENCES, interaction_definitions, preferences_definitions
from router.contract.invitation import (
    ALERT,
    CANCELLATION,
    ROOT,
    SHIFT,
    alert_definitions,
    cancellation_definitions,
    invitation_definitions,
    shift_definitions,
)
from router.contract.schemas import standalone
from router.contract.states_page import states_page

_HEAD = "# Made by `python -m router.contract`; edit router/contract, not this file.\n"


def contract_files() -> dict[str, str]:
    """The text of each generated file by its name. The same text on every call."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared as a method, used as a flag
    yaml.width = 110
    document = StringIO()
    # Through JSON, so that YAML finds no value twice: it would write an anchor and an alias.
    yaml.dump(json.loads(json.dumps(asyncapi())), document)
    return {
        "interaction.schema.json": _json(standalone(INTERACTION, interaction_definitions())),
        "preferences.schema.json": _json(standalone(PREFERENCES, preferences_definitions())),
        "delivery.schema.json": _json(standalone(DELIVERY, delivery_definitions())),
        "response.schema.json": _json(standalone(RESPONSE, response_definitions())),
        "cancellation.schema.json": _json(standalone(CANCELLATION, cancellation_definitions())),
        "invitation.schema.json": _json(standalone(ROOT, invitation_definitions())),
        "alert.schema.json": _json(standalone(ALERT, alert_definitions())),
        "score-shift.schema.json": _json(standalone(SHIFT, shift_definitions())),
        "invitation-states.md": states_page(),
        "asyncapi.yaml": _HEAD + document.getvalue(),
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
