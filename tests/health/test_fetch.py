"""Asking an address outside never becomes a way into the operator's network (S-SSRF-1)."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from health.choices import Problem
from health.links import fetch


def names(monkeypatch, **known):
    """Make names known: each leads to these addresses. The rest as on this machine."""
    asked = []
    real = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        if host not in known:
            return real(host, port, *args, **kwargs)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in known[host]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.fixture
def connections(monkeypatch):
    """Whom the checker connects to; nobody answers."""
    made = []

    def connect(address, *args, **kwargs):
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "0.0.0.0",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:0:1:2::",
        "2001:db8::1", "no address",
    ],
)  # fmt: skip
def test_what_is_not_of_the_public_internet_is_known(address):
    assert not fetch.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1"])
def test_what_is_public_is_known_too(address):
    assert fetch.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.0.0.1:8000/admin/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/",
        "http://localhost/", "http://localhost./", "http://[::ffff:7f00:1]/",
        "file:///etc/passwd", "gopher://8.8.8.8/", "ftp://8.8.8.8/", "//8.8.8.8/",
        "data:text/html,hi", "javascript:alert(1)", "https:8.8.8.8", "http:///",
        "http://user:secret@8.8.8.8/", "http://8.8.8.8:22/", "http://8.8.8.8:25/",
        "http://8.8.8.8:99999/", "http://[::1/", "",
    ],
)  # fmt: skip
def test_an_address_of_our_own_network_or_of_no_web_is_never_asked(url, connections):
    assert fetch.ask(url).problem == Problem.REFUSED
    assert connections == []


def test_a_name_that_leads_inside_is_never_asked(monkeypatch, connections):
    names(monkeypatch, inside=["10.0.0.5"], both=["8.8.8.8", "127.0.0.1"])
    assert fetch.ask("http://inside/").problem == Problem.REFUSED
    assert fetch.ask("https://both/").problem == Problem.REFUSED, "one of two is enough"
    assert connections == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, connections):
    """Asked again, the name might lead inside: so it is asked once for a request."""
    asked = names(monkeypatch, outside=["8.8.8.8", "9.9.9.9"])
    assert fetch.ask("http://outside/page").problem == Problem.OUTSIDE_SILENT
    assert connections == [("8.8.8.8", 80), ("9.9.9.9", 80)]
    assert asked == ["outside"]


def test_a_name_that_nobody_knows_is_said(monkeypatch):
    def nobody(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert fetch.ask("http://gone/") == fetch.Answer(Problem.OUTSIDE_SILENT, "DNS")


# --- A server outside, played by one on this machine --------------------------------------


class Outside(BaseHTTPRequestHandler):
    """Answers as the test has told it, else by its path; notes what it was asked."""

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        name = self.path.strip("/").partition("?")[0]
        if name == "slow":
            with contextlib.suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for _time in range(200):
                    self.wfile.write(b"X")
                    time.sleep(0.05)
            return
        status, onward = self.server.told.get(name) or (int(name), "")
        if status == 405 and self.command == "GET":
            status = 200
        self.send_response(status)
        if onward:
            self.send_header("Location", onward)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture
def outside(monkeypatch):
    """A web server with the name `outside`, on an address that passes as public."""
    server = HTTPServer(("127.0.0.1", 0), Outside)
    server.asked = []
    server.told = {
        "moved": (301, "/200"),
        "lost": (302, "/404"),
        "round": (302, "/round"),
    }
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    port = server.server_address[1]
    names(monkeypatch, outside=["127.0.0.1"])
    known = fetch.is_public
    monkeypatch.setattr(
        fetch,
        "look_up",
        lambda url, look_up=fetch.look_up: _as_public(monkeypatch, known, look_up, url),
    )
    server.url = f"http://outside:{port}"
    yield server
    server.shutdown()
    server.server_close()


def _as_public(monkeypatch, known, look_up, url):
    """The name `outside` alone passes; every other one is judged as it is."""
    is_outside = url.startswith("http://outside:")
    monkeypatch.setattr(fetch, "is_public", lambda one: is_outside or known(one))
    return look_up(url)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/200", fetch.Answer()),
        ("/404", fetch.Answer(Problem.OUTSIDE_GONE, "404")),
        ("/410", fetch.Answer(Problem.OUTSIDE_GONE, "410")),
        ("/500", fetch.Answer(Problem.OUTSIDE_SILENT, "500")),
        # Said to machines: a person may well see the page.
        ("/401", fetch.Answer()),
        ("/403", fetch.Answer()),
        ("/429", fetch.Answer()),
        ("/405", fetch.Answer()),
        ("/moved", fetch.Answer()),
        ("/lost", fetch.Answer(Problem.OUTSIDE_GONE, "404")),
    ],
)
def test_what_an_address_answers_is_read(outside, path, expected):
    assert fetch.ask(outside.url + path) == expected


def test_the_short_question_comes_first_and_sends_nothing_of_ours(outside):
    fetch.ask(f"{outside.url}/404")
    assert [one[0] for one in outside.asked] == ["HEAD", "GET"]
    assert set(outside.asked[0][2]) == {
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection",
    }  # fmt: skip


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.1/", "http://10.0.0.1/admin", "//[::1]/", "file:///etc/passwd"],
)
def test_a_redirect_into_our_network_is_not_followed(outside, onward):
    outside.told["inward"] = (302, onward)
    assert fetch.ask(f"{outside.url}/inward").problem == Problem.REFUSED
    assert len(outside.asked) == 1


def test_redirects_without_end_are_given_up(outside):
    answer = fetch.ask(f"{outside.url}/round")
    assert answer == fetch.Answer(Problem.OUTSIDE_SILENT, "302")
    assert len(outside.asked) == fetch.MOST_REDIRECTS + 1


def test_who_dribbles_is_hung_up_on(outside, monkeypatch):
    monkeypatch.setattr(fetch, "LONGEST_S", 0.4)
    started = time.monotonic()
    assert fetch.ask(f"{outside.url}/slow").problem == Problem.OUTSIDE_SILENT
    assert time.monotonic() - started < 4


def test_chinese_in_an_address_is_asked_as_it_should_be(outside):
    assert fetch.ask(f"{outside.url}/200?名=柳篮 一只") == fetch.Answer()
    assert (
        outside.asked[0][1] == "/200?%E5%90%8D=%E6%9F%B3%E7%AF%AE%20%E4%B8%80%E5%8F%AA"
    )
