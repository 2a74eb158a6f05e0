"""The tool that measures: its load, its street, its verdicts."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from django.test import Client
from wagtail.models import Page

from bench.speed import requests, table, targets, wire
from bench.speed.load import Driver, Request, Supply, read_requests
from bench.speed.street import SIZES, Maker
from news.models import NewsPage


class Handler(BaseHTTPRequestHandler):
    """Answers by a length, in chunks, or not well; counts connections."""

    protocol_version = "HTTP/1.1"
    seen: Counter[str] = Counter()
    number = count()

    def setup(self):
        super().setup()
        self.seen["connections"] += 1

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.seen[self.path] += 1
        self.seen["cookie " + self.headers.get("Cookie", "")] += 1
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"one", b"two" * 10):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_response(500 if self.path == "/broken" else 200)
        if self.path == "/closes":
            self.send_header("Connection", "close")
            self.close_connection = True
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 1000)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen[f"posted {body.decode()}"] += 1
        self.send_response(204)
        self.end_headers()


@pytest.fixture
def server():
    Handler.seen.clear()
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_the_load_keeps_its_connections_and_times_each_answer(server):
    sent = Supply([Request("/a"), Request("/chunks", headers={"Cookie": "who=me"})])
    sample = Driver(server).drive(sent, connections=4, most=40)
    assert Handler.seen["/a"] == Handler.seen["/chunks"] == 20
    assert Handler.seen["connections"] == 4
    assert Handler.seen["cookie who=me"] == 20
    figures = sample.figures()
    assert (figures["n"], figures["errors"]) == (40, 0)
    assert 0 < figures["p50"] <= figures["p95"] <= figures["p99"]
    assert sample.received > 20 * 1000


def test_what_is_refused_is_an_error_and_what_closes_is_opened_again(server):
    broken = Driver(server).drive(Supply([Request("/broken")]), connections=2, most=6)
    assert broken.errors == 6
    closing = Driver(server).drive(Supply([Request("/closes")]), connections=1, most=5)
    assert closing.statuses == {200: 5}


def test_a_write_that_counts_once_is_sent_once(server):
    sent = [Request("/w", "POST", body=f"{n}") for n in range(7)]
    supply = Supply(sent, is_once=True)
    sample = Driver(server).drive(supply, connections=3, seconds=5)
    assert sample.statuses == {204: 7}
    assert all(Handler.seen[f"posted {n}"] == 1 for n in range(7))


def test_load_goes_to_this_machine_alone():
    with pytest.raises(ValueError, match="this machine"):
        Driver("http://example.org")


def test_requests_of_another_server_are_read_from_a_file(tmp_path, server):
    file = tmp_path / "requests.jsonl"
    file.write_text('{"path": "/a", "headers": {"Cookie": "k=v"}}\n\n{"path": "/b"}\n')
    found = read_requests(file)
    assert [one.path for one in found] == ["/a", "/b"]
    assert Driver(server).one(found[0])[0] == 200


def measure(number, name, **figures):
    return {"number": number, "measure": name, "database": "sqlite", **figures}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.61, "aim"), (0.6, "aim"), (0.5, "must"), (0.4, "must"), (0.39, "missed")],
)
def test_a_ratio_is_judged_by_its_two_limits(value, verdict):
    (found,) = targets.judge([measure(1, "home, cached", ratio=value)])
    assert found["verdict"] == verdict


def test_a_time_is_judged_the_other_way_round_and_nothing_measured_is_no_success():
    good = measure(10, "class page", ms=59.0, growth=4.0)
    assert [one["verdict"] for one in targets.judge([good])] == ["aim", "missed"]
    unknown = measure(10, "class page", ms=float("nan"))
    assert [one["verdict"] for one in targets.judge([unknown])] == ["missed"]


def test_the_page_is_written_between_its_marks_from_the_figures(tmp_path, monkeypatch):
    page = tmp_path / "performance.md"
    page.write_text(f"Before.\n{table.BEGIN}\nold\n{table.END}\nAfter.\n")
    monkeypatch.setattr(table, "PAGE", page)
    measures = [measure(3, "course, signed in", ratio=0.42, sql=9, connections=16)]
    table.write(table.describe(measures, targets.judge(measures)))
    text = page.read_text()
    assert "0.42×" in text
    assert "old" not in text
    assert text.startswith("Before.")
    assert text.endswith("After.\n")


def test_the_weight_of_a_page_counts_what_it_names_and_what_that_imports(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js/a.js").write_text('import { b } from "./b.js";')
    (tmp_path / "js/b.js").write_text("x" * 2048)
    (tmp_path / "a.css").write_text("x" * 4096)
    (tmp_path / "a.css.gz").write_bytes(b"x" * 1024)
    html = '<link href="/static/a.css"><script src="/static/js/a.js"></script>'
    found = wire.weigh(html, tmp_path)
    assert found["script_kib"] == pytest.approx(2.0, abs=0.1)
    assert found["kib"] == pytest.approx(3.1, abs=0.2)


@pytest.mark.django_db
def test_the_street_is_a_tree_without_fault_whose_pages_open():
    maker = Maker(SIZES["small"])
    facts = maker.make().__dict__
    assert Page.find_problems() == ([], [], [], [], [])
    size = SIZES["small"]
    assert facts["counts"]["CoursePage"] == size.courses
    assert facts["counts"]["LessonPage"] == size.courses * 8
    client = Client()
    for sent in requests.anonymous(facts).values():
        assert client.get(sent[0].path).status_code == 200
    client.cookies["sessionid"] = facts["cookies"]["learner"][0]
    for name, enrolled in (
        ("own_course", "接着学第 7 课"),
        ("own_lesson", "/progress"),
    ):
        answer = client.get(facts["paths"][name][0])
        assert answer.status_code == 200
        assert enrolled in answer.content.decode()
    found = client.get("/search/?q=做面").content.decode()
    assert "做面入门" in found
    # Its stories are public: home shows the newest, and a search goes through all.
    home = client.get("/")
    assert home.context["lead_news"] is not None
    stories = NewsPage.objects.newest().count()
    assert stories == NewsPage.objects.count() >= size.stories
    client.cookies["sessionid"] = facts["cookies"]["clerk"][0]
    for run in facts["runs"].values():
        assert client.get(f"/desk/courses/{run}/").status_code == 200
