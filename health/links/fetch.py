"""Asking an address outside whether its page is there, and nothing but the internet.

An editor may write any address into a page, so this must not become a way into the
operator's own network (S-SSRF-1): the name is looked up once, every address that it has
must be a public one, and the connection goes to the address that was checked, not to the
name again. A redirect is an address like the first. No proxy of the environment is used,
no body is read, nothing is sent but the request line and four headers.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from health.choices import Problem

TIMEOUT_S = 8.0
# Whoever sends a header a byte at a time is hung up on.
LONGEST_S = 20.0
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
REDIRECTS = (301, 302, 303, 307, 308)
# The page is not there. Whatever else is said (sign in, too many, not to machines) may be
# said to a machine alone, and a person may see the page.
GONE = (404, 410)
FIRST_SERVER_ERROR = 500
# What a server that knows no HEAD answers.
ASK_AGAIN_FROM = 400
HEADERS = {
    "User-Agent": "link-check",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class UnsafeAddressError(ValueError):
    """An address that must not be asked: no web address, or one that is not public."""


@dataclass(frozen=True)
class Answer:
    """What is wrong with an address outside; both empty where nothing is."""

    problem: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Place:
    """A checked address: where to connect, and what to ask there."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    request: str


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to the public internet.

    Addresses of the sixth version that carry one of the fourth are as public as that.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.teredo is not None:
            return False
        inside = found.ipv4_mapped or found.sixtofour
        if inside is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
        if int(found) >> 32 == 0:  # the old form of an address of version four
            return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_unspecified
    )


def look_up(url: str) -> Place:
    """Where that address leads.

    Raises:
        UnsafeAddressError: it is none of the web, or leads to a network that is not
            public, with one of its addresses at least.
        OSError: nobody knows the name.
    """
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise UnsafeAddressError from error
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part of the name that is empty or too long
        raise UnsafeAddressError from error
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(is_public(one) for one in addresses):
        raise UnsafeAddressError
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    request = f"{path}?{query}" if query else path
    return Place(parts.scheme, name, port, addresses, request)


def _parts(url: str) -> SplitResult:
    """The parts of a web address that can be asked.

    Raises:
        UnsafeAddressError: another scheme, a password, a port of another service.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnsafeAddressError from error
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise UnsafeAddressError
    if port is not None and port not in PORTS.values() and port < FIRST_FREE_PORT:
        raise UnsafeAddressError
    return parts


class _Connection(http.client.HTTPConnection):
    """Speaks to one checked address, in the name of the host."""

    def __init__(self, place: Place, address: str) -> None:
        super().__init__(place.host, place.port, timeout=TIMEOUT_S)
        self.address = address
        self.is_secure = place.scheme == "https"
        self.took_too_long = False
        if self.is_secure:
            self.default_port = PORTS["https"]

    def connect(self) -> None:
        sock = socket.create_connection((self.address, self.port), TIMEOUT_S)
        if self.is_secure:
            context = ssl.create_default_context()
            try:
                sock = context.wrap_socket(sock, server_hostname=self.host)
            except BaseException:
                sock.close()
                raise
        self.sock = sock

    def hang_up(self) -> None:
        """End it from another thread: what is read then looks like an end of its own."""
        self.took_too_long = True
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def ask(url: str) -> Answer:
    """Whether the page at that address is there; never raises."""
    try:
        status = _status(url, "HEAD")
        if status >= ASK_AGAIN_FROM:
            status = _status(url, "GET")
    except UnsafeAddressError:
        return Answer(Problem.REFUSED)
    except socket.gaierror:
        return Answer(Problem.OUTSIDE_SILENT, "DNS")
    except ssl.SSLError:
        return Answer(Problem.OUTSIDE_SILENT, "TLS")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(Problem.OUTSIDE_SILENT)
    if status in GONE:
        return Answer(Problem.OUTSIDE_GONE, str(status))
    if status >= FIRST_SERVER_ERROR or status in REDIRECTS:
        return Answer(Problem.OUTSIDE_SILENT, str(status))
    return Answer()


def _status(url: str, method: str) -> int:
    """What is answered at the end of the redirects; one of them where they never end."""
    status = 0
    for _number in range(MOST_REDIRECTS + 1):
        status, onward = _one_status(look_up(url), method)
        if status not in REDIRECTS or not onward:
            return status
        url = urljoin(url, onward)
    return status


def _one_status(place: Place, method: str) -> tuple[int, str]:
    """Status and `Location` of one answer, from the first address that connects."""
    trouble: OSError | None = None
    for address in place.addresses:
        connection = _Connection(place, address)
        watch = threading.Timer(LONGEST_S, connection.hang_up)
        watch.daemon = True
        try:
            watch.start()
            connection.connect()
            connection.request(method, place.request, headers=HEADERS)
            answer = connection.getresponse()
            if connection.took_too_long:
                raise TimeoutError
            return answer.status, answer.getheader("Location") or ""
        except OSError as error:
            trouble = error
        finally:
            watch.cancel()
            connection.close()
    raise trouble or OSError
