import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _leaves_no_log_behind() -> Iterator[None]:
    """A service in the process of the tests sends its log to the standard error of its own test."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers = [handler for handler in handlers if type(handler) is not logging.StreamHandler]
    yield
    root.handlers = handlers
    structlog.reset_defaults()
