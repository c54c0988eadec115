"""What ``minfu doctor`` asks about signing in."""

from collections.abc import Iterator

from django.conf import settings

from minfu.accounts.models import SECOND_FACTOR_ADVISED
from minfu.accounts.rules import second_factor
from minfu.kernel import doctor
from minfu.kernel.doctor import Finding, Progress


def second_factors(progress: Progress) -> Iterator[Finding]:
    """Check that who sees or changes most has a second factor, once others can reach the server."""
    del progress
    without = [
        str(role.label) for role in SECOND_FACTOR_ADVISED if role not in second_factor.demanded_roles()
    ]
    open_to_others = settings.MINFU_PUBLIC_URL.startswith("https://") and not settings.MINFU_DEMO
    if without and open_to_others:
        yield Finding(
            "登录",
            well=False,
            words=f"这些角色只用密码就能登录：{'、'.join(without)}",
            remedy="请照 docs/howto/turn-on-second-factor.md 要求二次验证。",
        )
    else:
        yield Finding("登录", well=True, words="二次验证的要求合适" if not without else "没有对外开放")


def register_all() -> None:
    """Register every check of this module."""
    doctor.register("登录", second_factors)
