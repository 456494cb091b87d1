"""The command line as a person meets it. None of this starts Spark, except making the one small table to look at."""

import json
import os
import re
import socket
import sys
from pathlib import Path

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from jobs.cli import commands as cli
from jobs.config import Settings
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.gold import TITLE_FEATURES
from jobs.contracts.silver import PROFILES
from jobs.contracts.table import Column
from jobs.ledger.ledger import Batch, Ledger
from jobs.run.publication import publish
from jobs.storage.lake import Lake
from tests.factories import NOON, make_rows
from tests.older_home import store

GIVEN_KEY = "1a" * 32
README = Path(__file__).parents[2] / "README.md"


def every_command() -> list[str]:
    """As one types them; a group of commands is one, too."""
    commands = get_group(cli.app).commands
    nested = [f"{name} {inner}" for name, group in commands.items() for inner in getattr(group, "commands", {})]
    return [*commands, *nested]


def commands_in_readme() -> set[str]:
    """Of its table: `playhead model compare` · `promote` names two."""
    told: set[str] = set()
    for row in re.findall(r"^\| (`playhead .*?) \|", README.read_text(), re.MULTILINE):
        first, *others = [re.sub(r" \[?(--|[A-Z]).*", "", quoted) for quoted in re.findall(r"`(.+?)`", row)]
        group = first.rpartition(" ")[0]
        told |= {name if name.startswith("playhead ") else f"{group} {name}" for name in (first, *others)}
    return {name.removeprefix("playhead ") for name in told}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No playhead.toml of whoever runs the tests is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYHEAD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The exit code."""
    monkeypatch.setattr(sys, "argv", ["playhead", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def said_in(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said, without the line breaks of a narrow terminal."""
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("command", every_command())
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(cli.app, [*command.split(), "--help"])
    assert (result.exit_code, "Usage" in result.output) == (0, True)


def test_the_readme_tells_of_every_command_and_of_no_other() -> None:
    groups = get_group(cli.app).commands.items()
    does_nothing = {name for name, group in groups if getattr(group, "no_args_is_help", False)}
    assert commands_in_readme() == set(every_command()) - does_nothing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tables", "gold.nothing"], "There is no table 'gold.nothing'. `playhead tables` lists them."),
        (["show", "gold.nothing"], "There is no table 'gold.nothing'. `playhead tables` lists them."),
        (["show", "gold.viewing_session"], "Did you mean gold.viewing_sessions?"),
        (["show", "title_features"], "Did you mean gold.title_features?"),
        (["show", "gold.title_features", "--columns", "kind,age"], "gold.title_features has no column age."),
        (["gold", "--from", "2026-06-02"], "Give both --from and --to, the earlier date first."),
        (["gold", "--from", "2026-06-02", "--to", "2026-06-01"], "Give both --from and --to, the earlier date first."),
        (
            ["gold", "--batch", "abc", "--from", "2026-06-01", "--to", "2026-06-02"],
            "Give either --batch, or --from and --to.",
        ),
        (["land", "no-such-file"], "no-such-file does not exist. Give files or folders that do."),
        (["land", "--feed", "gossip"], "There is no feed 'gossip'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    exit_code = run_main(monkeypatch, *arguments)
    output = capsys.readouterr()
    assert (exit_code, output.out) == (2, "")
    assert message in output.err


@pytest.mark.parametrize(("name", "value"), [("PLAYHEAD_BAD_LINE_LIMIT", "1.5"), ("PLAYHEAD_BAD_LINE_LIMIT", "many")])
def test_a_wrong_setting_ends_with_2_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert run_main(monkeypatch, "run") == 2
    assert "bad_line_limit" in capsys.readouterr().err


def test_an_unknown_setting_in_the_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "playhead.toml").write_text('colour = "red"\n')
    assert run_main(monkeypatch, "run") == 2
    assert "colour" in capsys.readouterr().err


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "playhead.toml").write_text('master = "local[1]"\ndriver_memory = "1g"\n')
    monkeypatch.setenv("PLAYHEAD_MASTER", "local[2]")
    settings = Settings()
    assert (settings.master, settings.driver_memory) == ("local[2]", "1g")


def test_a_run_with_nothing_to_do_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["playhead", "run"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "Nothing new: no file was written." in capsys.readouterr().err


def test_the_catalogue_names_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    cli.app(["tables"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert [table.full_name for table in ALL_TABLES if table.full_name not in shown] == []


def test_a_tables_page_explains_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    unexplained = []
    for table in ALL_TABLES:
        cli.app(["tables", table.full_name], standalone_mode=False)
        shown = capsys.readouterr().out
        unexplained += [f"{table.full_name}.{c.name}" for c in table.columns if not _is_explained(c, shown)]
    assert unexplained == []


def _is_explained(column: Column, shown: str) -> bool:
    return any(column.name in line and column.comment in line and column.privacy in line for line in shown.splitlines())


def test_show_prints_as_many_rows_as_asked(lake: Lake, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"title_id": f"title-{number}", "kind": "[bold]film[/]"} for number in range(5)]
    lake.append(TITLE_FEATURES, make_rows(lake.spark, TITLE_FEATURES, rows), "load-1")
    assert Path(lake.root) == home / "lake"
    publish(lake, [TITLE_FEATURES], "load-1", NOON)
    cli.app(["show", "gold.title_features", "--rows", "3"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert (shown.count("title-"), shown.count("[bold]film[/]")) == (3, 3)


def test_show_lets_no_text_act_on_the_terminal(lake: Lake, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"title_id": "clears the screen", "kind": "\x1b[2J\u202efilm"}]
    lake.append(TITLE_FEATURES, make_rows(lake.spark, TITLE_FEATURES, rows), "load-1")
    publish(lake, [TITLE_FEATURES], "load-1", NOON)
    cli.app(["show", "gold.title_features"], standalone_mode=False)
    assert "\\x1b[2J\\u202efilm" in capsys.readouterr().out


def test_show_shows_what_is_published_and_nothing_else(
    lake: Lake, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake.append(TITLE_FEATURES, make_rows(lake.spark, TITLE_FEATURES, [{"title_id": "published"}]), "load-1")
    publish(lake, [TITLE_FEATURES], "load-1", NOON)
    lake.append(TITLE_FEATURES, make_rows(lake.spark, TITLE_FEATURES, [{"title_id": "half-done"}]), "load-2")
    cli.app(["show", "gold.title_features"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert ("published" in shown, "half-done" in shown) == (True, False)


def test_doctor_as_json_says_what_was_looked_at_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    checks = json.loads(result.stdout)
    assert {"Java", "Delta jars", "Python", "pyspark", "disk", "memory"} <= {c["name"] for c in checks}
    assert {frozenset(check) for check in checks} == {frozenset({"name", "is_fine", "found", "to_do"})}
    assert [check for check in checks if check["is_fine"] != (check["to_do"] == "")] == []


def test_doctor_finds_a_port_that_somebody_else_has(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        monkeypatch.setenv("PLAYHEAD_DOCS_PORT", str(port))
        result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    (check,) = (check for check in json.loads(result.stdout) if check["name"] == f"docs port {port}")
    assert (check["is_fine"], check["found"]) == (False, "taken")
    assert check["to_do"] == "`make up` wants it: end what listens there, or set PLAYHEAD_DOCS_PORT."


def test_doctor_finds_a_key_that_others_can_read(home: Path) -> None:
    (home / "keys").mkdir(parents=True)
    (home / "keys").chmod(0o755)
    result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    (check,) = (check for check in json.loads(result.stdout) if check["name"] == "pseudonym key")
    assert (check["is_fine"], check["to_do"]) == (False, f"Others can read it: chmod 700 {home / 'keys'}")
    assert result.exit_code != 0


@pytest.mark.parametrize("key", ["pseudonym-epoch-1.key", "linkage.key"])
@pytest.mark.parametrize("left", ["open", "gone"])
def test_doctor_looks_at_each_key_by_name(home: Path, key: str, left: str) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    store(Settings(home=home), PROFILES)
    path = home / "keys" / key
    if left == "open":
        path.chmod(0o640)
    else:
        path.unlink()
    checks = json.loads(CliRunner().invoke(cli.app, ["doctor", "--json"]).stdout)
    found = {check["name"]: check["to_do"] for check in checks if check["name"].endswith(" key")}
    names = ("linkage key", "pseudonym key")
    wrong, right = names if key == "linkage.key" else reversed(names)
    to_do = {
        "open": f"Others can read it: chmod 600 {path}",
        "gone": f"Put the {wrong} of this lake back into {home / 'keys'}. "
        "A home of an earlier version: `playhead upgrade`.",
    }
    assert found == {wrong: to_do[left], right: ""}


def test_doctor_looks_for_the_linkage_key_where_the_other_is_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    monkeypatch.setenv("PLAYHEAD_PSEUDONYM_KEY", GIVEN_KEY)
    (home / "keys" / "linkage.key").chmod(0o640)
    checks = json.loads(CliRunner().invoke(cli.app, ["doctor", "--json"]).stdout)
    assert {check["name"]: check["is_fine"] for check in checks if check["name"].endswith(" key")} == {
        "pseudonym key": True,
        "linkage key": False,
    }


@pytest.mark.parametrize(
    ("left", "to_do"),
    [("ledger.db", "Others can read {home}/ledger.db: chmod -R go= {home}"), (None, "")],
    ids=["an open file", "a closed home"],
)
def test_doctor_finds_what_others_can_read(home: Path, left: str | None, to_do: str) -> None:
    home.mkdir(mode=0o700)
    if left:
        (home / left).touch()
        (home / left).chmod(0o644)
    result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    (check,) = (check for check in json.loads(result.stdout) if check["name"] == "home")
    assert (check["is_fine"], check["to_do"]) == (not left, to_do.format(home=home))


def test_a_key_that_others_can_read_is_refused_and_found(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    key = home / "keys" / "pseudonym-epoch-1.key"
    key.chmod(0o640)
    assert run_main(monkeypatch, "keys", "rotate", "--yes") == 1
    assert f"Others can read {key}. Nothing was written. Close it: chmod 600 {key}" in said_in(capsys)
    result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    (check,) = (check for check in json.loads(result.stdout) if check["name"] == "pseudonym key")
    assert (check["is_fine"], check["to_do"]) == (False, f"Others can read it: chmod 600 {key}")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666], ids=oct)
def test_a_settings_file_that_others_may_write_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "playhead.toml"
    file.write_text('lake = "/somewhere/else"\n')
    file.chmod(mode)
    assert run_main(monkeypatch, "run") == 2
    assert f"Other users may write {file}. See that it says what you mean, then: chmod go-w {file}" in said_in(capsys)
    assert not (tmp_path / "home").exists()
    file.chmod(0o644)
    assert Settings().lake == "/somewhere/else"


def test_a_settings_file_with_the_key_is_its_owners_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "playhead.toml"
    file.write_text(f'pseudonym_key = "{GIVEN_KEY}"\n')
    file.chmod(0o640)
    assert run_main(monkeypatch, "run") == 2
    said = said_in(capsys)
    assert f"{file} holds a key, and others can read it: chmod 600 {file}" in said
    assert GIVEN_KEY not in said
    file.chmod(0o600)
    assert Settings().pseudonym_key is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_settings_file_of_another_user_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "playhead.toml"
    file.write_text('lake = "/somewhere/else"\n')
    os.chown(file, 12345, 12345)
    assert run_main(monkeypatch, "run") == 2
    assert f"{file} belongs to another user" in said_in(capsys)


def test_simulate_writes_into_the_folder_and_says_how_much(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["--days", "1", "--viewers", "10", "--seed", "3", "--out", str(tmp_path / "out")]
    assert run_main(monkeypatch, "simulate", *arguments, "--start-date", "2026-01-02") == 0
    output = capsys.readouterr()
    assert (output.out, "Wrote 1 event file with" in output.err) == ("", True)
    assert [path.name[:19] for path in (tmp_path / "out" / "events").iterdir()] == ["playback-2026-01-02"]


def test_simulate_says_where_lists_come_from(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home.mkdir()
    assert run_main(monkeypatch, "simulate", "--recommended", "--out", str(tmp_path / "out")) == 2
    said = capsys.readouterr().err
    assert f"No list is in {home / 'lake'} yet. `playhead recommend` makes them." in said
    assert not (tmp_path / "out").exists()


def test_keys_are_made_once_and_rotated_into_the_next_epoch(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    assert run_main(monkeypatch, "keys", "init") == 2
    assert "`playhead keys rotate` begins the next epoch" in capsys.readouterr().err
    assert run_main(monkeypatch, "keys", "rotate", "--yes") == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "Epoch 2 begins." in said
    assert sorted(path.name for path in (home / "keys").iterdir()) == [
        "linkage.key",
        "pseudonym-epoch-1.key",
        "pseudonym-epoch-2.key",
    ]
    for path in (home / "keys").iterdir():
        assert path.read_text().strip() not in said


def test_a_lost_key_is_not_replaced_by_init(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    key = home / "keys" / "pseudonym-epoch-1.key"
    key.unlink()
    assert run_main(monkeypatch, "keys", "init") == 1
    assert not key.exists()


def test_a_fresh_home_has_no_key_to_rotate(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    assert run_main(monkeypatch, "keys", "rotate") == 2
    assert "`playhead keys init` makes the first one" in capsys.readouterr().err


def test_a_lost_key_is_not_replaced_by_rotate(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    key = home / "keys" / "pseudonym-epoch-1.key"
    key.unlink()
    assert run_main(monkeypatch, "keys", "rotate") == 1
    assert not key.exists()


def test_another_lakes_key_is_not_rotated(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    key = home / "keys" / "pseudonym-epoch-1.key"
    key.write_text(GIVEN_KEY)
    assert run_main(monkeypatch, "keys", "rotate") == 1
    assert f"The key of epoch 1 in {home / 'keys'} is not the one" in capsys.readouterr().err
    assert list((home / "keys").glob("pseudonym-*")) == [key]


def test_no_epoch_begins_in_the_middle_of_a_load_of_silver(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.app(["keys", "init"], standalone_mode=False)
    ledger = Ledger(f"sqlite:///{home / 'ledger.db'}")
    ledger.record_landed(Batch("a" * 64, "events", "a.ndjson", size_bytes=10, line_count=2, landed_at=NOON))
    landed = ledger.open_load("bronze", NOON)
    assert landed is not None
    ledger.close_load(landed, NOON)
    ledger.open_load("silver", NOON)
    assert run_main(monkeypatch, "keys", "rotate") == 2
    assert "A load of silver was begun and not finished." in capsys.readouterr().err
    assert len(list((home / "keys").glob("pseudonym-*"))) == 1


@pytest.mark.parametrize("command", ["init", "rotate"])
def test_no_key_is_made_beside_one_that_is_given(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("PLAYHEAD_PSEUDONYM_KEY", GIVEN_KEY)
    home.mkdir()
    assert run_main(monkeypatch, "keys", command) == 2
    assert "PLAYHEAD_PSEUDONYM_KEY is set: that is the key." in capsys.readouterr().err
    assert not (home / "keys").exists()


@pytest.mark.parametrize("value", ["", GIVEN_KEY[:-1], GIVEN_KEY + "0", "x" * 64], ids=["empty", "short", "long", "x"])
def test_a_given_key_of_the_wrong_form_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("PLAYHEAD_PSEUDONYM_KEY", value)
    assert run_main(monkeypatch, "run") == 2
    said = capsys.readouterr().err
    assert "it should be 64 hexadecimal digits" in said
    assert not value or value[:16] not in said


@pytest.mark.parametrize(
    "line", [f"pseudonym_key = 0x{GIVEN_KEY}", f'pseudonymkey = "{GIVEN_KEY}"'], ids=["a number", "another name"]
)
def test_a_key_that_is_mistyped_in_the_file_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str
) -> None:
    (tmp_path / "playhead.toml").write_text(line + "\n")
    assert run_main(monkeypatch, "run") == 2
    said = capsys.readouterr().err
    assert [form for form in (GIVEN_KEY, str(int(GIVEN_KEY, 16))) if form[:16] in said] == []


def test_a_given_key_is_not_in_the_settings_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_PSEUDONYM_KEY", GIVEN_KEY)
    assert GIVEN_KEY not in repr(Settings()) + str(Settings())


def test_doctor_does_not_ask_for_a_key_file_where_the_key_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_PSEUDONYM_KEY", GIVEN_KEY)
    result = CliRunner().invoke(cli.app, ["doctor", "--json"])
    (check,) = (check for check in json.loads(result.stdout) if check["name"] == "pseudonym key")
    assert check["found"] == "given by PLAYHEAD_PSEUDONYM_KEY"
