"""The demo's four jobs and its watch over processes, against a stand-in for the web process."""

import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.local import demo, events, jobs, running
from config.local.api import Api, is_live
from config.local.errors import LaunchError
from config.local.folder import DataFolder
from config.local.processes import BEAT, SERVERS, WEB, Processes, Program, own_environment, supervised
from config.local.running import Site
from config.local.screen import Screen
from tests.unit.config.test_launcher_parts import REAL
from tests.waiting import wait_until

STEPS = [
    {"status": "PENDING", "progress": 0, "stage": "queued"},
    {"status": "PROCESSING", "progress": 40, "stage": "rendering"},
    {"status": "COMPLETED", "progress": 100, "stage": "ingesting", "cost_usd": "0.1000"},
]


class StandIn(BaseHTTPRequestHandler):
    """Answers as the REST API does. Class attributes are set anew for each test."""

    seen: list[dict[str, Any]]
    asked: dict[str, int]
    artifacts: dict[str, bytes]
    ending: dict[str, Any]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({"path": self.path, "headers": dict(self.headers), "body": body})
        if self.headers["Authorization"] != "Bearer key":
            self._answer(401, b'{"code": "not_authenticated"}')
        else:
            self._answer(202, b"{}", Location=f"/detail/{body['type']}")

    def do_GET(self) -> None:
        _, where, *rest = self.path.split("/")
        if where == "detail":
            step = self.asked[rest[0]] = self.asked.get(rest[0], -1) + 1
            detail = dict(STEPS[min(step, len(STEPS) - 1)], result=None)
            if step >= len(STEPS) - 1:
                detail |= {"result": {"url": f"/artifact/{rest[0]}?signature=s"}, **self.ending}
            self._answer(200, json.dumps(detail).encode())
        elif where == "artifact":
            self._answer(200, self.artifacts[rest[0].partition("?")[0]])
        else:
            self._answer(200 if where == "health" else 404, b"")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests look at what was seen."""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    StandIn.seen, StandIn.asked, StandIn.artifacts, StandIn.ending = [], {}, dict(REAL), {}
    monkeypatch.setattr(jobs, "POLL_SECONDS", 0.01)
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO(), width=100))


def printed(screen: Screen) -> str:
    file = screen.console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_one_of_each_type_is_asked_for_and_shown_with_its_whole_link(url: str, screen: Screen) -> None:
    api = Api(url, brand="b1", key="key")
    finished = jobs.generate_each_type(api, screen)
    jobs.show(finished, api, screen)
    assert [request["body"]["type"] for request in StandIn.seen] == list(jobs.PROMPTS)
    assert {request["path"] for request in StandIn.seen} == {"/api/v1/brands/b1/ai/generations/"}
    assert len({request["headers"]["Idempotency-Key"] for request in StandIn.seen}) == 4
    text = printed(screen)
    assert "rendering 40 %" in text
    for kind in jobs.PROMPTS:
        row = next(line for line in text.splitlines() if line.startswith(kind) and "COMPLETED" in line)
        assert row.split()[3:] == ["0.10", "USD", f"{url}/artifact/{kind}?signature=s"]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("exit 0", "A year of events                   loaded in "),
        ("echo no disk; exit 1", "The demo's events could not be loaded."),
    ],
)
def test_the_demos_events_are_loaded_beside_the_jobs_which_go_on_without_them(
    url: str, screen: Screen, tmp_path: Path, ending: str, said: str
) -> None:
    words = f"echo PROGRESS 0 8; echo PROGRESS 2 8; while [ ! -e shown ]; do sleep 0.05; done; {ending}"
    with supervised(DataFolder(tmp_path / "data")) as processes:
        processes.start(Program(events.NAME, ["sh", "-c", words], WEB, own_environment(), tmp_path))
        loading = events.Loading(Site(url, {}, processes), screen)

        def is_over() -> bool:
            over = loading.is_over()
            if "A year of events                   loading 25 %" in printed(screen):
                (tmp_path / "shown").touch()
            return over

        finished = jobs.generate_each_type(Api(url, brand="b1", key="key"), screen, beside=is_over)
        assert processes.ended() == []
    assert all(job.is_over for job in finished)
    assert said in printed(screen)


def test_a_refusal_is_told_with_the_servers_words(url: str, screen: Screen) -> None:
    with pytest.raises(LaunchError, match=r"answered 401.*not_authenticated"):
        jobs.generate_each_type(Api(url, brand="b1", key="wrong"), screen)


def test_jobs_that_do_not_end_are_named(url: str, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "DEADLINE_SECONDS", -1.0)
    with pytest.raises(LaunchError, match="IMAGE_2D, MODEL_3D, ANIMATION, TEMPLATE"):
        jobs.generate_each_type(Api(url, brand="b1", key="key"), screen)


def test_the_smoke_test_tells_a_real_artifact_from_a_wrong_one(url: str, screen: Screen, tmp_path: Path) -> None:
    site = Site(url, {"brand_id": "b1", "api_key": "key"}, Processes(DataFolder(tmp_path / "data")))
    StandIn.artifacts["ANIMATION"] = REAL["IMAGE_2D"]
    complaints = [demo.check(job, site, screen) for job in jobs.generate_each_type(site.api, screen)]
    assert complaints[0] is complaints[1] is complaints[3] is None
    assert "ANIMATION" in str(complaints[2])
    assert "PNG instead of a WebP" in str(complaints[2])


def test_the_smoke_test_fails_with_the_error_of_a_failed_generation(url: str, screen: Screen, tmp_path: Path) -> None:
    StandIn.ending = {"status": "FAILED", "result": None, "error": {"code": "render_failed"}}
    site = Site(url, {"brand_id": "b1", "api_key": "key"}, Processes(DataFolder(tmp_path / "data")))
    for job in jobs.generate_each_type(site.api, screen):
        assert "render_failed" in str(demo.check(job, site, screen))


def test_liveness_is_asked_of_the_web_process(url: str) -> None:
    assert is_live(url)
    assert not is_live("http://127.0.0.1:1")


def test_people_learn_where_to_go_and_with_what(url: str, screen: Screen, tmp_path: Path) -> None:
    people = [{"role": "OWNER", "email": "owner@demo.example", "password": "pass-word"}]
    seed = {"brand_id": "b1", "api_key": "key", "users": people}
    demo.welcome(Site(url, seed, Processes(DataFolder(tmp_path / "data"))), screen)
    text = printed(screen)
    for path in ("/admin/", "/api/docs/", "/api/redoc/", "/metrics"):
        assert url + path in text
    assert "owner@demo.example  pass-word" in text
    assert f'curl -H "Authorization: Bearer key" {url}/api/v1/brands/b1/ai/generations/' in text


def sleeper(name: str, order: int, seconds: float, directory: Path) -> Program:
    return Program(name, ["sleep", str(seconds)], order, own_environment(), directory)


def test_what_ends_by_itself_is_started_again_until_a_server_ends(
    url: str, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "WATCH_SECONDS", 0.02)
    with supervised(DataFolder(tmp_path / "data")) as processes:
        processes.start(sleeper("beat", BEAT, 0.1, tmp_path))
        processes.start(sleeper("redis", SERVERS, 0.6, tmp_path))
        with pytest.raises(LaunchError, match="redis ended"):
            running.keep_serving(Site(url, {}, processes), screen)
    assert printed(screen).count("beat ended and is started again") >= 2


def test_a_web_process_that_ends_at_once_is_shown_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Program("web", ["sh", "-c", "echo no module named atelier; exit 1"], WEB, own_environment(), tmp_path)
    monkeypatch.setattr(running.programs, "web", lambda environment, port: words)
    monkeypatch.setattr(running.programs, "workers", lambda environment: [])
    with supervised(DataFolder(tmp_path / "data")) as processes, pytest.raises(LaunchError) as caught:
        running.start(processes, {}, port=1, url="http://127.0.0.1:1")
    assert "web | no module named atelier" in str(caught.value)


def test_processes_stop_in_order_web_before_workers_before_servers(tmp_path: Path) -> None:
    say = 'trap "sleep 0.2; echo $0 >> stopped; exit" TERM; touch ready-$0; while :; do sleep 0.05; done'
    with supervised(DataFolder(tmp_path / "data")) as processes:
        for name, order in (("redis", SERVERS), ("web", WEB), ("beat", BEAT)):
            processes.start(Program(name, ["sh", "-c", say, name], order, own_environment(), tmp_path))
        deadline = time.monotonic() + 10
        while len(list(tmp_path.glob("ready-*"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
    assert (tmp_path / "stopped").read_text().split() == ["web", "beat", "redis"]


def test_an_impatient_second_interrupt_does_not_make_the_launcher_leave_before_all_is_stopped(tmp_path: Path) -> None:
    with supervised(DataFolder(tmp_path / "data")) as processes:
        slow = Program("slow", ["sh", "-c", "trap '' TERM; touch deaf; sleep 1"], WEB, own_environment(), tmp_path)
        process = processes.start(slow)
        wait_until((tmp_path / "deaf").exists, "the program ignores its signal")
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert process.poll() == 0


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    for words in ("first", "second"):
        with supervised(folder) as processes:
            processes.start(Program("web", ["echo", words], WEB, own_environment(), tmp_path)).wait()
    assert (folder.logs / "web.log").read_text() == "second\n"
    assert (folder.logs / "web.previous").read_text() == "first\n"
