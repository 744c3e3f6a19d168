import os
from pathlib import Path

import pytest

from router.settings import SettingsError, load_settings
from router.settings.document import document
from router.settings.variables import variables

PAGE = Path(__file__).parents[3] / "docs" / "operations" / "settings.md"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("ROUTER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def problems(**given: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    return str(caught.value).splitlines()


def test_nothing_set_means_the_embedded_broker_and_sqlite(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.kafka.servers == []
    assert settings.database_url == f"sqlite:///{tmp_path}/data/feedback-router.db"
    assert (settings.rules_directory / "policy.yaml").is_file()


def test_the_environment_names_groups_with_two_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_KAFKA__BOOTSTRAP", "one:9092, [::1]:9093")
    monkeypatch.setenv("router_kafka__lanes", "3")
    monkeypatch.setenv("ROUTER_LOG__LEVEL", "debug")
    monkeypatch.setenv("ROUTER_CLOCK", "event")
    settings = load_settings()
    assert settings.kafka.servers == ["one:9092", "[::1]:9093"]
    assert settings.kafka.lanes == 3
    assert settings.kafka.max_records == 1000
    assert settings.log.level == "DEBUG"
    assert settings.clock == "event"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_RULES", "")
    monkeypatch.setenv("ROUTER_HEALTH__PORT", "")
    settings = load_settings()
    assert settings.rules is None
    assert settings.health.port == 8080


@pytest.mark.parametrize("name", ["ROUTER_DATABASE__URL", "router_kafka__bootstrap", "ROUTER_TOKEN_SECRET"])
@pytest.mark.parametrize("nothing", ["", " ", "\t"])
def test_one_without_which_all_runs_elsewhere_must_not_be_empty(
    monkeypatch: pytest.MonkeyPatch, name: str, nothing: str
) -> None:
    monkeypatch.setenv(name, nothing)
    assert problems()[0].startswith(f"{name.upper()}: is set and empty; give it a value, or remove it for")


PASSWORD = "hunter2"


@pytest.mark.parametrize(
    "rest",
    [
        "router:hunt@hunter2@db/router",
        "router:a@hunter2/b@db/router",
        "router:a@hunter2?b@db/router",
        "router:a@hunter2:b@db/router",
        "router:@hunter2@db/router",
        "rou/ter:hunter2@db/router",
        "rou?ter:hunter2=1@db/router",
        "router:x@db/na@hunter2me",
        "router:x@db/name?hunter2@x=1",
        "router:x@hunter2 x/name",
    ],
)
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_password_that_is_not_escaped_is_never_taken_for_a_host_and_shown(
    monkeypatch: pytest.MonkeyPatch, scheme: str, rest: str
) -> None:
    monkeypatch.setenv("ROUTER_DATABASE__URL", f"{scheme}://{rest}")
    (line,) = problems()
    assert line.startswith("ROUTER_DATABASE__URL: cannot be read as postgresql://")
    assert "%40" in line
    assert PASSWORD not in line


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://router:p%40ss%2Fw%3F@db.example.com:5432/router",
        "postgresql://router:p/w#x?y z:1@db/router",
        "postgresql://router@[::1]:5432/router?sslmode=verify-full",
        "postgresql:///router?host=/var/run/postgresql",
        "postgres://db-1.internal",
        "postgresql+asyncpg://ann%40corp:x@db/router",
    ],
)
def test_other_urls_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ROUTER_DATABASE__URL", url)
    assert load_settings().database_url == url


def test_a_file_of_certificates_is_read_at_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    monkeypatch.setenv("ROUTER_KAFKA__SSL_CAFILE", str(file))
    assert problems()[0].startswith(f"ROUTER_KAFKA__SSL_CAFILE: the file {file} cannot be read (No such file")
    for garbage in (
        b"",
        b"garbage",
        b"\xff\xfe\x00",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ):
        file.write_bytes(garbage)
        assert problems()[0].startswith(f"ROUTER_KAFKA__SSL_CAFILE: the file {file} holds no certificate")
    file.unlink()
    file.mkdir()
    assert problems()[0].startswith("ROUTER_KAFKA__SSL_CAFILE: the file")


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_HEALTH__PORT", "9000")
    monkeypatch.setenv("ROUTER_HEALTH__HOST", "localhost")
    settings = load_settings(health={"port": 0})
    assert (settings.health.host, settings.health.port) == ("localhost", 0)


def test_rules_beside_the_process_go_before_the_shipped_ones(tmp_path: Path) -> None:
    shipped = load_settings().rules_directory
    (tmp_path / "rules").mkdir()
    assert load_settings().rules_directory.resolve() == tmp_path / "rules" != shipped
    assert load_settings(rules="~/mine").rules_directory == Path.home() / "mine"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "ROUTER_KAFKA__LANES",
            "many",
            "cannot be 'many'; expected: whole number from 1 to 64, 2 when unset",
        ),
        ("ROUTER_KAFKA__MAX_RECORDS", "5001", "cannot be '5001'; expected: whole number from 1 to 5000"),
        ("ROUTER_KAFKA__BOOTSTRAP", "kafka", "server 1 is not written as host:port"),
        ("ROUTER_KAFKA__BOOTSTRAP", "kafka:9092,", "server 2 is not written as host:port"),
        ("ROUTER_KAFKA__BOOTSTRAP", "kafka:99999", "server 1 is not written as host:port"),
        ("ROUTER_KAFKA__SECURITY_PROTOCOL", "TLS", "one of `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT`, `SASL_SSL`"),
        (
            "ROUTER_CLOCK",
            "sundial",
            "cannot be 'sundial'; expected: one of `wall`, `event`, wall when unset",
        ),
        ("ROUTER_LOG__FORMAT", "xml", "one of `console`, `json`"),
        ("ROUTER_TOPICS__INVITATIONS", "cx.interactions.v1", "must differ from ROUTER_TOPICS__INTERACTIONS"),
        ("ROUTER_TOPICS__INTERACTIONS", "with space", "cannot be 'with space'"),
        ("ROUTER_DEAD_LETTERS__MAX_SHARE", "1.5", "expected: number from 0 to 1, 0.5 when unset"),
        ("ROUTER_HEALTH__ENABLED", "perhaps", "expected: `true` or `false`, true when unset"),
        ("ROUTER_DISPATCH__LEASE_SECONDS", "30", "must be above ROUTER_DISPATCH__SEND_DEADLINE_SECONDS"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    (line,) = problems()
    assert line.startswith(f"{variable}: ")
    assert said in line


def test_combinations_are_checked_against_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_KAFKA__REBALANCE_TIMEOUT_MS", "90000")
    monkeypatch.setenv("ROUTER_KAFKA__SESSION_TIMEOUT_MS", "6000")
    heartbeat, request = problems()
    assert heartbeat.startswith("ROUTER_KAFKA__HEARTBEAT_MS: must be at most a third of")
    assert request.startswith(
        "ROUTER_KAFKA__REQUEST_TIMEOUT_MS: must be above ROUTER_KAFKA__REBALANCE_TIMEOUT_MS"
    )


@pytest.mark.parametrize(
    ("kafka", "variable", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, "SASL_MECHANISM", "must be set where"),
        ({"sasl_mechanism": "PLAIN"}, "SASL_MECHANISM", "needs ROUTER_KAFKA__SECURITY_PROTOCOL"),
        (
            {"security_protocol": "sasl_ssl", "sasl_mechanism": "plain", "sasl_username": "router"},
            "SASL_MECHANISM",
            "needs ROUTER_KAFKA__SASL_PASSWORD beside it",
        ),
    ],
)
def test_sasl_is_complete_or_refused(kafka: dict[str, str], variable: str, said: str) -> None:
    (line,) = problems(kafka=kafka)
    assert line.startswith(f"ROUTER_KAFKA__{variable}: {said}")


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("ROUTER_KAFKA_BOOTSTRAP", "did you mean ROUTER_KAFKA__BOOTSTRAP?"),
        ("ROUTER_KAFKA__BOOTSTRP", "did you mean ROUTER_KAFKA__BOOTSTRAP?"),
        ("ROUTER_RULE", "did you mean ROUTER_RULES?"),
        ("ROUTER_KAFKA", "there is no such setting"),
        ("ROUTER_QWZX", "`feedback-router docs operations/settings` lists them all"),
    ],
)
def test_an_unknown_variable_gets_one_line_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, variable: str, hint: str
) -> None:
    monkeypatch.setenv(variable, "value-of-it")
    (line,) = problems()
    assert line.startswith(f"{variable}: ")
    assert hint in line
    assert "value-of-it" not in line


def test_unknown_and_wrong_ones_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_RULE", "x")
    monkeypatch.setenv("ROUTER_KAFKA__LANES", "0")
    monkeypatch.setenv("ROUTER_HEALTH__PORT", "-1")
    assert [line.split(":")[0] for line in problems()] == [
        "ROUTER_RULE",
        "ROUTER_KAFKA__LANES",
        "ROUTER_HEALTH__PORT",
    ]


def test_a_wrong_argument_is_told_too() -> None:
    assert problems(kafka={"lane": 1}) == ["ROUTER_KAFKA__LANE: there is no such setting"]


def test_variables_that_kubernetes_sets_for_a_service_named_router_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ROUTER_PORT", "tcp://10.0.0.1:8080")
    monkeypatch.setenv("ROUTER_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("ROUTER_SERVICE_PORT_HTTP", "8080")
    monkeypatch.setenv("ROUTER_PORT_8080_TCP_ADDR", "10.0.0.1")
    load_settings()
    monkeypatch.setenv("ROUTER_PORT", "8080")
    (line,) = problems()
    assert line.startswith("ROUTER_PORT: there is no such setting")


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_DATABASE__URL", "postgresql://router:hunter2@db/router")
    monkeypatch.setenv("ROUTER_KAFKA__SASL_PASSWORD", "hunter2")
    monkeypatch.setenv("ROUTER_TOKEN_SECRET", "hunter2-and-some-more")
    monkeypatch.setenv("ROUTER_FORMER_TOKEN_SECRETS", "hunter2")
    settings = load_settings()
    assert settings.database_url == "postgresql://router:hunter2@db/router"
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_the_error_about_a_secret_holds_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUTER_DATABASE__URL", "mysql://router:hunter2@db/router")
    (line,) = problems()
    assert line.startswith("ROUTER_DATABASE__URL: must be written as postgresql://")
    assert "hunter2" not in line


@pytest.mark.parametrize("short", ["x", "dev-only", "hunter2-hunter2", "  hunter2-hunter2  \t"])
def test_a_secret_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch, short: str) -> None:
    monkeypatch.setenv("ROUTER_TOKEN_SECRET", short)
    (line,) = problems()
    assert line.startswith("ROUTER_TOKEN_SECRET: must have at least 16 characters")
    assert "ROUTER_FORMER_TOKEN_SECRETS" in line
    assert short not in line or short in "x "
    monkeypatch.setenv("ROUTER_TOKEN_SECRET", "sixteen-or-more.")
    monkeypatch.setenv("ROUTER_FORMER_TOKEN_SECRETS", short)
    load_settings()


def test_secrets_come_from_files_and_the_environment_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "ROUTER_DATABASE__URL").write_text("postgresql://router:from-file@db/router\n")
    (secrets / "router_token_secret").write_text("salt from file\n")
    (secrets / "other-service.key").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("ROUTER_SECRETS_DIR", str(secrets))
    monkeypatch.setenv("ROUTER_TOKEN_SECRET", "salt from environment")
    settings = load_settings()
    assert settings.database_url == "postgresql://router:from-file@db/router"
    assert settings.token_secret is not None
    assert settings.token_secret.get_secret_value() == "salt from environment"


def test_secret_files_that_cannot_be_meant_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROUTER_SECRETS_DIR", str(tmp_path))
    (tmp_path / "ROUTER_DATABSE__URL").write_text("hunter2")
    (line,) = problems()
    assert line == "ROUTER_DATABSE__URL: there is no such setting; did you mean ROUTER_DATABASE__URL?"
    (tmp_path / "ROUTER_TOKEN_SECRET").write_bytes(b"\xff\xfe")
    assert problems()[1:] == [
        f"ROUTER_TOKEN_SECRET: the file {tmp_path}/ROUTER_TOKEN_SECRET cannot be read as text"
    ]
    (tmp_path / "ROUTER_DATABASE__URL").write_text(" \n")
    (tmp_path / "ROUTER_KAFKA__SASL_PASSWORD").write_text("")
    monkeypatch.setenv("ROUTER_KAFKA__LANES", "0")
    told = [line.split(": ")[0] for line in problems()]
    assert told == [
        "ROUTER_DATABSE__URL",
        "ROUTER_DATABASE__URL",
        "ROUTER_KAFKA__SASL_PASSWORD",
        "ROUTER_TOKEN_SECRET",
        "ROUTER_KAFKA__LANES",
    ]
    monkeypatch.setenv("ROUTER_SECRETS_DIR", str(tmp_path / "none"))
    monkeypatch.delenv("ROUTER_KAFKA__LANES")
    assert problems() == [f"ROUTER_SECRETS_DIR: {tmp_path}/none is not a directory that can be read"]


def test_the_topic_of_dead_letters_is_the_source_topic_with_a_suffix() -> None:
    assert load_settings().topics.dlq_of("cx.interactions.v1") == "cx.interactions.v1.dlq"


def test_which_topics_sources_may_read() -> None:
    topics = load_settings(topics={"sources": "crm.events, raw.*"}).topics
    assert [name for name in ("crm.events", "raw.", "raw.shop") if topics.allows(name)] == [
        "crm.events",
        "raw.",
        "raw.shop",
    ]
    assert not any(
        topics.allows(name) for name in ("crm.events.v2", "raw", "raw.shop.dlq", "raw." + "x" * 245)
    )
    everything = load_settings(topics={"sources": "*"}).topics
    assert everything.allows("raw.shop")
    own = (*everything.inputs, everything.invitations, everything.alerts)
    assert not any(everything.allows(name) for name in own)
    assert not load_settings().topics.allows("")
    for wrong in ("raw.*.v1", "r w*", "**"):
        with pytest.raises(SettingsError, match="does not accept"):
            load_settings(topics={"sources": wrong})


def test_every_setting_has_a_meaning_and_its_own_name() -> None:
    names = [variable.name for variable in variables()]
    assert len(names) == len(set(names))
    assert all(variable.meaning for variable in variables())


def test_the_page_of_settings_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "run: python -m router.settings > docs/operations/settings.md"
    )
