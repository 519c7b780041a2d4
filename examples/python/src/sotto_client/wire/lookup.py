"""Looking names up: through the system's resolver, as any program does, or one DNS server that the user named."""

from __future__ import annotations

import secrets
import socket
import time

from .dnsmessage import TYPE_A, TYPE_TXT, Answer, read_answer, strings_of, write_question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple

    Server = Tuple[str, int]

_SERVER_SECONDS = 3.0
_SERVER_TRIES = 2
_DNS_PORT = 53
_RESOLV_CONF = "/etc/resolv.conf"

# As many as the system's own resolver takes (resolv.conf(5)).
_MAX_SERVERS = 3


class Found:
    """What a look-up of a name's addresses came to: kind is "addresses", "not-found" or "failed"."""

    __slots__ = ("addresses", "kind")

    def __init__(self, kind: str, addresses: list[str] | None = None) -> None:
        self.kind = kind
        self.addresses = addresses or []


class Resolver:
    """The system's resolver; or one server, "127.0.0.1:5300", where a developer names it."""

    def __init__(self, server: Optional[str] = None) -> None:
        self._server = _server_of(server) if server else None

    def addresses(self, name: str) -> Found:
        """Look up the IPv4 addresses of an absolute name. Never raises."""
        if self._server is None:
            return _by_system(name)
        answer = _ask([self._server], name, TYPE_A)
        if answer.kind != "records":
            return Found(answer.kind)
        return Found("addresses", [socket.inet_ntoa(record) for record in answer.records if len(record) == 4])

    def texts(self, name: str) -> list[list[bytes]]:
        """Look up the TXT records of a name; none when nobody answers. Never raises. getaddrinfo cannot ask for them."""
        servers = [self._server] if self._server is not None else _system_servers()
        return [strings_of(record) for record in _ask(servers, name, TYPE_TXT).records]


def _by_system(name: str) -> Found:
    """Ask getaddrinfo: it alone is the user's real resolver on every system, whatever DNS setting they made."""
    try:
        # As octets: Python would bring a text to its form for international names, which takes other labels.
        found = socket.getaddrinfo(name.encode("ascii"), None, socket.AF_INET, socket.SOCK_STREAM)
    except socket.gaierror as error:
        missing = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return Found("not-found" if error.errno in missing else "failed")
    except (OSError, UnicodeError):
        return Found("failed")
    return Found("addresses", [str(address[4][0]) for address in found])


def _ask(servers: list[Server], name: str, type: int) -> Answer:
    for _ in range(_SERVER_TRIES):
        for server in servers:
            question = write_question(secrets.randbits(16), name, type)
            try:
                answer = _ask_by_udp(server, question, type)
                if answer is not None and answer.kind == "truncated":
                    answer = _ask_by_tcp(server, question, type)
            except OSError:
                continue
            if answer is not None and answer.kind != "failed":
                return answer
    return Answer("failed")


def _ask_by_udp(server: Server, question: bytes, type: int) -> Answer | None:
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    end = time.monotonic() + _SERVER_SECONDS
    # A socket and with it a port of its own for each question; connected, so that nobody else's answer comes in.
    with socket.socket(family, socket.SOCK_DGRAM) as channel:
        channel.connect(server)
        channel.send(question)
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return None
            channel.settimeout(left)
            answer = read_answer(question, channel.recv(65_535), type)
            if answer is not None:
                return answer


def _ask_by_tcp(server: Server, question: bytes, type: int) -> Answer | None:
    with socket.create_connection(server, timeout=_SERVER_SECONDS) as channel:
        channel.sendall(len(question).to_bytes(2, "big") + question)
        with channel.makefile("rb") as stream:
            length = int.from_bytes(stream.read(2), "big")
            return read_answer(question, stream.read(length), type)


def _system_servers() -> list[Server]:
    """Read whom the system's resolver asks. Where it does not tell, as on Windows, nobody is asked."""
    try:
        with open(_RESOLV_CONF, encoding="utf-8", errors="replace") as file:
            lines = [line.split() for line in file]
    except OSError:
        return []
    found = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return [(address, _DNS_PORT) for address in found[:_MAX_SERVERS]]


def _server_of(text: str) -> Server | None:
    """Read "127.0.0.1:5300", "127.0.0.1" or "[::1]:5300"."""
    host, separator, port = text.rpartition(":")
    if not separator or (":" in host and not host.endswith("]")):
        host, port = text, str(_DNS_PORT)
    if not port.isdigit():
        return None
    return host.strip("[]"), int(port)
