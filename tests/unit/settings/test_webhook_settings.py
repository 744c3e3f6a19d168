"""Secrets by source, one a line, and the address that senders know."""

import pytest

from router.settings import SettingsError, load_settings


def test_two_lines_of_one_source_are_two_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "stripe=whsec_new=\n stripe = whsec_old \n\nhelp.desk-2=user:pass word\r\n"
    monkeypatch.setenv("ROUTER_WEBHOOKS__SECRETS", lines)
    found = load_settings().webhooks.by_source
    assert found == {"stripe": ("whsec_new=", "whsec_old"), "help.desk-2": ("user:pass word",)}


def test_without_secrets_there_is_no_source() -> None:
    assert load_settings().webhooks.by_source == {}


@pytest.mark.parametrize(
    "lines", ["stripe=ok\nwhsec_private", "stripe=", "=whsec_private", "stripe=ok\n \nshopify ="]
)
def test_a_line_that_is_none_is_told_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    monkeypatch.setenv("ROUTER_WEBHOOKS__SECRETS", lines)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert f"line {len(lines.splitlines())} is none" in str(refused.value)
    assert "whsec_private" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://hooks.example.org", "http://localhost:8081", "https://a.example/in/"]
)
def test_the_address_is_kept_without_its_last_slash(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ROUTER_WEBHOOKS__PUBLIC_URL", url)
    assert load_settings().webhooks.public_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example.org",
        "ftp://a.example",
        "https://",
        "https://a.example/?x=1",
        "https://me:pw@a.example",
        "https://[",
    ],
)
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ROUTER_WEBHOOKS__PUBLIC_URL", url)
    with pytest.raises(SettingsError, match="must be written as https://host"):
        load_settings()
