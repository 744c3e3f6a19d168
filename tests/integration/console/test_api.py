"""The API is described as it is, and no request to it ends in a fault."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from router.console.access.tokens import LONGEST, made_token
from router.console.app import application, way_in
from router.console.console import Console
from router.console.openapi import document
from router.console.serving import console_port
from router.console.views.pages import PAGES
from router.model.access import ROLES, Person
from router.settings.console import ConsoleSettings
from router.telemetry.http_port import Port, served
from tests.integration.console.visiting import URL, browser, opened

API = schemathesis.openapi.from_dict(document(PAGES, URL))


@pytest.fixture(scope="module")
def program(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a console that is served, and a token with all roles."""
    data = tmp_path_factory.mktemp("served")
    copytree(empty, data, dirs_exist_ok=True)
    up, found = threading.Event(), []
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with opened(data) as console:
            anna = Person("anna", "Anna", frozenset(ROLES), "dev")
            token, kept = made_token("test", frozenset(ROLES), anna, console.now(), LONGEST)
            await console.store.tokens.add(kept)

            def made(at: Port):  # type: ignore[no-untyped-def]
                return application(console, at.url, way_in(console, at.url))

            async with served(made, console_port(ConsoleSettings(port=0))) as at:
                found.append((at.url, token))
                up.set()
                await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert up.wait(30)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


@API.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_ends_in_a_fault(case: schemathesis.Case, program: tuple[str, str]) -> None:
    url, token = program
    answer = case.call(base_url=url, headers={"authorization": f"Bearer {token}"})
    checks = [not_a_server_error, status_code_conformance, content_type_conformance]
    case.validate_response(answer, checks=checks)


async def test_the_description_is_that_of_all_pages_and_actions(console: Console) -> None:
    async with browser(console) as client:
        described = (await client.get("/api/v1/openapi.json")).json()
    wanted = len(PAGES) + sum(len(page.actions) for page in PAGES)
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len(operations) == wanted
    assert len({one["operationId"] for one in operations}) == wanted
    for operation in operations:
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            Draft202012Validator.check_schema(schema)
