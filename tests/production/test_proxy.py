"""What nginx answers by itself, what it passes on, and what it never lets through."""

import gzip
import http.client
import re
import socket

from tests.production.estate import ADMIN, FILES, SITE
from tests.production.servers import BROTLI, until


def static_of(street):
    """A stylesheet as a page names it: with the hash of its content."""
    page = street.ask("/").text
    return re.search(r'href="(/static/[^"]+\.css)"', page)[1]


def test_plain_http_is_sent_to_https(street):
    asked = http.client.HTTPConnection("127.0.0.1", street.nginx.http, timeout=10)
    asked.request("GET", "/courses/?a=1", headers={"Host": SITE})
    came = asked.getresponse()
    assert came.status == 301
    assert came.headers["Location"] == f"{street.url}/courses/?a=1"


def test_the_home_page_comes_compressed_and_guarded(street):
    answer = street.ask("/", Accept_Encoding="gzip")
    assert answer.status == 200
    assert "终身学习" in gzip.decompress(answer.body).decode() or answer.body
    headers = answer.headers
    assert headers["Content-Encoding"] == "gzip"
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "nginx/" not in headers.get("Server", "")


def test_static_files_never_change_and_come_compressed(street):
    address = static_of(street)
    plain = street.ask(address)
    assert plain.status == 200
    assert "immutable" in plain.headers["Cache-Control"]
    encodings = {"gzip": "gzip"} | ({"br": "br"} if BROTLI.exists() else {})
    for asked, sent in encodings.items():
        answer = street.ask(address, Accept_Encoding=asked)
        assert answer.headers["Content-Encoding"] == sent
        assert len(answer.body) < len(plain.body) / 2
    # A name without a hash (the page of the proxy uses those) may change.
    assert (
        "immutable" not in street.ask("/static/css/base.css").headers["Cache-Control"]
    )


def test_a_visitors_page_is_kept_for_moments_and_a_learners_never(street):
    street.ask("/courses/")
    kept = street.ask("/courses/")
    assert kept.headers["X-Proxy-Cache"] == "HIT"
    session = f"__Host-session={street.facts['cookies']['learner'][0]}"
    own = street.ask("/courses/", Cookie=session)
    assert own.headers["X-Proxy-Cache"] == "BYPASS"
    assert "no-store" in own.headers["Cache-Control"]
    assert street.ask("/courses/").text == kept.text, "nothing of theirs was kept"


def test_what_is_published_shows_within_seconds(street):
    path = street.facts["paths"]["course"][0]
    street.ask(path)
    program = (
        "from courses.models import CoursePage\n"
        f"page = next(p for p in CoursePage.objects.live() if p.url.endswith('{path}'))\n"
        "page.title = '刚刚改过的课名'; page.save_revision().publish()"
    )
    street.manage("shell", "-v0", "-c", program)
    took = until(lambda: "刚刚改过的课名" in street.ask(path).text, 30, "the new title")
    assert took < 5, "not when the page's half minute is over, but at once"


def test_the_admin_has_a_name_of_its_own(street):
    away = street.ask("/admin/login/?next=/admin/")
    assert away.status == 302
    there = f"https://{ADMIN}:{street.nginx.https}/admin/"
    assert away.headers["Location"].startswith(there)
    assert street.ask("/admin/", host=ADMIN).status == 302
    back = street.ask("/courses/", host=ADMIN)
    assert back.headers["Location"] == f"{street.url}/courses/"
    assert street.ask("/admin/", host=FILES).status == 404
    assert street.ask("/", host=FILES).status == 404


def test_a_foreign_host_is_no_site_of_ours(street):
    assert street.ask("/", host="evil.example").status in (400, 404, 421)
    answer = street.ask("/accounts/login/", X_Forwarded_Host="evil.example")
    assert "evil.example" not in answer.text + str(answer.headers)


def test_nobody_says_who_they_are_by_a_header(street):
    """Guesses of codes are counted by the connection's address, whatever a client writes.

    Ten in ten minutes are let through (`ACCOUNT_RATE_LIMITS`, school_code).
    """
    said = [f"10.0.0.{n}" for n in range(13)]
    answers = [
        street.ask(f"/z/AAAA-{n:04}/", X_Forwarded_For=one, X_Real_IP=one)
        for n, one in enumerate(said * 3)
    ]
    assert answers[0].status in (200, 404)
    assert answers[-1].status == 429, "thirty checks of certificates in a minute"


def test_originals_have_no_address(street):
    private = street.folder / "media" / "private"
    private.mkdir(parents=True, exist_ok=True)
    (private / "secret.txt").write_text("王阿姨的作业")
    for path in (
        "/_protected/secret.txt", "/media/../private/secret.txt",
        "/media/..%2fprivate/secret.txt", "/static/../media/private/secret.txt",
        "/media../private/secret.txt", "/static../media/private/secret.txt",
        "/_away/503.html", "/_away/../core/base.html",
    ):  # fmt: skip
        for host in (SITE, ADMIN, FILES):
            answer = street.ask(path, host=host)
            assert answer.status in (302, 400, 403, 404), (host, path)
            assert "王阿姨" not in answer.text


def test_whoever_hurries_gets_a_page_that_says_so(street):
    """Sixty sign-ins a minute from one address, and thirty at once."""
    answers = [
        street.ask("/accounts/login/", method="POST", body="login=a") for _ in range(45)
    ]
    busy = [one for one in answers if one.status == 429 and "现在人多" in one.text]
    assert busy
    assert int(busy[0].headers["Retry-After"]) > 0
    assert len(busy[0].body) < 10_000
    # Reading goes on.
    assert street.ask("/courses/").status == 200


def test_a_slow_sender_holds_no_worker(street):
    """Forty connections that send a form byte by byte; pages go on at once."""
    slow = []
    try:
        for _one in range(40):
            held = socket.create_connection(
                ("127.0.0.1", street.nginx.http), timeout=10
            )
            held.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: x\r\nContent-Le")
            slow.append(held)
        assert street.ask("/livez", timeout=5).status == 200
    finally:
        for held in slow:
            held.close()


def test_while_the_site_is_away_the_proxy_says_so(street):
    street.web.go_away()
    try:
        for path in ("/learn/", "/accounts/login/"):
            answer = street.ask(path)
            assert answer.status == 503
            assert "保养" in answer.text
            assert "电话" in answer.text
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Cache-Control"] == "no-store"
            assert len(answer.body) < 20_000
        assert street.ask("/static/css/base.css").status == 200
    finally:
        street.web.start()
    assert street.ask("/learn/").status in (200, 302)
