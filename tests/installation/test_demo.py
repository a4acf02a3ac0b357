"""`leeward demo` as a stranger runs it: a real process, its second start, its links, its banner, and its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.http import Http404
from django.test import RequestFactory

from leeward.config.postgres import LocalServer
from leeward.demo.partnerships import PERSONAS
from leeward.demo.views import sign_in_as
from tests import plugin
from tests.soak.house import _children, _source, command, environment, folder, free_port
from tests.soak.visitors import Caller
from tests.worlds import World

BANNER = "Demonstration. Everyone here is invented, and signing in needs no second factor: enter nothing real."


@dataclass
class Demo:
    """A running `leeward demo`."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """The folder that a first start left behind."""
    plugin.start()
    with plugin.one_at_a_time():
        plugin.collect_assets()
        source = _source()
        made = folder()
        subprocess.run(["cp", "-a", str(source), str(made / "postgres")], check=True)
    yield made
    shutil.rmtree(made)


@contextmanager
def demo(state: Path, **more: str) -> Iterator[Demo]:
    """Start it, wait for `ready:` and the links, end it if it still runs."""
    port = free_port()
    process = subprocess.Popen(
        command("demo"), cwd=plugin.ROOT, env=environment(state, PORT=str(port), **more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    made = Demo(process, port)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            made.said.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                break
        yield made
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def descendants(pid: int) -> set[int]:
    found = {pid}
    for child in _children(pid):
        found |= descendants(child)
    return found


def lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_the_second_start_its_links_and_its_end(state: Path) -> None:
    with demo(state) as running:
        assert f"ready: http://localhost:{running.port}/" in running.said[:2], "PORT is honoured"
        links = dict(re.findall(rf"^  (.+?): http://localhost:{running.port}(/\S+)$", "\n".join(running.said), re.M))
        assert len(links) == len(PERSONAS), "one link a role"
        assert {key[0] for key in PERSONAS} == {link.rpartition("/")[2] for link in links.values()}
        for path in links.values():
            worker = Caller(running.port)
            assert worker.call(path).location == "/today"
        assert worker.call("/today").status == 200
        assert not [line for line in running.said if "older version" in line]
        reference = asked(running.port)
        with psycopg.connect(LocalServer(state / "postgres").url("postgres", "leeward_demo")) as database:
            database.execute("UPDATE access_user SET name = 'Of another version' WHERE name = %s", [PERSONAS[-1][2]])
        says_so_on_every_page(running.port)
        behind_a_proxy_or_from_elsewhere_there_is_no_such_page(running.port)
        processes = descendants(running.process.pid)
        postmaster = int((state / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        assert len(processes) >= 4, "itself, the server and its workers, the worker of the background"
        os.killpg(running.process.pid, signal.SIGINT)  # what a terminal does on Ctrl-C: to the whole group
        assert running.process.wait(20) == 0
        assert not [pid for pid in {*processes, postmaster} if lives(pid)], "all of it has stopped"
        assert not (state / "postgres" / "postmaster.pid").exists()
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{running.port}/", timeout=2).close()
    with demo(state) as again:
        assert [line for line in again.said if "older version" in line], "somebody is not in it"
        worker = Caller(again.port)
        worker.call("/demo/as/access-point")
        assert reference in worker.call("/triage").text, "the data stays"


def asked(port: int) -> str:
    from tests.soak.visitors import Asker

    one = Asker(port)
    one.prepare()
    return one.send()


def says_so_on_every_page(port: int) -> None:
    visitor, worker = Caller(port), Caller(port)
    worker.call("/demo/as/adviser")
    for path in ("/", "/ask", "/ask/1", "/refer/1", "/receipt", "/pages/housing", "/sign-in", "/no-such-page"):
        assert BANNER in visitor.call(path).text, path
    for path in ("/today", "/cases", "/search", "/account", "/my-walls", "/no-such-page", "/triage"):
        assert BANNER in worker.call(path).text, path
    found = re.search(r'href="(/cases/\d+)"', worker.call("/cases").text)
    assert found
    assert BANNER in worker.call(found.group(1)).text
    assert BANNER in worker.call(found.group(1) + "/print").text, "on paper too"


def behind_a_proxy_or_from_elsewhere_there_is_no_such_page(port: int) -> None:
    for header in ("X-Forwarded-For", "Forwarded"):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/demo/as/adviser", headers={header: "192.0.2.7"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5).close()
        assert refused.value.code == 404
        refused.value.close()


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", ""])
def test_no_sign_in_link_but_on_loopback(world: World, address: str) -> None:
    request = RequestFactory(REMOTE_ADDR=address).get("/demo/as/adviser")
    with pytest.raises(Http404):
        sign_in_as(request, "adviser")


def test_no_sign_in_link_without_demo_data(world: World) -> None:
    """On loopback, in a partnership that is no demonstration, though somebody has the same name."""
    assert not world.partnership.is_demo
    assert any(user.name == "Ruth Adeyemi" for user in world.users.values())
    with pytest.raises(Http404):
        sign_in_as(RequestFactory(REMOTE_ADDR="127.0.0.1").get("/demo/as/adviser"), "adviser")


def test_the_address_does_not_exist_where_the_demonstration_is_not_run(world: World) -> None:
    assert world.browser("idva").get("/demo/as/adviser").status_code == 404
    world.partnership.is_demo = True
    world.partnership.save()
    assert world.browser("idva").get("/demo/as/adviser").status_code == 404


def test_a_database_of_a_real_partnership_is_never_loaded_over(world: World) -> None:
    from django.db import connections

    from leeward.demo import load

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "connections", {"owner": connections["default"]})
        with pytest.raises(RuntimeError, match="holds a real partnership"):
            load._empty()


@pytest.mark.soak
def test_a_load_that_was_cut_off_is_made_anew() -> None:
    """kill -9 of the loader in the middle; the next start has a whole partnership."""
    plugin.start()
    state = folder()
    try:
        first = subprocess.Popen(command("demo", "--load-only"), cwd=plugin.ROOT, env=environment(state))
        time.sleep(7)  # in the middle of migrating or loading, on most machines
        first.kill()
        first.wait()
        done = subprocess.run(
            command("demo", "--load-only"), cwd=plugin.ROOT, env=environment(state), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        with demo(state) as running:
            worker = Caller(running.port)
            worker.call("/demo/as/access-point")
            assert worker.call("/triage").status == 200
    finally:
        from leeward.config.postgres import LocalServer

        LocalServer(state / "postgres").stop()
        shutil.rmtree(state)
