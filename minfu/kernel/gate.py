"""Rights: closed by default.

Every view and API operation declares what it needs with ``needs`` or ``open_to_all``; a house test fails for one that does
not. A right is registered once, by the room that guards with it; an unknown name fails at import.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Protocol, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from minfu.kernel.errors import Forbidden, Refused

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Right:
    """A named right; ``label`` says in the user's language what it lets one do, ``roles`` who holds it."""

    name: str
    label: Any
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """What the key of another system may be made for: a name, what it lets the system do in words, the rights it gives."""

    name: str
    label: Any
    rights: frozenset[str]


_rights: dict[str, Right] = {}
_scopes: dict[str, Scope] = {}


def register(name: str, label: Any, roles: Iterable[str]) -> str:
    """Register a right held by the given roles and return its name; registering it twice is a ValueError."""
    if name in _rights:
        raise ValueError(f"right {name} is registered twice")
    _rights[name] = Right(name, label, frozenset(roles))
    rights_of.cache_clear()
    return name


@cache
def rights_of(role: str) -> frozenset[str]:
    """Return the names of the rights a role holds."""
    return frozenset(right.name for right in _rights.values() if role in right.roles)


def rights() -> dict[str, Right]:
    """Return every registered right by name."""
    return dict(_rights)


def known(name: str) -> str:
    """Return ``name`` if it is a registered right; LookupError otherwise, so that a typing error fails at import."""
    if name not in _rights:
        raise LookupError(f"unknown right {name}")
    return name


def scope(name: str, label: Any, rights: Iterable[str]) -> str:
    """Register a scope of registered rights and return its name; twice is a ValueError, an unknown right a LookupError."""
    if name in _scopes:
        raise ValueError(f"scope {name} is registered twice")
    _scopes[name] = Scope(name, label, frozenset(known(right) for right in rights))
    return name


def scopes() -> dict[str, Scope]:
    """Return every registered scope by name."""
    return dict(_scopes)


def rights_of_scopes(names: Iterable[str]) -> frozenset[str]:
    """Return the rights that scopes give together; one that is no longer registered gives none."""
    return frozenset(right for name in names if name in _scopes for right in _scopes[name].rights)


class SignInNeeded(Refused):
    """Nobody is signed in; screens go to the sign-in page, the API answers 401."""

    status = 401
    code = "sign_in"


def sign_in_needed() -> SignInNeeded:
    """Return the refusal for a caller nobody knows."""
    return SignInNeeded(_("请先登录。"))


class HasRights(Protocol):
    """What the gate asks of an actor."""

    def may(self, right: str) -> bool:
        """Tell whether the actor holds the right in the post they act in."""


def check(actor: HasRights | None, right: str) -> None:
    """Raise ``SignInNeeded`` without an actor and ``Forbidden`` when the actor does not hold ``right``."""
    if actor is None:
        raise sign_in_needed()
    if not actor.may(right):
        raise Forbidden(_("您当前的岗位没有“%(right)s”权限。") % {"right": _rights[right].label})


def needs(right: str) -> Callable[[View], View]:
    """Guard a view: ``request.actor`` must hold ``right``. The view carries the right as ``.gate`` for the house tests."""
    known(right)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            check(getattr(request, "actor", None), right)
            return cast(HttpResponse, view(request, *args, **kwargs))

        guarded.gate = right  # type: ignore[attr-defined]  # a view carries its right with it
        return cast(View, guarded)

    return decorate


def open_to_all(reason: str) -> Callable[[View], View]:
    """Declare a view open without sign-in; ``reason`` says why and is shown by the rights matrix."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return cast(HttpResponse, view(request, *args, **kwargs))

        opened.gate = f"open: {reason}"  # type: ignore[attr-defined]  # a view carries its right with it
        return cast(View, opened)

    return decorate


def signed_in(view: View) -> View:
    """Guard a view that any signed-in staff member may use (choosing a post, changing one's own password)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            raise sign_in_needed()
        return cast(HttpResponse, view(request, *args, **kwargs))

    guarded.gate = "signed in"  # type: ignore[attr-defined]  # a view carries its right with it
    return cast(View, guarded)
