"""Sending to the address of a hook, and to nothing else: never into our own network.

The name is resolved once, every address of it is judged, and the connection goes to the very
address that was judged: a name that changes its mind in between leads nowhere else. No redirect is
followed, and nothing of an answer but its status is read.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from knowledge.directory.hooks import NotSent

TIMEOUT_SECONDS = 10
MAX_URL = 500


class HookSender:
    """Sends by https to public addresses; with `allow_loopback` (tests) by http to this machine."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback

    def judge(self, url: str) -> str | None:
        """Return in a few words why an address may not be told anything; None when it may."""
        try:
            self._address(url)
        except NotSent as error:
            return str(error)
        return None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body; return the status of the answer. Raises `NotSent`."""
        scheme, host, port, path, address = self._address(url)
        connection = _Connection(host, port, address, secure=scheme == "https")
        with contextlib.closing(connection):
            try:
                connection.request("POST", path, body, dict(headers))
                return connection.getresponse().status
            except ssl.SSLError:
                raise NotSent("its certificate is not good") from None
            except TimeoutError:
                raise NotSent(f"no answer in {TIMEOUT_SECONDS} seconds") from None
            except (OSError, http.client.HTTPException):
                raise NotSent("it does not answer") from None

    def _address(self, url: str) -> tuple[str, str, int, str, str]:
        """Return scheme, name, port, path and the address to connect to; raises `NotSent`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise NotSent("is no address of a page") from None
        if parts.username is not None or parts.password is not None:
            raise NotSent("must not hold a name or a password")
        is_odd = any(ord(sign) < 33 or ord(sign) > 126 for sign in url) or len(url) > MAX_URL
        if not host or is_odd or parts.fragment:
            raise NotSent("is no address of a page")
        found = _resolve(host, port or (443 if parts.scheme == "https" else 80))
        local = self._allow_loopback and all(ip.is_loopback for ip in found)
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise NotSent("must begin with https://")
        if not local and not all(_is_public(ip) for ip in found):
            raise NotSent("leads into a private network")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return (
            parts.scheme,
            host,
            port or (443 if parts.scheme == "https" else 80),
            path,
            str(found[0]),
        )


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _resolve(host: str, port: int) -> list[_Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("has a name that nobody knows") from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_public(ip: _Address) -> bool:
    # An IPv6 address can carry an IPv4 one, which is judged as what it is.
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is not None:
        return _is_public(inner)
    teredo = getattr(ip, "teredo", None)
    if teredo is not None:
        return False
    in_nat64 = ip.version == 6 and ip in ipaddress.ip_network("64:ff9b::/96")
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not in_nat64


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was judged, which asks for the name of the host."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address = address
        self._context = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        """Connect to the judged address; the certificate must be the name's."""
        raw = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        if self._context is None:
            self.sock = raw
            return
        try:
            self.sock = self._context.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
