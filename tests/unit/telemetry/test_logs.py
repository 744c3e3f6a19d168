import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
import structlog

from router.model.interaction import Interaction
from router.telemetry.logs import PERSONAL, configure_logs


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_ours_is_one_json_object(stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    structlog.get_logger("router.flow.pipeline").info("batch committed", records=12, seconds=0.5)
    (line,) = lines(stream)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is not None
    assert line == {
        "event": "batch committed",
        "level": "info",
        "logger": "router.flow.pipeline",
        "records": 12,
        "seconds": 0.5,
    }


def test_the_console_style_is_one_line_for_people(stream: io.StringIO) -> None:
    configure_logs("INFO", "console", stream)
    structlog.get_logger("router.flow.pipeline").info("batch committed", records=12)
    (line,) = stream.getvalue().splitlines()
    assert "batch committed" in line


def test_a_stream_that_is_no_terminal_gets_no_colours(stream: io.StringIO) -> None:
    configure_logs("INFO", "console", stream)
    structlog.get_logger("router.flow.pipeline").info("batch committed", records=12)
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("style", ["json", "console"])
def test_the_level_is_ours_and_libraries_speak_from_warning(style: Any, stream: io.StringIO) -> None:
    configure_logs("DEBUG", style, stream)
    structlog.get_logger("router.flow.pipeline").debug("ours")
    for library in ("aiokafka", "sqlalchemy.engine", "alembic", "uvicorn.error", "faststream"):
        logging.getLogger(library).info("chatter of %s", library)
        logging.getLogger(library).warning("warning of %s", library)
    text = stream.getvalue()
    assert "ours" in text
    assert "chatter" not in text
    assert text.count("warning of") == 5


def test_below_the_level_nothing_is_logged_by_anybody(stream: io.StringIO) -> None:
    configure_logs("ERROR", "json", stream)
    structlog.get_logger("router.flow.pipeline").warning("ours")
    logging.getLogger("aiokafka").warning("theirs")
    assert stream.getvalue() == ""


def test_configuring_again_replaces(stream: io.StringIO) -> None:
    configure_logs("INFO", "console", stream)
    configure_logs("INFO", "json", stream)
    structlog.get_logger("router.flow.pipeline").info("once")
    assert len(lines(stream)) == 1


def test_the_handlers_of_faststream_are_replaced(stream: io.StringIO) -> None:
    import faststream  # noqa: F401 - it adds its handlers when it is imported

    configure_logs("INFO", "json", stream)
    logging.getLogger("faststream").error("handler failed")
    logging.getLogger("faststream.access.kafka").error("handler failed")
    assert [line["event"] for line in lines(stream)] == ["handler failed"] * 2


def test_warnings_are_logged(stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old setting", DeprecationWarning, stacklevel=1)
    assert "old setting" in lines(stream)[0]["event"]


@pytest.mark.parametrize("name", sorted(PERSONAL | {"Email", "CUSTOMER_ID"}))
def test_what_is_personal_by_name_is_masked_at_any_depth(name: str, stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    log = structlog.get_logger("router.flow.pipeline")
    log.bind(**{name: "ann@example.org"}).info(
        "failed", details=[{"inner": {name: "ann@example.org"}}], reason="not_json"
    )
    assert "ann@example.org" not in stream.getvalue()
    (line,) = lines(stream)
    assert line[name] == "[personal]"
    assert line["reason"] == "not_json"


def test_bound_context_is_masked_too(stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    with structlog.contextvars.bound_contextvars(customer_id="c-00042", lane=1):
        logging.getLogger("aiokafka").warning("heartbeat failed")
    (line,) = lines(stream)
    assert (line["customer_id"], line["lane"]) == ("[personal]", 1)


def test_values_that_hold_customers_are_named_by_their_kind(stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    interaction = Interaction(
        source="/crm",
        id="1",
        type="order.placed",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        customer_id="c-00042",
    )
    structlog.get_logger("router.flow.pipeline").info(
        "failed", about=interaction, raw=b"c-00042", many={"x": (interaction,)}
    )
    (line,) = lines(stream)
    assert "c-00042" not in stream.getvalue()
    assert (line["about"], line["raw"]) == ("[Interaction]", "[bytes]")


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_traceback_shows_neither_locals_nor_rows(style: Any, stream: io.StringIO) -> None:
    configure_logs("INFO", style, stream)

    def fail(secret: str) -> None:
        raise ValueError(
            "duplicate key\nDETAIL:  Key (customer_id, key)=(c-00042 (x), 1) already exists.\n"
            "[SQL: INSERT INTO journal]\n[parameters: ('c-00042', ['a'])]\n(Background on this error)"
        )

    try:
        fail("c-00042 local")
    except ValueError:
        structlog.get_logger("router.store").exception("save failed")
    text = stream.getvalue()
    assert "Traceback" in text
    assert "INSERT INTO journal" in text
    assert "Background" in text
    assert "c-00042" not in text.replace('fail("c-00042 local")', "").replace('fail(\\"c-00042 local\\")', "")


def test_an_exception_as_a_value_is_masked_as_text(stream: io.StringIO) -> None:
    configure_logs("INFO", "json", stream)
    error = ValueError("Key (customer_id)=(c-00042) already exists.")
    structlog.get_logger("router.store").warning("save failed", error=error)
    assert lines(stream)[0]["error"] == "Key (customer_id)=([personal]) already exists."


def test_a_library_that_repeats_itself_is_told_once() -> None:
    told = io.StringIO()
    configure_logs("INFO", "json", told)
    for attempt in range(50):
        logging.getLogger("aiokafka").error("Unable connect to node %s", attempt)
        logging.getLogger("aiokafka").error("Something else")
        structlog.get_logger("router.x").warning("batch_retried")
    lines = [json.loads(line)["event"] for line in told.getvalue().splitlines()]
    assert lines.count("Unable connect to node 0") == lines.count("Something else") == 1
    assert lines.count("batch_retried") == 50
    assert len(lines) == 52


@pytest.mark.parametrize("style", ["console", "json"])
def test_no_line_holds_what_a_terminal_obeys(stream: io.StringIO, style: Literal["console", "json"]) -> None:
    odd = "a\x1b[31m\x9b\u202e\u2028\x7f\nb"
    configure_logs("INFO", style, stream)
    try:
        raise RuntimeError(odd)
    except RuntimeError:
        structlog.get_logger("router.tests").error(odd, place=odd, several=[odd, {odd: odd}], exc_info=True)
    logging.getLogger("aiokafka").error("from a library: %s", odd)
    text = stream.getvalue()
    assert "from a library" in text
    assert {sign for sign in text if not sign.isprintable()} == {"\n"}
    if style == "json":
        assert len([json.loads(line) for line in text.splitlines()]) == 2
