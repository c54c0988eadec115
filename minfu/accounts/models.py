"""Staff, units, posts and delegations."""

from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minfu.accounts import duties, triggers
from minfu.kernel import clock
from minfu.places.models import Division, Grid


class UserManager(BaseUserManager["User"]):
    """Creates staff accounts."""

    def create_user(self, username: str, password: str, name: str = "") -> "User":
        """Create an account that must choose a new password at its first sign-in."""
        user = self.model(username=username, name=name or username)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A staff member's account. What they may do comes only from the posts they hold."""

    #: When somebody came last is nobody's figure: sign-ins are kept for a while, for the person (``SignIn``).
    last_login = None
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=True)
    #: The language they chose to read (a code of ``LANGUAGES``); empty: the county's.
    language = models.CharField(_("语言"), max_length=10, blank=True)
    #: What the county's identity provider may know the person by; unique, so that it names one person only.
    employee_number = models.CharField(
        _("工号"),
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": _("这个工号已经登记给另一位人员，请核对。")},
    )

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """The level of a unit, from the county down to the grid."""

    COUNTY = "county", _("县")
    TOWNSHIP = "township", _("乡镇")
    VILLAGE = "village", _("村")
    GRID = "grid", _("网格")


class Unit(models.Model):
    """An organisation that handles demands: a desk (平台), a department, a village committee, a service centre."""

    class Kind(models.TextChoices):
        DESK = "desk", _("平台（中心）")
        DEPARTMENT = "department", _("部门")
        VILLAGE = "village", _("村（社区）")
        OTHER = "other", _("其他")
        #: Stands for a system of others; no demand is ever given to it, or complains about it.
        PARTNER = "partner", _("对接系统")

    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    #: What a department is for (e.g. "water", "roads"); routing rules name it instead of a unit.
    duty = models.CharField(_("职责代码"), max_length=30, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        db_table = "accounts_unit"
        constraints = [
            models.UniqueConstraint(
                fields=["division"],
                condition=Q(kind="desk", is_active=True),
                name="one_desk_per_division",
                violation_error_message=_("这个区划已经有一个平台。"),
            ),
            models.UniqueConstraint(
                fields=["division", "name"],
                name="unit_name_once_per_division",
                violation_error_message=_("这个区划已经有同名单位。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def duty_name(self) -> str:
        """Return what the unit is charged with, in words; empty for nothing in particular."""
        return duties.name_of(self.duty)


class Role(models.TextChoices):
    """The roles of domain: what a post lets one do is registered by each room for these roles."""

    GRID_WORKER = "grid_worker", _("网格员")
    VILLAGE_OFFICER = "village_officer", _("村（社区）干部")
    TOWNSHIP_CLERK = "township_clerk", _("乡镇平台值班员")
    TOWNSHIP_LEADER = "township_leader", _("乡镇领导")
    COUNTY_DISPATCHER = "county_dispatcher", _("县平台调度员")
    DEPARTMENT_HANDLER = "department_handler", _("部门经办人")
    MEDIATOR = "mediator", _("调解员")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")
    #: Not a person: a program of others that hands in what residents told it (docs/howto/connect-open311.md).
    PARTNER = "partner", _("对接系统")


#: Roles that are advised to work with a second factor: they see or change most.
SECOND_FACTOR_ADVISED = (Role.ADMINISTRATOR, Role.AUDITOR, Role.COUNTY_DISPATCHER)

SEPARATION = _("系统管理员、审计员和业务岗位不能由同一人同时担任。请换人，或先结束另一个岗位。")

#: Duties that one person never holds at the same time: running the system, auditing it, doing the business.
DUTY_ADMINISTRATION, DUTY_AUDIT, DUTY_BUSINESS = 1, 2, 3


def duty_of(role: str) -> int:
    """Return the duty a role belongs to; roles of different duties are never held by one person at once (三权分立)."""
    return {Role.ADMINISTRATOR: DUTY_ADMINISTRATION, Role.AUDITOR: DUTY_AUDIT}.get(Role(role), DUTY_BUSINESS)


class Post(models.Model):
    """A staff member acts in a post: person × unit × role × area × period."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", verbose_name=_("人员"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    area = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("区域"))
    grids = models.ManyToManyField(Grid, blank=True, related_name="posts", verbose_name=_("负责网格"))
    period = DateRangeField(_("任期"), help_text=_("起始日（含）至结束日（不含）"))

    class Meta:
        db_table = "accounts_post"
        constraints = [
            ExclusionConstraint(
                name="post_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一人在同一单位的同一角色，任期不能重叠。"),
            ),
            ExclusionConstraint(
                name="post_separation_of_duties",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(role="administrator", then=Value(DUTY_ADMINISTRATION)),
                            When(role="auditor", then=Value(DUTY_AUDIT)),
                            default=Value(DUTY_BUSINESS),
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                violation_error_message=SEPARATION,
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="post_unit_role")]
        triggers = [triggers.POST_DUTY]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_role_display()}"

    @property
    def first_day(self) -> date | None:
        """Return the first day of the post; None when it never held."""
        first: date | None = self.period.lower
        return first

    @property
    def last_day(self) -> date | None:
        """Return the last day of the post; None when it is open."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None

    @property
    def is_over(self) -> bool:
        """Tell whether the post has ended, or never held."""
        today = timezone.localdate(clock.now())
        return bool(self.period.isempty or (self.period.upper and self.period.upper <= today))


class Delegation(models.Model):
    """During leave a post is acted in by someone else, with dates; history shows both."""

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("岗位")
    )
    to = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegated_posts", verbose_name=_("代理人")
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    reason = models.CharField(_("原因"), max_length=200)

    #: What its trigger refuses, for people (``kernel/validity.py``).
    refusals = {"post_separation_of_duties": SEPARATION}

    class Meta:
        db_table = "accounts_delegation"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="delegation_ends_after_start",
                violation_error_message=_("代理的结束时间必须晚于开始时间。"),
            ),
            ExclusionConstraint(
                name="one_delegation_at_a_time",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("这个岗位在该时段已经委托了代理人。"),
            ),
        ]
        triggers = [triggers.DELEGATION_DUTY]

    def __str__(self) -> str:
        return f"{self.post} → {self.to}"


class ApiToken(models.Model):
    """A sign-in for programs, bound to one post. Only the SHA-256 of the token is kept; it is shown once."""

    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="api_tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    #: Whether a second factor was given for it; without one it ends where a second factor is demanded.
    second_factor = models.BooleanField(default=False)
    #: Written at most every few minutes, so that a call does not cost a write.
    last_used_at = models.DateTimeField(null=True)
    #: Of another system's key: what tells it from the others.
    label = models.CharField(_("用途"), max_length=60, blank=True)

    class Meta:
        db_table = "accounts_api_token"

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class System(models.Model):
    """A system of others (对接系统): what its keys were made for, over which area, how often a minute each may call."""

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="system", verbose_name=_("岗位"))
    name = models.CharField(_("名称"), max_length=60)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("用途"))
    area = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("范围"))
    per_minute = models.PositiveIntegerField(_("每分钟最多调用次数"))

    class Meta:
        db_table = "accounts_system"
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__range=(1, 6000)),
                name="system_calls_a_minute",
                violation_error_message=_("每分钟调用次数应为 1 到 6,000。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SecondFactorRule(models.Model):
    """From when until when a role works with a second factor only: dated configuration with its basis."""

    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    period = DateRangeField(_("期间"), help_text=_("起始日（含）至结束日（不含）"))
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        db_table = "accounts_second_factor_rule"
        constraints = [
            ExclusionConstraint(
                name="second_factor_rule_once",
                expressions=[("role", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("这个角色在该期间已经要求二次验证。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.period}"

    @property
    def first_day(self) -> date:
        """Return the first day."""
        first: date = self.period.lower
        return first

    @property
    def last_day(self) -> date | None:
        """Return the last day; None when it is open."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None


class SignIn(models.Model):
    """A sign-in or a failed one, kept ``MINFU_SIGN_IN_DAYS`` days for the person, and for whoever looks into a misuse.

    It says when someone came in, never what they did or for how long.
    """

    class Outcome(models.TextChoices):
        ENTERED = "entered", _("登录成功")
        WRONG_PASSWORD = "wrong_password", _("密码错误")
        WRONG_CODE = "wrong_code", _("验证码错误")
        LOCKED = "locked", _("连续输错，已锁定")

    class Method(models.TextChoices):
        PASSWORD = "password", _("密码")
        PASSKEY = "passkey", _("通行密钥")
        IDENTITY = "identity", _("统一身份认证")

    class Factor(models.TextChoices):
        NONE = "", _("无")
        TOTP = "totp", _("动态验证码")
        PASSKEY = "webauthn", _("通行密钥")
        RECOVERY = "recovery_codes", _("备用码")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=20, choices=Outcome.choices)
    method = models.CharField(_("方式"), max_length=12, choices=Method.choices, blank=True)
    factor = models.CharField(_("二次验证"), max_length=20, choices=Factor.choices, blank=True)
    door = models.CharField(_("入口"), max_length=10)
    #: Browser and system by name, not by version; the address without its end.
    device = models.CharField(_("设备"), max_length=60, blank=True)
    network = models.CharField(_("网络地址"), max_length=50, blank=True)

    class Meta:
        db_table = "accounts_sign_in"
        indexes = [models.Index(fields=["user", "-at"], name="sign_in_user_at")]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class Session(AbstractBaseSession):
    """A session that knows whose it is and by which sign-in it began, so that it can be listed and ended."""

    user_id = models.BigIntegerField(null=True)
    sign_in_id = models.BigIntegerField(null=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"
        indexes = [
            models.Index(fields=["user_id"], condition=Q(user_id__isnull=False), name="session_of_user")
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store that writes this table."""
        from minfu.accounts.sessions import SessionStore

        return SessionStore
