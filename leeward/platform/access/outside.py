"""Requests of our server to agencies' sign-on servers, and to nothing inside the network that it stands in.

Who administers an organisation enters an address, and our server asks it: without a guard that is a way to knock on
doors inside the council's network. The guard sits where the connection is made: a name is resolved once, every address
of it is checked, and the connection goes to the address that was checked. So neither a redirect nor a name that
changes its mind between two look-ups gets past it. LEEWARD_SIGN_ON_INSIDE_NETWORK lets it go.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

SECONDS = 5
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in an IPv6 one, for networks without IPv4


class InsideNetwork(NewConnectionError):
    """The address is private, loopback or otherwise not on the internet: it is not asked."""


def is_outside(address: str) -> bool:
    """Whether an IP address is on the internet, and so is every address hidden in it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    hidden: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _TRANSLATED:
            hidden.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in (ip, *hidden) if one is not None)


def addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    """Where a name leads, as sockets want it. Raises PermissionError if any of it is inside, gaierror if nowhere."""
    found = [entry[4] for entry in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)]
    if not settings.SIGN_ON_INSIDE_NETWORK and not all(is_outside(str(place[0])) for place in found):
        raise PermissionError("inside")
    return found


class _Guarded(HTTPConnection):
    """Connects only to addresses that were checked."""

    def _new_conn(self) -> socket.socket:
        try:
            places = addresses(self._dns_host, int(self.port or 443))
        except PermissionError:
            raise InsideNetwork(self, "The address is inside a private network.") from None
        except (socket.gaierror, UnicodeError) as problem:
            gone = problem if isinstance(problem, socket.gaierror) else socket.gaierror(str(problem))
            raise NameResolutionError(self.host, self, gone) from problem
        last: OSError | None = None
        for place in places:
            try:
                return socket.create_connection((place[0], place[1]), timeout=SECONDS)
            except TimeoutError as problem:
                raise ConnectTimeoutError(self, "No answer in time.") from problem
            except OSError as problem:
                last = problem
        raise NewConnectionError(self, "No connection.") from last


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same over TLS; the certificate is checked against the name, not the address."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTls


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def session() -> requests.Session:
    """A session that asks only servers outside; over HTTPS alone, and through no proxy, which would look up for us."""
    made = requests.Session()
    made.trust_env = bool(settings.SIGN_ON_INSIDE_NETWORK)
    made.adapters.clear()
    made.mount("https://", _Adapter())
    if settings.SIGN_ON_INSIDE_NETWORK:
        made.mount("http://", _Adapter())
    return made
