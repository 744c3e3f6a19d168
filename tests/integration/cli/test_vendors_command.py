"""`sources vendors` and `sources add`, as a user calls them."""

import json
from pathlib import Path

import pytest

from router.cli.main import main
from router.cli.vendor_mappings import mapping_of, vendors


@pytest.fixture
def rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["init", str(tmp_path / "rules")]) == 0
    capsys.readouterr()
    return tmp_path / "rules"


def test_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "vendors", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["vendor"] for row in rows] == vendors()
    assert all(row["topic"].startswith("raw.") and row["messages"] for row in rows)
    assert main(["sources", "vendors"]) == 0
    assert "raw.zendesk" in capsys.readouterr().out


def test_one_is_copied_and_what_to_do_next_is_told(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "add", "zendesk", str(rules)]) == 0
    told = capsys.readouterr().out
    assert (rules / "sources" / "zendesk.yaml").read_bytes() == mapping_of("zendesk")
    assert "ROUTER_TOPICS__SOURCES=raw.zendesk" in told
    assert "ROUTER_WEBHOOKS__SECRETS=zendesk=…" in told
    assert main(["sources", "add", "twilio-taskrouter", str(rules)]) == 0
    assert "nothing waits for the type 'contact.ended'" in capsys.readouterr().out
    assert main(["test", str(rules)]) == 0
    assert main(["check", str(rules)]) == 0


def test_nothing_is_written_over(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = rules / "sources" / "zendesk.yaml"
    file.parent.mkdir()
    file.write_text("# mine\n")
    assert main(["sources", "add", "zendesk", str(rules)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == "# mine\n"

    file.unlink()
    (rules / "crm.yaml").write_bytes(mapping_of("zendesk"))
    (rules / "wrong.yaml").write_text("rulez: 1\n")
    assert main(["sources", "add", "zendesk", str(rules)]) == 2
    assert "crm.yaml" in capsys.readouterr().err
    assert not file.exists()


def test_the_shipped_rules_are_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ROUTER_RULES", raising=False)
    assert main(["sources", "add", "zendesk"]) == 2
    assert "name the directory of your own" in capsys.readouterr().err


def test_one_that_is_not_there_is_refused(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "add", "../zendesk", str(rules)]) == 2
    assert "zendesk" in capsys.readouterr().err
    assert not (rules / "sources").exists()
