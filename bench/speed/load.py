"""The load: requests over kept connections, each timed; one thread, the system's poll.

Knows HTTP/1.1 as far as our servers speak it (a length, chunks, or the end of the
connection) and nothing of any product, so that any server can be driven by it.
"""

import json
import selectors
import socket
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

RECEIVED_AT_ONCE = 1 << 17
# Nothing answers slower than this without being broken.
PATIENCE_S = 60.0
HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """One request as it is written; the host is added where it is sent to."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def as_bytes(self, host: str) -> bytes:
        headers = {"Host": host, **self.headers}
        body = self.body.encode()
        if body or self.method == "POST":
            headers["Content-Length"] = str(len(body))
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + HEAD_ENDS + body


def read_requests(path: Path) -> list[Request]:
    """A file with one request a line, as JSON: path, method, headers, body."""
    lines = path.read_text("utf-8").splitlines()
    return [Request(**json.loads(line)) for line in lines if line.strip()]


class Supply:
    """What is sent next: the same requests again and again, or each of them once.

    A write that is done once (a lesson completed) is another thing the second time.
    """

    def __init__(self, requests: list[Request], *, is_once: bool = False) -> None:
        if not requests:
            raise ValueError("Nothing to send.")
        self.requests, self.is_once, self.place = requests, is_once, 0

    def next(self) -> Request | None:
        if self.is_once and self.place >= len(self.requests):
            return None
        found = self.requests[self.place % len(self.requests)]
        self.place += 1
        return found


@dataclass
class Sample:
    """What a slice of load came to. Times are in seconds."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    received: int = 0
    took: float = 0.0

    @property
    def errors(self) -> int:
        """Answers that are no success and no redirect, 0 for none at all."""
        return sum(n for status, n in self.statuses.items() if not 200 <= status < 400)

    def quantile(self, share: float) -> float:
        """The time within which this share of the answers came."""
        if not self.times:
            return float("nan")
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def figures(self) -> dict[str, Any]:
        """Milliseconds, a second's answers, bytes of an answer."""
        count = len(self.times)
        return {
            "n": count,
            "errors": self.errors,
            "rps": count / self.took if self.took else 0.0,
            "p50": statistics.median(self.times) * 1e3 if count else float("nan"),
            "p95": self.quantile(0.95) * 1e3,
            "p99": self.quantile(0.99) * 1e3,
            "bytes": self.received / count if count else 0.0,
        }


@dataclass(frozen=True)
class Streamed:
    """What a file that was read to its end came to."""

    status: int
    first_s: float
    whole_s: float
    received: int


class _Reader:
    """Reads one answer from what arrives."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.data = bytearray()
        self.body_at = -1
        self.length: int | None = None
        self.is_chunked = False
        self.closes = False
        self.status = 0

    def feed(self, data: bytes) -> bool:
        """Take what came (nothing: the other side closed); whether the answer is whole."""
        if not data:
            self.closes = True
            return self.body_at >= 0 and self.length is None and not self.is_chunked
        self.data += data
        if self.body_at < 0 and not self._read_head():
            return False
        if self.is_chunked:
            return self.data.endswith(b"0\r\n\r\n")
        return self.length is not None and len(self.data) - self.body_at >= self.length

    def _read_head(self) -> bool:
        end = self.data.find(HEAD_ENDS)
        if end < 0:
            return False
        first, *lines = bytes(self.data[:end]).decode("latin-1").split("\r\n")
        self.status = int(first.split(" ", 2)[1])
        self.body_at = end + len(HEAD_ENDS)
        headers = {
            name.strip().lower(): value.strip()
            for name, _colon, value in (line.partition(":") for line in lines)
        }
        self.is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        self.closes = headers.get("connection", "").lower() == "close"
        if self.method == "HEAD" or self.status in (204, 304):
            self.length = 0
        elif "content-length" in headers:
            self.length = int(headers["content-length"])
        return True


class _Connection:
    """A kept connection with at most one request on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.socket: socket.socket | None = None
        self.reader: _Reader | None = None
        self.began = 0.0

    def send(self, request: Request, data: bytes) -> socket.socket:
        """Send; connects anew where the server has closed."""
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=PATIENCE_S)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = _Reader(request.method)
        self.began = time.perf_counter()
        self.socket.sendall(data)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


class Driver:
    """Drives one server; keeps its connections from slice to slice."""

    def __init__(self, base: str, *, host: str = "") -> None:
        parts = urlsplit(base)
        if parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("Load is sent to this machine alone.")
        self.address = (parts.hostname, parts.port or 80)
        self.host = host or parts.netloc

    def one(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """A single request: its status, headers and body."""
        connection = _Connection(self.address)
        wire = connection.send(request, request.as_bytes(self.host))
        reader = connection.reader
        assert reader is not None  # noqa: S101 - set by send
        while True:
            data = wire.recv(RECEIVED_AT_ONCE)
            if reader.feed(data) or not data:
                break
        connection.close()
        head, body = reader.data[: reader.body_at], bytes(reader.data[reader.body_at :])
        lines = bytes(head).decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(": ") for line in lines if line)
        return reader.status, {k.lower(): v for k, _c, v in pairs}, body

    def stream(self, request: Request) -> "Streamed":
        """A long answer that is read and let go, as a browser saves a file."""
        connection = _Connection(self.address)
        wire = connection.send(request, request.as_bytes(self.host))
        received, status, last = 0, 0, b""
        first = 0.0
        while True:
            data = wire.recv(RECEIVED_AT_ONCE)
            if not status and data:
                status = int(data.split(b" ", 2)[1])
            received += len(data)
            # The head is no part of the file.
            if not first and received and HEAD_ENDS in last + data:
                first = time.perf_counter() - connection.began
            last = (last + data)[-16:]
            if not data or last.endswith(b"\r\n0\r\n\r\n"):
                break
        connection.close()
        whole = time.perf_counter() - connection.began
        return Streamed(status, first, whole, received)

    def drive(
        self,
        supply: Supply,
        *,
        connections: int,
        seconds: float = 0.0,
        most: int = 0,
    ) -> Sample:
        """Send for so many seconds, or so many requests, over these connections."""
        slice_ = _Slice(self, supply, seconds, most)
        return slice_.run([_Connection(self.address) for _one in range(connections)])


class _Slice:
    """One run of the load, until its time or its requests are at an end."""

    def __init__(
        self, driver: Driver, supply: Supply, seconds: float, most: int
    ) -> None:
        self.driver, self.supply, self.most = driver, supply, most
        self.selector = selectors.DefaultSelector()
        self.sample = Sample()
        self.sent = 0
        self.under_way = 0
        self.began = time.perf_counter()
        self.until = self.began + seconds if seconds else float("inf")

    def run(self, connections: list[_Connection]) -> Sample:
        for connection in connections:
            self._send(connection)
        while self.under_way:
            ready = self.selector.select(PATIENCE_S)
            if not ready:
                self.sample.statuses[0] += self.under_way
                break
            for key, _mask in ready:
                self._receive(key.data)
        self.sample.took = time.perf_counter() - self.began
        for connection in connections:
            connection.close()
        self.selector.close()
        return self.sample

    def _send(self, connection: _Connection) -> None:
        if time.perf_counter() >= self.until or (self.most and self.sent >= self.most):
            return
        request = self.supply.next()
        if request is None:
            return
        self.sent += 1
        is_new = connection.socket is None
        wire = connection.send(request, request.as_bytes(self.driver.host))
        if is_new:
            self.selector.register(wire, selectors.EVENT_READ, connection)
        self.under_way += 1

    def _receive(self, connection: _Connection) -> None:
        wire, reader = connection.socket, connection.reader
        if wire is None or reader is None:
            return
        try:
            data = wire.recv(RECEIVED_AT_ONCE)
        except OSError:
            data = b""
        is_whole = reader.feed(data)
        if not is_whole and data:
            return
        if connection.reader is not None:
            self.under_way -= 1
            self.sample.times.append(time.perf_counter() - connection.began)
            self.sample.statuses[reader.status if is_whole else 0] += 1
            self.sample.received += len(reader.data)
        connection.reader = None
        if reader.closes:
            self.selector.unregister(wire)
            connection.close()
        self._send(connection)
