import logging
from collections.abc import Iterator

import pytest
import structlog

from consumers.ending import Ending


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service in the process of the tests leaves neither its log behind nor that process, some seconds later."""
    monkeypatch.setattr("consumers.ending.leaving", Ending)
    monkeypatch.setattr("router.cli.serving.leaving", Ending)
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers = [handler for handler in handlers if type(handler) is not logging.StreamHandler]
    yield
    root.handlers = handlers
    structlog.reset_defaults()
