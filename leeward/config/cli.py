"""The command line `leeward`, for those who run it: serve, worker, migrate, demo, doctor, audit, user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import click

from leeward.config import env, installation
from leeward.config.installation import Problem

HERE = "127.0.0.1"
HIGHEST_PORT = 65535
PORT = click.IntRange(1, HIGHEST_PORT)


class Plain(click.Group):
    """A group whose commands end a Problem with its one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a Problem is one line, never a traceback."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            words = str(problem)
        except Exception as problem:
            if not installation.is_disk_full(problem):
                raise
            words = "The disk is full: make room, and start again. Nothing is half-made."
        click.echo(f"leeward: {words}", err=True)
        raise click.exceptions.Exit(1)


@click.group(cls=Plain)
@click.version_option(package_name="leeward", message="Leeward %(version)s")
def main() -> None:
    """Leeward: the shared system of a partnership that responds to domestic abuse."""
    installation.ensure_secrets()


def setup() -> None:
    """Start Django in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
    django.setup()


def run_migrations() -> None:
    """Migrate and apply the policies as the owner; nothing to do is found out in milliseconds."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from rich.console import Console
    from rich.progress import Progress

    mark = installation.schema_mark()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('leeward_schema') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT mark FROM leeward_schema")
            row = cursor.fetchone()
            if row and row[0] == mark:
                return
    executor = MigrationExecutor(connections["owner"])
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    quiet = os.environ.get("LEEWARD_QUIET") == "1"
    with Progress(transient=True, console=Console(stderr=True), disable=quiet) as progress:
        bar = progress.add_task("Bringing the database to this version", total=steps + 1)
        call_command(
            "migrate", database="owner", verbosity=0, interactive=False, skip_checks=True,
            progress=lambda: progress.advance(bar),
        )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS leeward_schema (mark text NOT NULL)")
        cursor.execute("DELETE FROM leeward_schema")
        cursor.execute("INSERT INTO leeward_schema VALUES (%s)", [mark])


@main.command()
def migrate() -> None:
    """Bring the database to this version: tables, functions, row policies, code lists."""
    with installation.database() as roles:
        installation.use(roles, owner=True)
        setup()
        run_migrations()
    click.echo("The database is at this version.")


def server_command(port: int, host: str) -> list[str]:
    """How the web server is started: threads share one connection pool; a worker a core."""
    workers = os.environ.get("LEEWARD_WORKERS", str(min(os.cpu_count() or 2, 4)))
    threads = os.environ.get("LEEWARD_THREADS", "4")
    return [
        sys.executable, "-m", "gunicorn", "leeward.config.wsgi:application", "--bind", f"{host}:{port}",
        "--workers", workers, "--worker-class", "gthread", "--threads", threads, "--no-control-socket",
        "--keep-alive", "15", "--graceful-timeout", "10", "--log-level", "warning", "--preload",
        "--config", "python:leeward.config.server",
    ]  # fmt: skip


def web_environment() -> dict[str, str]:
    """The environment of a web process: it never has the owner's address."""
    return {
        name: value for name, value in os.environ.items() if name not in ("LEEWARD_OWNER_DATABASE_URL", "DATABASE_URL")
    }


class Children:
    """The processes that a command started, ended together when it ends."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self.stopping = self.waiting = False

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start one in a session of its own, so that Ctrl-C reaches it through us, in order."""
        process = subprocess.Popen(command, env=web_environment(), start_new_session=True, cwd=env.ROOT)
        self.processes.append(process)
        return process

    def wait(self) -> int:
        """Wait until one ends or we are told to stop; then end all. Answers the exit code."""
        code = 0
        self.waiting = True
        while not self.stopping:
            for process in self.processes:
                if process.poll() is not None:
                    code = 1
                    self.stopping = True
            time.sleep(0.1)
        self.end()
        return code

    def end(self) -> None:
        """End all of them, gently first."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self.waiting:  # something else is at work, a load say: it is broken off
            raise KeyboardInterrupt
        self.stopping = True


def chosen_port() -> int:
    """The port that PORT names, else 8000."""
    text = os.environ.get("PORT", "8000")
    if not (text.isdecimal() and 1 <= int(text) <= HIGHEST_PORT):
        raise Problem(f"PORT must be a number from 1 to {HIGHEST_PORT}, and is {text!r}: PORT=8001 for example.")
    return int(text)


def worker_command() -> list[str]:
    """How the background worker is started."""
    return [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]


def wait_until_ready(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Wait until the server answers on /ready; raises Problem if it ends or takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Problem("The web server did not start: its own words stand above.")
        with suppress(OSError):
            urllib.request.urlopen(f"http://{HERE}:{port}/ready", timeout=2)
            return
        time.sleep(0.05)
    raise Problem("The web server did not answer in time.")


@main.command()
@click.option("--port", default=chosen_port, type=PORT, help="The port to listen on.")
@click.option("--host", default=HERE, help="The address to listen on; a reverse proxy stands before it.")
def serve(port: int, host: str) -> None:
    """Serve the pages (behind a reverse proxy that speaks HTTPS)."""
    installation.check_port(port, host)
    with installation.database() as roles:
        installation.use(roles)
        collect_assets()
        children = Children()
        children.start(server_command(port, host))
        code = children.wait()
    sys.exit(code)


@main.command()
def worker() -> None:
    """Do the work that pages put off: anchoring the log, tidying, reminders."""
    with installation.database() as roles:
        installation.use(roles)
        children = Children()
        children.start(worker_command())
        code = children.wait()
    sys.exit(code)


def collect_assets() -> None:
    """Hash and compress the built front end, where it has changed."""
    from django.conf import settings
    from django.core.management import call_command

    setup()
    built, collected = Path(settings.STATICFILES_DIRS[0]), Path(settings.STATIC_ROOT)
    if not built.exists():
        raise Problem("The front end has not been built: run `make assets`.")
    newest = max((file.stat().st_mtime for file in built.rglob("*") if file.is_file()), default=0.0)
    manifest = collected / "staticfiles.json"
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


@main.command()
@click.option("--size", type=click.Choice(["small", "county", "nation"]), default="small", help="How many people.")
@click.option("--seed", default=1, type=int, help="The same seed makes the same partnership.")
@click.option("--port", default=chosen_port, type=PORT, help="The port to listen on.")
@click.option("--load-only", is_flag=True, help="Make the data and stop.")
@click.option("--database", default="", help="The name of its database, to have another beside the usual one.")
def demo(size: str, seed: int, port: int, load_only: bool, database: str) -> None:
    """Open a fictional partnership on this machine: data, pages, and one sign-in link a role."""
    if not load_only:
        installation.check_port(port)
    usual = f"leeward_demo_{size}" if size != "small" else "leeward_demo"
    with installation.database(database or usual) as roles:
        installation.use(roles, owner=True, demo=True)
        setup()
        from leeward.demo.load import ensure_loaded, everybody, sign_in_links, what_is_there

        there, asked = what_is_there(), f"size {size} and seed {seed}"
        if there == "real":
            raise Problem(
                "This database holds a real partnership: the demonstration leaves it alone. "
                "Name another: --database NAME."
            )
        if there not in ("empty", asked):
            click.echo(f"Already loaded, of {there}: it is shown as it is. For {asked}: --database NAME.")
        if load_only:
            run_migrations()
            ensure_loaded(size=size, seed=seed)
            click.echo(f"The partnership of {asked if there == 'empty' else there} is loaded.")
            return
        collect_assets()
        children = Children()
        # The server takes as long to start as the database to be looked at: side by side.
        server = children.start(server_command(port, HERE))
        try:
            run_migrations()
            ensure_loaded(size=size, seed=seed)
            links = sign_in_links()
            from django.db import connections

            connections.close_all()
            wait_until_ready(port, server)
        except BaseException:
            children.end()
            raise
        children.start(worker_command())
        # By name: a browser gives a passkey to a name and never to a number.
        click.echo(f"ready: http://localhost:{port}/")
        for role, path in links:
            click.echo(f"  {role}: http://localhost:{port}{path}")
        if len(links) < everybody():
            click.echo("An older version made this one: not everybody is in it. `--database NAME` makes a new one.")
        click.echo("Ctrl-C stops all of it; the data stays.")
        code = children.wait()
    sys.exit(code)


@main.command()
def doctor() -> None:
    """Say what is wrong with this installation, and how to mend it."""
    from leeward.config.doctor import examine

    problems = 0
    for finding in examine():
        click.echo(
            f"{'ok  ' if finding.ok else 'MEND'}  {finding.what}" + (f": {finding.mend}" if finding.mend else "")
        )
        problems += not finding.ok
    sys.exit(1 if problems else 0)


@main.group()
def audit() -> None:
    """The log of everything done and looked at."""


@audit.command("verify")
def audit_verify() -> None:
    """Check every chain of the log, and its anchors outside the database."""
    with installation.database() as roles:
        installation.use(roles, owner=True)
        setup()
        from leeward.platform.access.chain import keep, verify_with_progress

        report = verify_with_progress()
        keep(report)
    click.echo(report.words)
    sys.exit(0 if report.ok else 1)


@audit.command("anchor")
@click.option("--anew", is_flag=True, help="After a restore: keep the anchors of before aside, and begin new ones.")
def audit_anchor(anew: bool) -> None:
    """Write the heads of all chains to the anchor file, to be kept elsewhere."""
    with installation.database() as roles:
        installation.use(roles, owner=True)
        setup()
        from leeward.platform.access.chain import anchor_anew, write_anchor

        if not anew:
            click.echo(f"Anchored: {write_anchor()}")
            return
        try:
            report, kept = anchor_anew()
        except OSError as problem:
            raise click.ClickException(f"The anchors cannot be kept aside: {problem}.") from problem
    click.echo(report.words)
    if not report.ok:
        raise click.ClickException("The log does not hold in itself: nothing was anchored anew.")
    click.echo("Anchored anew, and written into the log." + (f" The anchors of before are in {kept}." if kept else ""))


SIGNS_IN_ALREADY = (
    "They sign in as before; where they act for another organisation, they accept this place under “Your account”."
)


def own_address() -> str:
    """Where people reach the pages: the first name of LEEWARD_HOSTS."""
    from django.conf import settings

    host = str(settings.ALLOWED_HOSTS[0]).removeprefix(".")
    if host == "*":
        return "https://…"
    local = host in ("localhost", HERE)
    return f"{'https' if settings.SECURE else 'http'}://{host}{f':{chosen_port()}' if local else ''}"


@main.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name as colleagues see it.")
@click.option("--organisation", required=True, help="The organisation's name.")
@click.option("--role", "roles", multiple=True, required=True, help="A role's key; may be repeated.")
def user_add(email: str, name: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Add somebody who signs in, and print the link with which they set up a passkey or authenticator."""
    with installation.database() as database:
        installation.use(database)
        setup()
        from leeward.platform.access.actions import invite_from_command_line
        from leeward.platform.common.errors import Refused

        try:
            link = invite_from_command_line(email=email, name=name, organisation=organisation, roles=roles)
        except Refused as refused:
            raise Problem(refused.words) from None
        click.echo(f"Added. One use, for three days: {own_address()}{link}" if link else f"Added. {SIGNS_IN_ALREADY}")


@main.group()
def key() -> None:
    """Keys with which agencies' own systems refer."""


@key.command("add")
@click.argument("email")
@click.option("--organisation", required=True, help="The organisation's name.")
@click.option("--name", required=True, help="Which system will hold the key.")
def key_add(email: str, organisation: str, name: str) -> None:
    """Make a key that acts as a user of an organisation, and print it: it is shown this once."""
    with installation.database() as database:
        installation.use(database)
        setup()
        from leeward.platform.access.keys import issue_key_from_command_line
        from leeward.platform.common.errors import Refused

        try:
            made = issue_key_from_command_line(email=email, organisation=organisation, name=name)
        except Refused as refused:
            raise Problem(refused.words) from None
    click.echo(made)


@main.group()
def instruments() -> None:
    """Risk assessment instruments, with a partnership's own licensed wording."""


@instruments.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--partnership", default="", help="The partnership's name; may be left out where there is one.")
def instruments_load(file: Path, partnership: str) -> None:
    """Load a version of an instrument from a file, checked whole; assessments made before keep theirs."""
    with installation.database() as database:
        installation.use(database, owner=True)
        setup()
        from leeward.platform.common.errors import Refused
        from leeward.record.risk.actions.instruments import load_from_command_line
        from leeward.record.risk.instruments import InstrumentError

        try:
            words = load_from_command_line(file=file, partnership=partnership)
        except (Refused, InstrumentError) as problem:
            raise Problem(str(problem)) from None
    click.echo(words)


@main.group()
def areas() -> None:
    """The areas of a partnership, with where they lie."""


@areas.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--partnership", default="", help="The partnership's name; may be left out where there is one.")
@click.option("--vintage", default="", help="Of which year the codes are; this year's where it is left out.")
def areas_load(file: Path, partnership: str, vintage: str) -> None:
    """Load areas from a CSV file: code, name, kind, and where known parent, latitude, longitude."""
    with installation.database() as database:
        installation.use(database, owner=True)
        setup()
        from leeward.platform.access.partnership import partnership_by_name
        from leeward.platform.common.errors import Refused
        from leeward.platform.reference.areas import AreasWrong, load_areas, read_areas

        try:
            found = partnership_by_name(partnership, using="owner")
            rows = read_areas(file)
            year = vintage.strip() or time.strftime("%Y")
            new, changed = load_areas(rows, partnership_id=found.id, vintage=year, using="owner")
        except Refused as refused:
            raise Problem(refused.words) from None
        except AreasWrong as wrong:
            raise Problem(str(wrong)) from None
    without = sum(row.latitude is None for row in rows)
    click.echo(f"{new} new, {changed} changed, {len(rows) - new - changed} as they were, for {found.name}.")
    if without:
        click.echo(f"{without} have no centroid: the match cannot tell how far they lie from anything.")


if __name__ == "__main__":
    main()
