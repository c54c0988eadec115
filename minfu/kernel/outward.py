"""Asking addresses that others name, without letting them reach into this machine or its network (SSRF).

``httpx-secure`` connects only to the very address it has checked, so that a name that resolves to something else a moment
later gains nothing. Around it stand what the caller may rely on: only http and https on their own ports, no credentials in
the address, every redirect checked like the first address, a bound on bytes and one on seconds for the whole of it.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid, Refused

if TYPE_CHECKING:  # loaded by who asks, which is the worker
    import httpx

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_T = TypeVar("_T")

#: Redirects that are followed.
MOST_HOPS = 3
#: Characters an address may have.
LONGEST = 2000
#: Seconds for everything: names, connections, redirects, body.
SECONDS = 20.0
PORTS = frozenset({80, 443})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: False in tests, which fetch from this machine.
GLOBAL_ONLY = True


class Unreachable(Refused):
    """Nobody answered this time; trying again later may help."""

    status = 502
    code = "unreachable"


class Unwanted(Refused):
    """Nothing will ever be asked there: the address is not allowed, or what lies there is not wanted."""

    status = 400
    code = "unwanted"


@dataclass(frozen=True)
class Fetched:
    """What an address gave: its bytes, and the last part of the address as a name ("" for none)."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Answer:
    """What was answered to something sent: the status, the beginning of the body as text, and when to come again.

    ``retry_after``: the header as it came, "" for none.
    """

    status: int
    beginning: str
    retry_after: str = ""


def check(url: str, *, field: str = "url", networks: Sequence[IPNetwork] = ()) -> None:
    """Raise ``Invalid`` on ``field`` for an address that is never asked, as far as one can tell without asking anyone.

    ``networks`` inside the county's own network count as outside.
    """
    try:
        _parts(url, networks)
    except Unwanted as refusal:
        raise Invalid({field: [str(refusal.message)]}) from None


def fetch(url: str, *, most_bytes: int, seconds: float = SECONDS) -> Fetched:
    """Return what lies at ``url``. For jobs: it may take ``seconds``, in which no transaction should be open.

    Raises ``Unwanted`` for what will never do (a private address, too many redirects, more than ``most_bytes`` bytes, an answer
    of 4xx) and ``Unreachable`` for what may pass (no connection, too slow, an answer of 5xx).
    """
    return asyncio.run(_asked(seconds, lambda client: _follow(client, url, most_bytes)))


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    most_chars: int,
    seconds: float = SECONDS,
    networks: Sequence[IPNetwork] = (),
) -> Answer:
    """Send ``body`` to ``url`` and return the answer, whatever its status. For jobs, as ``fetch``.

    A redirect is an answer, too, and not followed. Of the answer only ``most_chars`` characters are read. ``networks`` inside
    the county's own network count as outside. Raises ``Unwanted`` for an address that is not allowed and ``Unreachable`` where
    nobody answers in time.
    """

    async def ask(client: "httpx.AsyncClient") -> Answer:
        await _look_up(_parts(url, networks), networks)
        return await _post(client, url, body, headers, most_chars)

    return asyncio.run(_asked(seconds, ask, networks))


async def _asked(
    seconds: float,
    ask: "Callable[[httpx.AsyncClient], Awaitable[_T]]",
    networks: Sequence[IPNetwork] = (),
) -> _T:
    """Ask with a guarded client, for ``seconds`` at most."""
    import httpx
    from httpx_secure import SSRFProtectionError

    try:
        async with asyncio.timeout(seconds), _client(seconds, networks) as client:
            return await ask(client)
    except SSRFProtectionError:
        raise _inside() from None
    except (TimeoutError, httpx.TimeoutException):
        raise Unreachable(_("对方网站太慢，没有等到答复。")) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise Unreachable(_("连不上对方网站。")) from None


async def _post(
    client: "httpx.AsyncClient", url: str, body: bytes, headers: Mapping[str, str], most_chars: int
) -> Answer:
    async with client.stream("POST", url, content=body, headers=dict(headers)) as answer:
        data = bytearray()
        async for chunk in answer.aiter_raw():
            data += chunk
            if len(data) >= 4 * most_chars:  # the longest character of UTF-8
                break
        text = bytes(data[: 4 * most_chars]).decode("utf-8", errors="replace")
        words = "".join(one for one in text if one.isprintable())[:most_chars]
        return Answer(answer.status_code, words, answer.headers.get("retry-after", ""))


def _client(seconds: float, networks: Sequence[IPNetwork]) -> "httpx.AsyncClient":
    """Return a client that connects to public addresses and ``networks`` only; no proxy, no cookies, nothing compressed."""
    import httpx
    from httpx_secure import httpx_ssrf_protection

    client = httpx.AsyncClient(
        trust_env=False, timeout=seconds, headers={"User-Agent": "minfu", "Accept-Encoding": "identity"}
    )
    return httpx_ssrf_protection(
        client,
        check_globally_reachable=GLOBAL_ONLY and not networks,  # else ``_open`` alone says it
        custom_validator=lambda _host, ip, port: _open(ip, port, networks),
    )


async def _follow(client: "httpx.AsyncClient", url: str, most_bytes: int) -> Fetched:
    """Fetch, following a few redirects, each checked like the first address."""
    for _hop in range(MOST_HOPS + 1):
        parts = _parts(url)
        await _look_up(parts)
        async with client.stream("GET", url) as answer:
            if answer.next_request is not None:
                url = str(answer.next_request.url)
                continue
            _check_status(answer)
            return Fetched(await _body(answer, most_bytes), _name(parts))
    raise Unwanted(_("对方网站转来转去次数太多，没有取到文件。"))


def _check_status(answer: "httpx.Response") -> None:
    if answer.is_server_error:
        raise Unreachable(_("对方网站出错(%(status)s)，没有取到文件。") % {"status": answer.status_code})
    if not answer.is_success or "content-encoding" in answer.headers:
        raise Unwanted(_("对方网站不给这个文件(%(status)s)。") % {"status": answer.status_code})


async def _body(answer: "httpx.Response", most_bytes: int) -> bytes:
    """Return the body; refused as soon as it is too long, whatever length was announced."""
    data = bytearray()
    async for chunk in answer.aiter_raw():
        data += chunk
        if len(data) > most_bytes:
            raise Unwanted(_("对方网站的文件超过 %(most)d MB。") % {"most": most_bytes // 2**20})
    return bytes(data)


def _parts(url: str, networks: Sequence[IPNetwork] = ()) -> SplitResult:
    """Return the parts of an address that may be fetched; ``Unwanted`` with a sentence for another."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise Unwanted(_("这不是有效的网址。")) from None
    if len(url) > LONGEST or not url.isprintable() or any(one.isspace() for one in url) or not host:
        raise Unwanted(_("这不是有效的网址。"))
    if parts.scheme not in ("http", "https"):
        raise Unwanted(_("网址要以 http:// 或 https:// 开头。"))
    if parts.username is not None or parts.password is not None:
        raise Unwanted(_("网址里不能带用户名和密码。"))
    if (port or {"http": 80, "https": 443}[parts.scheme]) not in PORTS:
        raise Unwanted(_("只能用 80 和 443 端口。"))
    if (literal := _literal(host)) is not None and not _may_be_asked(literal, networks):
        raise _inside()
    if (
        GLOBAL_ONLY
        and not networks
        and (host == "localhost" or host.endswith((".localhost", ".local", ".internal")))
    ):
        raise _inside()
    return parts


def _literal(host: str) -> IPAddress | None:
    """Return the address a host stands for by itself, in any way C libraries read one ("0x7f.1"), None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, ValueError, UnicodeError):
        return None


async def _look_up(parts: SplitResult, networks: Sequence[IPNetwork] = ()) -> None:
    """Refuse a name one of whose addresses is not allowed, before anything is sent there."""
    found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not all(_may_be_asked(ip, networks) for ip in addresses):
        raise _inside()


def _may_be_asked(ip: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    """Tell whether an address is public or, written as itself, in one of the networks."""
    return _public(ip) or any(ip in network for network in networks)


def _public(ip: IPAddress) -> bool:
    """Tell whether an address is one of the internet, and not one that leads back in by another notation."""
    if not GLOBAL_ONLY:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _translated(ip)
        if inner is not None and not _public(inner):
            return False
    return ip.is_global and not ip.is_multicast


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a NAT64 gateway makes of one (RFC 6052)."""
    return ipaddress.IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None


def _open(ip: IPAddress, port: int, networks: Sequence[IPNetwork]) -> bool:
    """Tell whether a connection may be made; asked once more for the very address connected to."""
    return port in PORTS and _may_be_asked(ip, networks)


def _inside() -> Unwanted:
    """Return the refusal of an address inside this machine or its network."""
    return Unwanted(_("这个网址指向内部网络，不能用。"))


def _name(parts: SplitResult) -> str:
    """Return the last part of an address's path, for people."""
    return PurePosixPath(unquote(parts.path)).name[:100]
