"""What services and tasks find in their environment: a list of what they may, not of what they may not."""

from pathlib import Path

import pytest

from infra.airflow.services import airflow_services
from infra.local_stack.environment import base_environment, task_environment
from jobs.config import Settings

SECRETS = {
    "PLAYHEAD_PSEUDONYM_KEY": "1a" * 32,
    "PLAYHEAD_LEDGER_URL": "postgresql://somebody:password@host/ledger",
    "AWS_SECRET_ACCESS_KEY": "key of a store",
    "AZURE_STORAGE_KEY": "key of another store",
    "GITHUB_TOKEN": "of something else",
    "MLFLOW_TRACKING_PASSWORD": "of another server",
    "AIRFLOW__CORE__FERNET_KEY": "of another Airflow",
}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def secrets_in(environment: object) -> set[str]:
    return {name for name, value in SECRETS.items() if value in str(environment)}


def test_no_service_gets_a_secret(tmp_path: Path) -> None:
    assert secrets_in(base_environment(tmp_path)) == set()


@pytest.mark.parametrize(
    ("lake", "expected"),
    [
        (None, {"PLAYHEAD_PSEUDONYM_KEY", "PLAYHEAD_LEDGER_URL"}),
        (
            "s3://bucket/lake",
            {"PLAYHEAD_PSEUDONYM_KEY", "PLAYHEAD_LEDGER_URL", "AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_KEY"},
        ),
    ],
    ids=["a lake here", "a lake on an object store"],
)
def test_tasks_get_settings_and_keys_of_a_store_where_the_lake_is_on_one(
    tmp_path: Path, lake: str | None, expected: set[str]
) -> None:
    assert secrets_in(task_environment(Settings(home=tmp_path, lake=lake, ledger_url=None))) == expected


def test_of_airflows_services_only_the_one_that_starts_tasks_gets_what_they_need(tmp_path: Path) -> None:
    services = airflow_services(tmp_path, 8080, base_environment(tmp_path), task_environment(Settings(home=tmp_path)))
    with_secrets = {service.name: secrets_in(service.environment) for service in services}
    assert {name for name, found in with_secrets.items() if found} == {"airflow-scheduler"}


def test_services_find_what_makes_them_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("HOME", "/home/somebody")
    found = base_environment(tmp_path)
    expected = {"LC_ALL": "C.UTF-8", "HOME": "/home/somebody", "PLAYHEAD_HOME": str(tmp_path)}
    assert {name: found[name] for name in expected} == expected
    assert Path(found["TMPDIR"]).parent.parent == tmp_path
