"""Settings: defaults, every kind of wrong value, misspelt names, and what a child process is given."""

import os
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from domain.shared.errors import Malformed
from infrastructure.embedded.settings import ArchiveSettings, LogSettings
from infrastructure.etl.settings import EtlSettings
from infrastructure.identity.settings import IdentitySettings, ProviderSettings
from infrastructure.imports.settings import ImportSettings
from infrastructure.mail.settings import MailSettings
from infrastructure.payments.settings import PaymentSettings
from infrastructure.retention.settings import RetentionSettings
from infrastructure.shared.addresses import reason
from infrastructure.shared.settings import Settings, read_settings, setting_groups
from infrastructure.tracing.settings import TracingSettings
from infrastructure.workflows.settings import WorkflowSettings
from interfaces.cli import main

ROOT = Path(__file__).parents[2]


def faults_of(**environment: str) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_settings(environment)
    assert caught.value.code == "bad_settings"
    return caught.value


def test_nothing_set_means_embedded_servers_on_the_loopback_address() -> None:
    settings = read_settings({})
    assert settings.home == Path.cwd() / ".daybook"
    assert [group for group in settings.groups if group != type(group)()] == []
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.database_url is None
    assert settings.redis_url is None


def test_every_setting_is_read() -> None:
    assert read_settings(
        {
            "DAYBOOK_HOME": "/srv/a book",
            "DATABASE_URL": "postgresql://daybook@127.0.0.1/books",
            "REDIS_URL": "redis://127.0.0.1:6379/1",
            "DAYBOOK_HOST": "::1",
            "DAYBOOK_PORT": "9000",
            "DAYBOOK_CORS_ORIGINS": "https://books.example, http://[::1]:3000",
            "DAYBOOK_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8,192.0.2.7",
            "DAYBOOK_LOG_LEVEL": "WARNING",
            "DAYBOOK_WAIT_S": "0",
            "DAYBOOK_DRAIN_S": "5",
            "DAYBOOK_FINISH_S": "25",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example/",
            "OTEL_TRACES_SAMPLER_ARG": "0.05",
            "DAYBOOK_DEMO_PASSWORD": "a password of ours",
            "DAYBOOK_OIDC_ISSUER": "https://login.firm.example",
            "DAYBOOK_OIDC_CLIENT_ID": "daybook",
            "DAYBOOK_OIDC_LABEL": "Harbour Login",
            "DAYBOOK_SIGN_IN_WAYS": "operator=passkey",
            "DAYBOOK_UPLOAD_MB_MAX": "50",
            "DAYBOOK_RAIL": "sepa_file",
            "DAYBOOK_SETTLE_AFTER_S": "never",
            "DAYBOOK_ARCHIVE": "/archive",
            "DAYBOOK_ETL_SOURCE": "https://reader:secret@files.example/{day}.csv",
            "DAYBOOK_ETL_AT": "02:30",
            "DAYBOOK_ETL_ZONE": "Europe/Berlin",
            "DAYBOOK_ETL_CATCH_UP_DAYS": "30",
            "DAYBOOK_ETL_MAX_REJECT_RATIO": "0.05",
            "DAYBOOK_ETL_FOLDER": "/srv/work",
            "DAYBOOK_ETL_MB_MAX": "10",
            "DAYBOOK_ETL_SILENCE_S": "5",
            "DAYBOOK_AIRFLOW_PORT": "8081",
            "DAYBOOK_KEEP_KEYS_DAYS": "7",
            "DAYBOOK_KEEP_REACTIONS_DAYS": "0",
            "DAYBOOK_KEEP_MAIL_DAYS": "90",
            "DAYBOOK_WORKFLOWS_FOLDER": "/usr",
        }
    ) == Settings(
        home=Path("/srv/a book"),
        database_url="postgresql://daybook@127.0.0.1/books",
        redis_url="redis://127.0.0.1:6379/1",
        host="::1",
        port=9000,
        trusted_proxies="10.0.0.0/8,fd00::/8,192.0.2.7/32",
        cors_origins="https://books.example,http://[::1]:3000",
        log_level="warning",
        wait_s=0,
        drain_s=5,
        finish_s=25,
        groups=(
            ArchiveSettings(archive=Path("/archive")),
            LogSettings(),
            EtlSettings(
                source="https://reader:secret@files.example/{day}.csv",
                at=time(2, 30),
                zone="Europe/Berlin",
                catch_up_days=30,
                max_reject_ratio=Decimal("0.05"),
                folder=Path("/srv/work"),
                mb_max=10,
                silence_s=5,
                airflow_port=8081,
            ),
            IdentitySettings(demo_password="a password of ours"),  # noqa: S106 - of a test
            ProviderSettings(
                oidc_issuer="https://login.firm.example",
                oidc_client_id="daybook",
                oidc_label="Harbour Login",
                sign_in_ways="operator=passkey",
            ),
            ImportSettings(upload_mb_max=50),
            MailSettings(),
            PaymentSettings(rail="sepa_file", settle_after_s="never"),
            RetentionSettings(keys_days=7, reactions_days=0, mail_days=90),
            TracingSettings(endpoint="https://collector.example", share=0.05),
            WorkflowSettings(folder=Path("/usr")),
        ),
    )


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - listening everywhere includes this machine
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_base_url_is_one_a_client_on_this_machine_can_use(host: str, url: str) -> None:
    assert read_settings({"DAYBOOK_HOST": host}).base_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAYBOOK_PORT", "0"),
        ("DAYBOOK_PORT", "65536"),
        ("DAYBOOK_PORT", "80.0"),
        ("DAYBOOK_PORT", "-1"),
        ("DAYBOOK_PORT", "8_000"),
        ("DAYBOOK_PORT", "٨٠٠٠"),
        ("DAYBOOK_PORT", "9" * 5_000),
        ("DAYBOOK_LOG_LEVEL", "loud"),
        ("DAYBOOK_UPLOAD_MB_MAX", "lots"),
        ("DAYBOOK_RAIL", "carrier-pigeon"),
        ("DAYBOOK_AUTH", "none"),
        ("DAYBOOK_SIGNING_KEY", "/no/such/key.pem"),
        ("DAYBOOK_DEMO_PASSWORD", "secret"),
        ("DAYBOOK_WAIT_S", "a while"),
        ("DAYBOOK_DRAIN_S", "-1"),
        ("DAYBOOK_FINISH_S", "0"),
        ("DAYBOOK_SETTLE_AFTER_S", "soon"),
        ("DAYBOOK_HOST", "one two"),
        ("DATABASE_URL", "mysql://root:secret@127.0.0.1/books"),
        ("DATABASE_URL", "books"),
        ("DATABASE_URL", " postgresql://u:secret@127.0.0.1:1/db"),
        ("DATABASE_URL", "postgresql:u:secret@127.0.0.1/db"),
        ("DATABASE_URL", "postgresql://u:a secret@127.0.0.1/db"),
        ("DATABASE_URL", "postgresql://u:%zzsecret@127.0.0.1/db"),
        ("DATABASE_URL", "postgresql://u:a@secret@127.0.0.1/db"),
        ("DATABASE_URL", "postgresql://u:secret/b@127.0.0.1/db"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:65536/db"),
        ("DATABASE_URL", "host=127.0.0.1 password=secret"),
        ("DAYBOOK_QUERIES_URL", "postgresql://u:a@secret@127.0.0.1/db"),
        ("REDIS_URL", "http://:secret@127.0.0.1"),
        ("REDIS_URL", " redis://:secret@127.0.0.1"),
        ("REDIS_URL", "redis://:secret#b@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://:12#secret@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://:12/secret@127.0.0.1:6379/0"),
        ("DAYBOOK_HOME", "/etc/passwd"),
        ("DAYBOOK_ETL_AT", "24:00"),
        ("DAYBOOK_ETL_AT", "01:00+02:00"),
        ("DAYBOOK_ETL_AT", "7"),
        ("DAYBOOK_ETL_ZONE", "Berlin"),
        ("DAYBOOK_ETL_ZONE", "../../etc/passwd"),
        ("DAYBOOK_ETL_MAX_REJECT_RATIO", "1.01"),
        ("DAYBOOK_ETL_MAX_REJECT_RATIO", "NaN"),
        ("DAYBOOK_ETL_MAX_REJECT_RATIO", "half"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: str) -> None:
    (fault,) = faults_of(**{name: value}).faults
    assert fault.parameter == name
    assert fault.expected
    assert name in fault.detail
    assert "secret" not in fault.detail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:p%40%20%25@[::1]:5432/db?sslmode=require"),
        ("DATABASE_URL", "postgres://one:5432,two:5433/db"),
        ("DATABASE_URL", "postgresql://u@/db?host=/run/a%20folder"),
        ("REDIS_URL", "rediss://:p%40%23@127.0.0.1/0"),
        ("REDIS_URL", "unix:///run/a folder/valkey.sock?db=1"),
    ],
)
def test_an_address_is_taken_as_it_stands(name: str, value: str) -> None:
    assert value in msgspec.structs.astuple(read_settings({name: value}))


def test_why_a_server_is_not_reached_is_told_without_its_address() -> None:
    assert reason(OSError("connection to h@secret failed: Connection refused")) == (
        "nothing listens there"
    )
    assert reason(OSError("secret")) == "OSError"


def test_all_faults_are_reported_at_once() -> None:
    error = faults_of(DAYBOOK_PORT="x", DAYBOOK_LOG_LEVEL="y", DAYBOOK_PROT="1")
    assert {fault.parameter for fault in error.faults} == {
        "DAYBOOK_PORT",
        "DAYBOOK_LOG_LEVEL",
        "DAYBOOK_PROT",
    }


def test_a_misspelt_name_is_answered_with_the_nearest_one() -> None:
    (fault,) = faults_of(DAYBOOK_PROT="9000").faults
    assert (fault.code, fault.nearest) == ("unknown_setting", "DAYBOOK_PORT")


def test_an_empty_value_counts_as_not_set() -> None:
    assert read_settings({"DATABASE_URL": "", "DAYBOOK_PORT": ""}) == read_settings({})


def test_a_child_process_reads_the_same_settings() -> None:
    settings = read_settings(
        {
            "DAYBOOK_HOME": "/srv/a book",
            "DATABASE_URL": "postgresql://127.0.0.1/x",
            "DAYBOOK_PORT": "9001",
            "DAYBOOK_RAIL": "sepa_file",
            "DAYBOOK_ETL_AT": "23:05",
            "DAYBOOK_ETL_MAX_REJECT_RATIO": "0.1",
        }
    )
    assert read_settings(settings.environment()) == settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_a_single_user_may_have_this_machine_to_themselves(host: str) -> None:
    settings = read_settings({"DAYBOOK_AUTH": "single-user", "DAYBOOK_HOST": host})
    assert (settings.of(IdentitySettings).auth, settings.host) == ("single-user", host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "daybook.example"])  # noqa: S104
def test_a_single_user_is_not_put_where_others_reach_them(host: str) -> None:
    (fault,) = faults_of(DAYBOOK_AUTH="single-user", DAYBOOK_HOST=host).faults
    assert (fault.code, fault.parameter) == ("not_loopback", "DAYBOOK_AUTH")
    assert read_settings({"DAYBOOK_HOST": host}).of(IdentitySettings).auth == "jwt"


def test_the_signing_key_is_a_file_that_is_there(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.touch()
    settings = read_settings({"DAYBOOK_SIGNING_KEY": str(key)})
    assert settings.of(IdentitySettings).signing_key == key


SECRETS = {
    "DATABASE_URL": "postgresql://daybook:secret@127.0.0.1/book",
    "DAYBOOK_QUERIES_URL": "postgresql://daybook:secret@127.0.0.1:6432/book",
    "DAYBOOK_REPLICA_URL": "postgresql://daybook:secret@127.0.0.1:6433/book",
    "DAYBOOK_IDENTITY_URL": "postgresql://keeper:secret@127.0.0.1/book",
    "DAYBOOK_PROJECTOR_URL": "postgresql://projector:secret@127.0.0.1/book",
    "DAYBOOK_MIGRATE_URL": "postgresql://owner:secret@127.0.0.1/book",
    "READ_DATABASE_URL": "postgresql://daybook:secret@127.0.0.1:5433/read",
    "DAYBOOK_READ_PROJECTOR_URL": "postgresql://projector:secret@127.0.0.1:5433/read",
    "DAYBOOK_READ_MIGRATE_URL": "postgresql://owner:secret@127.0.0.1:5433/read",
    "REDIS_URL": "redis://:secret@127.0.0.1",
    "DAYBOOK_SMTP_URL": "smtp://daybook:secret@mail.example",
    "DAYBOOK_ETL_SOURCE": "https://reader:secret@files.example/{day}.csv",
    "DAYBOOK_DEMO_PASSWORD": "a secret of twelve",
    "DAYBOOK_OIDC_CLIENT_SECRET": "a secret of the provider",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRETS[name]}\n")
    others = ("DATABASE_URL", "READ_DATABASE_URL")
    beside = {other: SECRETS[other] for other in others if other != name}
    told = read_settings({**beside, f"{name}_FILE": str(file)})
    assert told == read_settings({**beside, name: SECRETS[name]})


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("DAYBOOK_QUERIES_URL", "DATABASE_URL"),
        ("DAYBOOK_REPLICA_URL", "DATABASE_URL"),
        ("DAYBOOK_MIGRATE_URL", "DATABASE_URL"),
        ("READ_DATABASE_URL", "DATABASE_URL"),
        ("DAYBOOK_READ_MIGRATE_URL", "READ_DATABASE_URL"),
    ],
)
def test_another_login_is_given_with_the_database(name: str, first: str) -> None:
    (fault,) = faults_of(**{name: SECRETS[name]}).faults
    assert fault.detail == f"{first} is not set, and {name} is; both, or neither was expected"


@pytest.mark.parametrize("read", ["", "READ_"])
def test_the_address_of_the_owner_is_given_to_no_child(read: str) -> None:
    names = ("DATABASE_URL", f"{read}DATABASE_URL", f"DAYBOOK_{read}MIGRATE_URL")
    told = read_settings({name: SECRETS[name] for name in names}).environment()
    assert told[f"{read}DATABASE_URL"] == SECRETS[f"{read}DATABASE_URL"]
    assert f"DAYBOOK_{read}MIGRATE_URL" not in told


def test_every_secret_is_one_of_those() -> None:
    declared = [one for group in setting_groups() for one in group.declared().values()]
    assert {one.name for one in declared if one.is_secret} == set(SECRETS)
    (fault,) = faults_of(DAYBOOK_PORT_FILE="/run/port").faults
    assert fault.code == "unknown_setting"


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "No such file"), (b"", "it is empty"), (b"\xff", "'utf-8' codec")],
)
def test_a_file_that_holds_no_secret_is_named(
    content: bytes | None, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    (fault,) = faults_of(DATABASE_URL_FILE=str(file)).faults
    assert (fault.parameter, str(file) in fault.detail) == ("DATABASE_URL_FILE", True)
    assert told in fault.detail


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_secret_stands_in_a_regular_file(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "secret")
    (fault,) = faults_of(DATABASE_URL_FILE=str(tmp_path / "secret")).faults
    assert "it is no regular file" in fault.detail


def test_a_wrong_secret_in_a_file_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("mysql://root:secret@127.0.0.1/books")
    (fault,) = faults_of(DATABASE_URL_FILE=str(file)).faults
    assert fault.parameter == "DATABASE_URL"
    assert "root" not in fault.detail


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    given = {"DATABASE_URL": SECRETS["DATABASE_URL"], "DATABASE_URL_FILE": str(tmp_path)}
    (fault,) = faults_of(**given).faults
    assert fault.got == "given twice"
    assert "secret" not in fault.detail


def test_every_setting_is_in_the_help_and_in_the_documents() -> None:
    declared = [one for group in setting_groups() for one in group.declared().values()]
    named = [", ".join(f"`{name}`" for name in one.names) for one in declared]
    rows = [
        f"| {names} | {one.default} | {one.meaning} |"
        for names, one in zip(named, declared, strict=True)
    ]
    table = "\n".join(["| setting | default | |", "| --- | --- | --- |", *rows, "", ""])
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")
    told = CliRunner().invoke(main, ["--help"]).output
    assert [one.name for one in declared if one.name not in told] == []
    assert len(declared) >= 13
