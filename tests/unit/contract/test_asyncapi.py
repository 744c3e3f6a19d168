"""The structure that the AsyncAPI 3.0 specification asks for, as far as this document uses it.

The Python packages that know AsyncAPI 3 refuse Kafka's message bindings (pydantic-asyncapi 0.3) or follow no
references (asyncapi3 0.0.2), so the required and allowed fields stand here. The document was also checked by hand
with the specification's JSON Schema 3.0.0 (npm: @asyncapi/specs 6.11.1), which found no error.
"""

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from router.contract import contract_files
from router.contract.dead_letters import dead_letter_headers
from router.decode import to_message
from router.model.record import DEAD_REASONS, DeadLetter, Record
from router.settings.kafka import TopicSettings

DOCUMENT: dict[str, Any] = json.loads(
    json.dumps(YAML(typ="safe", pure=True).load(contract_files()["asyncapi.yaml"]))
)
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "document": (
        {"asyncapi", "info"},
        {"id", "servers", "defaultContentType", "channels", "operations", "components"},
    ),
    "info": (
        {"title", "version"},
        {"description", "termsOfService", "contact", "license", "tags", "externalDocs"},
    ),
    "channel": (set(), {"address", "messages", "title", "summary", "description", "parameters", "bindings"}),
    "operation": (
        {"action", "channel"},
        {"title", "summary", "description", "security", "tags", "bindings", "traits", "messages", "reply"},
    ),
    "message": (
        set(),
        {"headers", "payload", "correlationId", "contentType", "name", "title", "summary", "description"}
        | {"tags", "externalDocs", "bindings", "examples", "traits"},
    ),
    "example": (set(), {"headers", "payload", "name", "summary"}),
    "components": (set(), {"schemas", "servers", "channels", "operations", "messages"}),
}
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


def assert_fields(kind: str, value: dict[str, Any]) -> None:
    required, optional = FIELDS[kind]
    assert required <= value.keys() <= required | optional, (kind, sorted(value))


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for entry in value for found in references(entry)]
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for entry in value.values() for found in references(entry)]
    return []


def resolved(reference: str) -> Any:
    assert reference.startswith("#/"), reference
    value: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        value = value[part]
    return value


def test_every_object_has_the_fields_of_the_specification() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert_fields("document", DOCUMENT)
    assert_fields("info", DOCUMENT["info"])
    assert_fields("components", DOCUMENT["components"])
    for channel in DOCUMENT["channels"].values():
        assert_fields("channel", channel)
    for operation in DOCUMENT["operations"].values():
        assert_fields("operation", operation)
    for message in MESSAGES.values():
        assert_fields("message", message)
        for example in message.get("examples", []):
            assert_fields("example", example)
            assert {"headers", "payload"} & example.keys()


def test_every_reference_points_to_something() -> None:
    found = references(DOCUMENT)
    assert found
    for reference in found:
        assert isinstance(resolved(reference), dict)


def test_every_operation_is_on_a_channel_and_every_channel_has_one() -> None:
    operations = DOCUMENT["operations"].values()
    assert {operation["action"] for operation in operations} == {"send", "receive"}
    assert sorted(operation["channel"]["$ref"] for operation in operations) == sorted(
        f"#/channels/{name}" for name in DOCUMENT["channels"]
    )


def test_every_message_is_on_a_channel() -> None:
    used = {ref for channel in DOCUMENT["channels"].values() for ref in references(channel["messages"])}
    assert used == {f"#/components/messages/{name}" for name in MESSAGES}


def test_the_addresses_are_the_topics_of_the_settings() -> None:
    topics = TopicSettings()
    read = set(topics.inputs)
    expected = read | {topic + topics.dlq_suffix for topic in read}
    expected |= {topics.invitations, topics.alerts}
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == expected


def test_every_message_says_what_its_key_is() -> None:
    for message in MESSAGES.values():
        kafka = message["bindings"]["kafka"]
        assert kafka["key"]["description"]
        assert kafka["bindingVersion"]


def examples() -> list[tuple[str, str, Any]]:
    return [
        (f"{name}-{part}", message[part]["$ref"], example[part])
        for name, message in MESSAGES.items()
        for example in message.get("examples", [])
        for part in ("headers", "payload")
        if part in example
    ]


# Without a schemaFormat, payloads are in AsyncAPI's own format, a superset of draft 07.
@pytest.mark.parametrize(
    ("schema", "value"), [case[1:] for case in examples()], ids=[case[0] for case in examples()]
)
def test_every_example_fits_its_schema(schema: str, value: Any) -> None:
    Draft7Validator({"$ref": schema, "components": DOCUMENT["components"]}).validate(value)


def test_every_schema_is_a_schema_of_draft_07() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
        assert "prefixItems" not in json.dumps(schema)
        assert "$defs" not in json.dumps(schema)


def test_real_dead_letters_have_the_headers_that_are_published() -> None:
    schema = dead_letter_headers()
    for reason in DEAD_REASONS:
        record = Record("cx.interactions.v1", 0, 7, 1_700_000_000_000, None, None)
        _, _, headers = to_message(DeadLetter(record, reason, "Why."), "feedback-router")
        told = {name: (value or b"").decode() for name, value in headers}
        Draft7Validator(schema | {"additionalProperties": False}).validate(told)
