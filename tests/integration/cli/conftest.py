import pytest

from consumers.ending import Ending


@pytest.fixture(autouse=True)
def _ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that ended in the process of the tests may not end that process too, some seconds later."""
    monkeypatch.setattr("consumers.ending.leaving", Ending)
    monkeypatch.setattr("router.cli.serving.leaving", Ending)
