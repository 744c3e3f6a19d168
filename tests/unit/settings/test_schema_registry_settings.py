"""The address of the registry, and who asks it."""

import pytest

from router.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    "url", ["http://registry:8081", "https://registry.example/apis/ccompat/v7/", "https://[::1]:8081"]
)
def test_the_address_is_kept_without_its_last_slash(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ROUTER_SCHEMA_REGISTRY__URL", url)
    assert load_settings().schema_registry.url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "registry:8081",
        "ftp://registry",
        "https://",
        "https://a:b:c",
        "https://r/?x=1",
        "https://key:private@registry",
        "https://a.example,https://b.example",
    ],
)
def test_what_is_no_address_is_told_without_what_it_holds(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ROUTER_SCHEMA_REGISTRY__URL", url)
    with pytest.raises(SettingsError, match="ROUTER_SCHEMA_REGISTRY__URL") as refused:
        load_settings()
    assert "private" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"USERNAME": "key"},
        {"PASSWORD": "private"},
        {"USERNAME": "key", "PASSWORD": "private", "TOKEN": "private"},
        {"CAFILE": "/nowhere/ca.pem"},
        {"TIMEOUT_SECONDS": "0"},
    ],
)
def test_what_does_not_go_together_is_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    monkeypatch.setenv("ROUTER_SCHEMA_REGISTRY__URL", "https://registry.example")
    for name, value in given.items():
        monkeypatch.setenv(f"ROUTER_SCHEMA_REGISTRY__{name}", value)
    with pytest.raises(SettingsError, match="ROUTER_SCHEMA_REGISTRY__") as refused:
        load_settings()
    assert "private" not in str(refused.value)
