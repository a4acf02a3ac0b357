"""What stands in the way is one line that says what to do, exit code 1, and nothing half-made."""

from __future__ import annotations

import os
import pty
import re
import shutil
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from leeward.config import cli, doctor, env, installation
from leeward.config.postgres import DatabaseProblem, LocalServer
from leeward.platform.access.models import Membership, Organisation, Partnership, User
from tests import plugin
from tests.soak.house import command, environment, folder
from tests.worlds import World


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own, in which nothing was made yet."""
    made = tmp_path / "state"
    made.mkdir()
    monkeypatch.setattr(env, "STATE", made)
    monkeypatch.setattr(installation, "SECRETS", made / "secrets")
    return made


@pytest.fixture
def nowhere(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with no database named at all."""
    for name in ("LEEWARD_WEB_DATABASE_URL", "LEEWARD_OWNER_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return state


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def one_line(result: Result, *words: str) -> str:
    """The one line of a command that was stopped; no traceback, code 1."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("leeward: ")
    assert result.stdout == ""
    for each in words:
        assert each in line, line
    return line


def nothing_made(state: Path) -> None:
    assert not [file for file in state.iterdir() if file.name != "secrets"], list(state.iterdir())


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield int(taken.getsockname()[1])


@pytest.mark.parametrize("what", ["demo", "serve"])
@pytest.mark.parametrize("how", ["option", "PORT"])
def test_a_taken_port(nowhere: Path, monkeypatch: pytest.MonkeyPatch, what: str, how: str) -> None:
    with listening() as port:
        if how == "PORT":
            monkeypatch.setenv("PORT", str(port))
        result = run(what, *(["--port", str(port)] if how == "option" else []))
    one_line(result, f"Port {port} is taken", "PORT=")
    nothing_made(nowhere)


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "", "-1", "²"])
def test_a_port_that_is_none(nowhere: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    one_line(run("demo"), "PORT")
    nothing_made(nowhere)


WRONG = [
    ("mysql://user@localhost/leeward", "DATABASE_URL must begin with postgresql://"),
    ("localhost", "DATABASE_URL must begin with postgresql://"),
    ("postgresql://user@localhost:abc/leeward", "DATABASE_URL"),
    ("postgresql://user@localhost:99999/leeward", "DATABASE_URL"),
    ("postgresql://user:pass]word@[half/leeward", "DATABASE_URL"),
    ("postgresql://user@127.0.0.1:1/leeward", "The database does not answer"),
    ("postgresql://user@nowhere.invalid/leeward", "The database does not answer"),
]


@pytest.mark.parametrize(("url", "words"), WRONG)
@pytest.mark.parametrize("what", ["demo", "migrate"])
def test_a_wrong_database_url(nowhere: Path, monkeypatch: pytest.MonkeyPatch, url: str, words: str, what: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    line = one_line(run(what), words)
    assert "pass]word" not in line, "a password is never printed"
    nothing_made(nowhere)


@pytest.mark.parametrize(
    ("role", "words"),
    [("nobody_here", "does not exist"), ("leeward_web", "permission denied"), ("leeward_web", "refused")],
)
def test_a_role_that_may_not(nowhere: Path, monkeypatch: pytest.MonkeyPatch, role: str, words: str) -> None:
    plugin.start()
    monkeypatch.setenv("DATABASE_URL", plugin._server.url(role, "leeward_never"))
    one_line(run("migrate"), words)
    nothing_made(nowhere)


@contextmanager
def old_server(version: str) -> Iterator[int]:
    """Answers as a PostgreSQL of this version does when somebody signs in."""
    server = socket.create_server(("127.0.0.1", 0))

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!i", len(body) + 4) + body

    def answer() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                with client:
                    while True:
                        size = struct.unpack("!i", client.recv(4))[0]
                        code = struct.unpack("!i", client.recv(size - 4)[:4])[0]
                        if code == 196608:
                            break
                        client.sendall(b"N")  # no TLS, no GSS
                    client.sendall(
                        message(b"R", struct.pack("!i", 0))
                        + message(b"S", b"server_version\0" + version.encode() + b"\0")
                        + message(b"S", b"client_encoding\0UTF8\0")
                        + message(b"S", b"standard_conforming_strings\0on\0")
                        + message(b"K", struct.pack("!ii", 1, 1))
                        + message(b"Z", b"I")
                    )
                    with suppress(OSError):
                        client.recv(4096)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.close()


@pytest.mark.parametrize("version", ["15.4", "9.6.24"])
def test_a_postgresql_that_is_too_old(nowhere: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    with old_server(version) as port:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://admin@127.0.0.1:{port}/leeward?sslmode=disable")
        one_line(run("demo"), f"PostgreSQL {version.split('.')[0]} is too old", "16 or newer")
    nothing_made(nowhere)


def test_a_disk_that_is_nearly_full(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(nowhere)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 * 2**20))
    one_line(run("demo"), "The disk is full: 5 MB are free")
    nothing_made(nowhere)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A real file system with this much room. Skips where the machine does not let us make one."""
    place = folder()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        place.rmdir()
        pytest.skip("this account may not mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root mounts a small disk")
@pytest.mark.parametrize("megabytes", [20, pytest.param(70, marks=pytest.mark.soak)])
def test_a_disk_that_fills_while_the_database_is_made(megabytes: int) -> None:
    """The check beforehand is not asked here: what initdb or the load meets in the middle leaves nothing half-made."""
    with small_disk(megabytes) as state:
        code = (
            "from leeward.config import cli, installation; installation.LEAST_FREE_BYTES = 0;"
            " cli.main(['demo', '--load-only'])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=plugin.ROOT, env=environment(state), capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 1
        (line,) = done.stderr.strip().splitlines()
        assert line.startswith("leeward: ")
        assert "disk" in line.lower() or "space" in line.lower(), line
        assert not (state / "postgres.new").exists()
        assert not (state / "postgres" / "postmaster.pid").exists(), "and nothing runs on"


def test_a_database_folder_is_whole_or_not_there(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """initdb ends in the middle: the half is taken away, and the next start makes it anew."""
    place = folder()
    server = LocalServer(place / "postgres")
    real = LocalServer._call

    def cut_off(self: LocalServer, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        if program != "initdb":
            return real(self, program, *arguments)
        Path(arguments[1]).joinpath("half").touch()
        return subprocess.CompletedProcess([program], 1, "initdb: error: No space left on device\n", "")

    monkeypatch.setattr(LocalServer, "_call", cut_off)
    try:
        with pytest.raises(DatabaseProblem, match="No space left on device"):
            server.start()
        assert not (place / "postgres").exists()
        assert not (place / "postgres.new").exists()
    finally:
        shutil.rmtree(place)


# leeward user add


def add(
    *arguments: str, email: str = "new@example.org", name: str = "Noor Castle", role: str = "practitioner",
    organisation: str = "Estuary Council",
) -> Result:  # fmt: skip
    given = ["--name", name, "--organisation", organisation, "--role", role]
    return run("user", "add", email, *given, *arguments)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "not an address"}, "Enter an e-mail address such as name@example.org."),
        ({"email": ""}, "Enter an e-mail address such as name@example.org."),
        ({"email": "a\0b@example.org"}, "Enter an e-mail address"),
        ({"name": "   "}, "Enter the name as colleagues know it."),
        ({"name": "x" * 10_000}, "too long"),
        ({"name": "No\0or"}, "hidden character"),
        ({"organisation": "  "}, "Enter the organisation's name."),
        ({"organisation": "x" * 10_000}, "too long"),
        ({"role": "queen"}, "There is no role called queen."),
    ],
)
def test_user_add_with_bad_input(world: World, state: Path, wrong: dict[str, str], words: str) -> None:
    users = User.objects.count()
    one_line(add(**wrong), words)  # type: ignore[arg-type]  # the three keywords are texts
    assert User.objects.count() == users


def test_user_add_leaves_no_organisation_behind_when_it_is_refused(world: World, state: Path) -> None:
    done = run("user", "add", "wrong", "--name", "Noor", "--organisation", "Somewhere new", "--role", "practitioner")
    one_line(done, "Enter an e-mail address")
    assert not Organisation.objects.filter(name="Somewhere new").exists()


def test_user_add_says_what_is_missing_and_adds_nobody(state: Path) -> None:
    done = run("user", "add", "new@example.org")
    assert done.exit_code == 2
    assert "Missing option '--name'" in done.output


def test_user_add(world: World, state: Path) -> None:
    done = add()
    assert done.exit_code == 0, done.output
    assert re.search(r"https?://[\w.\[\]:-]+/invitation/\S+", done.stdout), "an address, to be opened as it stands"
    made = Membership.objects.get(user__email="new@example.org")
    assert made.roles == ["practitioner"]
    one_line(add(), "in the organisation already")


def test_user_add_of_somebody_who_signs_in_already_prints_no_address(world: World, state: Path) -> None:
    done = add(email=world.users["idva"].email)
    assert done.exit_code == 0, done.output
    assert "invitation" not in done.stdout
    assert "sign in as before" in done.stdout
    assert Membership.objects.get(user=world.users["idva"], organisation__name="Estuary Council").offered_at


def test_the_demonstration_leaves_a_real_partnership_alone(world: World, state: Path, monkeypatch: Any) -> None:
    def migrated() -> None:
        raise AssertionError("nothing may be done to it first")

    monkeypatch.setattr("leeward.config.cli.run_migrations", migrated)
    monkeypatch.setattr("leeward.demo.load.connections", {"owner": connection})
    one_line(run("demo", "--load-only"), "holds a real partnership")


def test_the_demonstration_says_what_is_loaded(world: World, monkeypatch: Any) -> None:
    from leeward.demo.load import what_is_there

    monkeypatch.setattr("leeward.demo.load.connections", {"owner": connection})
    assert what_is_there() == "real"
    Partnership.objects.update(is_demo=True)
    assert what_is_there() == "empty"


def test_the_socket_of_a_deep_checkout_is_found_again_by_another_process(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 20) / "data"
    ask = "import sys, pathlib, leeward.config.postgres as it; print(it.LocalServer(pathlib.Path(sys.argv[1])).socket)"
    found = {
        subprocess.run(
            [sys.executable, "-c", ask, str(deep)], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


# leeward doctor: each fault, and how to mend it


def faults() -> dict[str, str]:
    return {finding.what: finding.mend for finding in doctor.examine() if not finding.ok}


@pytest.fixture
def sound(world: World, state: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation in which everything that is looked at is as it should be."""
    settings.SECURE, settings.DEBUG, settings.DEMO, settings.CLAMAV = True, False, False, ""
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    (tmp_path / "anchors").touch()
    world.partnership.facts = dict.fromkeys(
        ("local_number", "local_hours", "children_number", "adults_number", "privacy_contact", "accessibility_contact"), "1"
    )  # fmt: skip
    world.partnership.save()
    installation.ensure_secrets()
    for name in ("leeward_secret_key", "leeward_index_key"):
        (state / "secrets" / name).write_text("kept")
        (state / "secrets" / name).chmod(0o600)
    return state


def test_doctor_finds_nothing_where_nothing_is_wrong(sound: Path) -> None:
    assert faults() == {}
    done = run("doctor")
    assert done.exit_code == 0
    assert "MEND" not in done.output


def test_doctor_finds_a_secret_that_others_can_read(sound: Path) -> None:
    file = sound / "secrets" / "leeward_secret_key"
    file.chmod(0o644)
    assert faults() == {"Secret leeward_secret_key": f"Let only this account read it: chmod 600 {file}"}
    assert run("doctor").exit_code == 1
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert faults() == {}


def test_doctor_finds_a_full_disk(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(sound)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10 * 2**20))
    assert faults() == {"Disk: 10 MB are free": "Make room."}


def test_doctor_finds_that_the_front_end_is_missing(
    sound: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(env, "ROOT", tmp_path)
    assert faults() == {"Front end": "Build it: make assets"}


@pytest.mark.parametrize(
    ("name", "value", "what", "mend"),
    [
        ("SECURE", False, "Served over HTTPS only", "Set LEEWARD_SECURE=1."),
        ("DEBUG", True, "Debugging is off", "Unset LEEWARD_DEBUG."),
        ("DEMO", True, "Demonstration sign-in is off", "Unset LEEWARD_DEMO."),
        ("CLAMAV", "127.0.0.1:1", "Virus scan", "ClamAV does not answer at 127.0.0.1:1"),
        ("AUDIT_ANCHORS", "/nonexistent/anchors", "The log is anchored outside the database", "leeward audit anchor"),
    ],
)
def test_doctor_finds_a_wrong_setting(sound: Path, settings: Any, name: str, value: Any, what: str, mend: str) -> None:
    setattr(settings, name, value)
    (found,) = faults().items()
    assert found[0] == what
    assert mend in found[1]


def test_doctor_finds_mistakes_in_public_pages_of_its_own(sound: Path, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "pages" / "en").mkdir(parents=True)
    settings.CONTENT = str(tmp_path / "pages")
    assert faults() == {}
    assert "Public pages of your own: 0" in run("doctor").output
    (tmp_path / "pages" / "en" / "housing.md").write_text("Nothing before it.")
    (found,) = faults().items()
    assert found[0] == "Public pages of your own"
    assert "en/housing.md: it must begin with a line of three dashes" in found[1]


def test_doctor_finds_that_the_log_was_touched(sound: Path) -> None:
    with connection.cursor() as cursor:  # an anchor of an entry that is not there: its chain was cut
        cursor.execute("SELECT audit_check('{7}', '{400}', '{00}')")
    (found,) = faults().items()
    assert "does not hold" in found[0]
    assert "chain 7: entry 400 was anchored and is gone" in found[1]
    assert run("doctor").exit_code == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_check('{}', '{}', '{}')")


def test_doctor_finds_what_the_public_pages_cannot_say(sound: Path, world: World) -> None:
    del world.partnership.facts["children_number"]
    world.partnership.save()
    assert faults() == {
        "What the public pages say of Estuary Partnership": "Set under Administration, Partnership: children_number (general words stand there meanwhile)."
    }


def test_doctor_finds_that_nobody_receives_contacts(sound: Path, world: World) -> None:
    world.organisations["point"].is_access_point = False
    world.organisations["point"].save()
    (found,) = faults().items()
    assert found[0] == "Contacts of Estuary Partnership are received"
    assert "Choose the access point" in found[1]


def test_doctor_finds_that_nobody_works_with_contacts(sound: Path, world: World) -> None:
    Membership.objects.filter(teams=world.teams["triage"]).update(roles=["referrer"])
    (found,) = faults().items()
    assert "nobody in it works with them" in found[1]


def test_doctor_finds_that_the_database_does_not_answer(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@127.0.0.1:1/leeward")
    (mend,) = faults().values()
    assert mend.startswith("The database does not answer")


def test_doctor_on_a_database_that_was_never_migrated_and_a_role_that_bypasses(state: Path) -> None:
    """In a process of its own: another database, as a superuser."""
    plugin.start()
    name = f"leeward_roles_{plugin.WORKER}"
    plugin.drop(name)
    url = plugin.admin_url(name)
    from leeward.config.postgres import prepare

    prepare(plugin.admin_url(), name)
    try:
        done = subprocess.run(
            command("doctor"), cwd=plugin.ROOT, capture_output=True, text=True, check=False,
            env=environment(state, LEEWARD_WEB_DATABASE_URL=url, LEEWARD_OWNER_DATABASE_URL=plugin.owner_url(name)),
        )  # fmt: skip
    finally:
        plugin.drop(name)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    mend = [line for line in done.stdout.splitlines() if line.startswith("MEND")]
    assert any("must name the role leeward_web" in line for line in mend), done.stdout
    assert any("at this version: Run `leeward migrate`." in line for line in mend)
    assert any("Row security is forced" in line and "leeward migrate" in line for line in mend)


def test_migrating_shows_how_far_it_is(state: Path) -> None:
    """A real process with a terminal, on a database of an earlier version; a second run has nothing to show."""
    plugin.start()
    name = f"leeward_migrate_{plugin.WORKER}"
    with plugin.one_at_a_time():
        plugin.copy_template(name)
    where = environment(
        state, LEEWARD_WEB_DATABASE_URL=plugin.web_url(name), LEEWARD_OWNER_DATABASE_URL=plugin.owner_url(name)
    )
    where = {key: value for key, value in where.items() if key != "LEEWARD_QUIET"}
    back = ["manage.py", "migrate", "--database", "owner", "-v0", "--skip-checks", "accommodation", "0001"]
    try:
        subprocess.run([sys.executable, *back], cwd=plugin.ROOT, env=where, check=True)
        shown = [_at_a_terminal(command("migrate"), where) for _ in range(2)]
    finally:
        plugin.drop(name)
    assert "Bringing the database to this version" in shown[0]
    assert "100%" in shown[0]
    assert "Bringing" not in shown[1]
    assert all("The database is at this version." in words for words in shown)


def _at_a_terminal(what: list[str], where: dict[str, str]) -> str:
    """Everything that a command writes, to a terminal; it must end well."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        what, cwd=plugin.ROOT, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
        env={**where, "TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    written = b""
    with suppress(OSError):  # the end of a terminal
        while block := os.read(ours, 4096):
            written += block
    os.close(ours)
    assert process.wait(120) == 0, written.decode()
    return written.decode()
