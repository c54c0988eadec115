"""Django settings, read from the environment and loud on a wrong value.

Every setting a county may set is declared here through ``env`` and described in ``docs/operations/settings.md``
(a house test compares the two).
"""

import ipaddress
import logging
import re
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from environs import Env, ValidationError, validate

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent

#: Where data, keys, uploads and the embedded database live.
MINFU_HOME = Path(env.str("MINFU_HOME", default=str(BASE_DIR / "var"))).resolve()
#: Division code (6 digits) of the county this installation serves. Nothing else knows which county it is.
MINFU_COUNTY = env.str("MINFU_COUNTY", default="350922", validate=validate.Regexp(r"^\d{6}$"))
MINFU_HOST = env.str("MINFU_HOST", default="127.0.0.1")
MINFU_PORT = env.int("MINFU_PORT", default=8000, validate=validate.Range(min=1, max=65535))
#: Address residents reach the site by; printed on posters and in messages.
MINFU_PUBLIC_URL = env.str("MINFU_PUBLIC_URL", default=f"http://{MINFU_HOST}:{MINFU_PORT}").rstrip("/")
#: Spans of a working day in which the office is open; a due day ends with the last.
MINFU_OFFICE_HOURS = env.str(
    "MINFU_OFFICE_HOURS",
    default="08:00-12:00,14:30-17:30",
    validate=validate.Regexp(r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}(,\d{1,2}:\d{2}-\d{1,2}:\d{2})*$"),
)
#: When nobody is reminded or called; may cross midnight.
MINFU_QUIET_HOURS = env.str(
    "MINFU_QUIET_HOURS", default="21:00-07:30", validate=validate.Regexp(r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$")
)
#: True in the demo: the login page lists the demo's accounts.
MINFU_DEMO = env.bool("MINFU_DEMO", default=False)

DEBUG = env.bool("MINFU_DEBUG", default=False)


def _category_codes(codes: list[str]) -> None:
    """Refuse what is no list of category codes of two, four or six digits."""
    if not all(re.fullmatch(r"(\d\d){1,3}", code) for code in codes):
        raise ValidationError("codes of two, four or six digits, separated by commas")


def _are_networks(addresses: list[str]) -> None:
    """Refuse what is no address or network of a proxy, and the network that would mean everybody."""
    try:
        everybody = any(ipaddress.ip_network(address).prefixlen == 0 for address in addresses)
    except ValueError as error:
        raise ValidationError(str(error)) from None
    if everybody:
        raise ValidationError("a network that means everybody")


#: What is inside: private networks (RFC 1918, RFC 6598, RFC 4193). Never this machine or its neighbours on the wire.
_INSIDE = tuple(
    ipaddress.ip_network(one)
    for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def _are_inside(addresses: list[str]) -> None:
    """Refuse what is no part of a private network."""
    try:
        named = [ipaddress.ip_network(address) for address in addresses]
    except ValueError as error:
        raise ValidationError(str(error)) from None
    for one in named:
        if not any(one.version == part.version and one.subnet_of(part) for part in _INSIDE):  # type: ignore[arg-type]  # of one version
            raise ValidationError(f"{one} is no part of a private network")


def _secret_key() -> str:
    """Return the signing key: from the environment, or from ``MINFU_HOME/secret_key`` (created once, 0600)."""
    from minfu.kernel.secrets import persistent_secret

    return env.str("MINFU_SECRET_KEY", default="") or persistent_secret(MINFU_HOME / "secret_key")


SECRET_KEY = _secret_key()
#: Key ring of the identity vault; see minfu/registry/vault.py.
MINFU_VAULT_KEYS = Path(env.str("MINFU_VAULT_KEYS", default=str(MINFU_HOME / "vault_keys")))

#: Addresses or networks of proxies in front of us, whose word counts for where a request comes from; empty: nobody's.
MINFU_TRUSTED_PROXIES: list[str] = env.list(
    "MINFU_TRUSTED_PROXIES", default=[], subcast=str.strip, validate=_are_networks
)
#: What ``GET /metrics`` asks for; empty: only programs of this machine are answered.
MINFU_METRICS_TOKEN = env.str("MINFU_METRICS_TOKEN", default="")
#: Public key (age) that ``minfu backup --encrypt`` encrypts for.
MINFU_BACKUP_KEY = env.str("MINFU_BACKUP_KEY", default="")

ALLOWED_HOSTS = env.list(
    "MINFU_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", MINFU_HOST], subcast=str.strip
)
CSRF_TRUSTED_ORIGINS = [MINFU_PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "minfu.kernel",
    "minfu.papers",
    "minfu.places",
    "minfu.accounts",
    "minfu.registry",
    "minfu.files",
    "minfu.notices",
    "minfu.tables",
    "minfu.cases",
    "minfu.workbooks",
    "minfu.documents",
    "minfu.hazards",
    "minfu.open311",
    "minfu.webhooks",
    "minfu.disputes",
    "minfu.figures",
    "minfu.answers",
    "minfu.opendata",
    "minfu.topics",
    "minfu.returns",
    "minfu.site",
]

MIDDLEWARE = [
    "minfu.site.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "minfu.site.middleware.PolicyMiddleware",
    "minfu.site.layers.Session",
    "minfu.site.layers.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "minfu.site.layers.Authentication",
    "minfu.site.layers.Message",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "minfu.site.layers.Htmx",
    "allauth.account.middleware.AccountMiddleware",
    "minfu.site.layers.Actor",
    "minfu.site.middleware.DialogMiddleware",
    "minfu.site.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "minfu.site.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

#: A real PostgreSQL (15 or newer); empty means the embedded server owned by minfu.
DATABASE_URL = env.str("DATABASE_URL", default="", validate=validate.Regexp(r"^(postgres(ql)?://\S+)?$"))


def _database() -> dict[str, object]:
    """Return Django's database entry: ``DATABASE_URL``, or the embedded server's socket under ``MINFU_HOME``."""
    from minfu.kernel.postgres import embedded_url

    entry = dict(
        dj_database_url.parse(
            DATABASE_URL or embedded_url(MINFU_HOME), engine="django.db.backends.postgresql"
        )
    )
    entry["CONN_MAX_AGE"] = 600
    entry["CONN_HEALTH_CHECKS"] = True
    options: dict[str, object] = {**dict(entry.get("OPTIONS") or {}), "application_name": "minfu"}  # type: ignore[call-overload]  # dj-database-url calls the options an object
    # Every trigger of django-pgtrigger asks for this setting. Where it is not set, asking fails inside a subtransaction of its
    # own: 35 µs for each row, and growing with the transaction. Set to nothing, it is found, and nothing is ignored.
    options["options"] = f"{options.get('options', '')} -c pgtrigger.ignore={{}}".strip()
    entry["OPTIONS"] = options
    return entry


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
#: Sessions of our own table: whose they are and how they began can be asked (minfu/accounts/sessions.py).
SESSION_ENGINE = "minfu.accounts.sessions"
#: Minutes without a request after which a session ends.
SESSION_COOKIE_AGE = 60 * env.int("MINFU_SESSION_MINUTES", default=60)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = MINFU_PUBLIC_URL.startswith("https://")
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "minfu.site.errors.csrf_failure"
#: Wrong passwords in a row, per account and address, before sign-in is locked.
AXES_FAILURE_LIMIT = env.int("MINFU_LOGIN_FAILURES", default=5)
#: Minutes a locked sign-in stays locked.
AXES_COOLOFF_TIME = env.int("MINFU_LOGIN_LOCK_MINUTES", default=15) / 60
AXES_LOCKOUT_PARAMETERS = "minfu.accounts.rules.sign_in.locked_by"
#: What axes must not keep of a form that was sent with a wrong password or code.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential", "old", "new", "again"]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
#: Trying on while locked does not prolong the lock: it ends when the page said it would.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "minfu.accounts.rules.sign_in.keep_answer"
#: No table of who signed in when (mission: no login statistics of staff); the log has a line for each sign-in.
AXES_DISABLE_ACCESS_LOG = True
#: Days a person's sign-ins are kept for themselves and for whoever looks into a misuse.
MINFU_SIGN_IN_DAYS = env.int("MINFU_SIGN_IN_DAYS", default=90, validate=validate.Range(min=1))
#: The codes of the roles that people hold (a test holds them against ``accounts.rights.PEOPLE``).
ROLES = [
    "grid_worker",
    "village_officer",
    "township_clerk",
    "township_leader",
    "county_dispatcher",
    "department_handler",
    "mediator",
    "auditor",
    "administrator",
]
#: Roles that never work without a second factor, whatever the dated configuration says (codes, separated by commas).
MINFU_SECOND_FACTOR: list[str] = env.list(
    "MINFU_SECOND_FACTOR", default=[], subcast=str.strip, validate=validate.ContainsOnly(ROLES)
)
#: The county's identity provider (OpenID Connect); an empty address means none.
MINFU_OIDC_URL = env.str("MINFU_OIDC_URL", default="", validate=validate.Regexp(r"^(https?://\S+)?$")).rstrip(
    "/"
)
MINFU_OIDC_CLIENT_ID = env.str("MINFU_OIDC_CLIENT_ID", default="")
MINFU_OIDC_SECRET = env.str("MINFU_OIDC_SECRET", default="")
#: What the button on the sign-in page calls the provider.
MINFU_OIDC_NAME = env.str("MINFU_OIDC_NAME", default="统一身份认证")
#: The claim that carries the employee number, if the provider vouches for one; empty: only links made by hand count.
MINFU_OIDC_NUMBER_CLAIM = env.str("MINFU_OIDC_NUMBER_CLAIM", default="")

# --- django-allauth: the steps of signing in, second factors, single sign-on. Its own limits and mails are off: axes locks.
ACCOUNT_ADAPTER = "minfu.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {"reauthenticate": "minfu.accounts.forms_factor.ConfirmPasswordForm"}
#: Seconds within which a password or factor that was given need not be given again to change factors.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "minfu.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
#: Codes of the half minute before and after count too: telephones' clocks are wrong.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "minfu.accounts.forms_factor.CodeForm",
    "reauthenticate": "minfu.accounts.forms_factor.ConfirmCodeForm",
    "activate_totp": "minfu.accounts.forms_factor.TotpForm",
    "add_webauthn": "minfu.accounts.forms_factor.PasskeyForm",
    "edit_webauthn": "minfu.accounts.forms_factor.PasskeyNameForm",
}
SOCIALACCOUNT_ADAPTER = "minfu.accounts.adapters.IdentityAdapter"
#: The provider is entered by a link: a form would be stopped by the content policy's form-action.
SOCIALACCOUNT_LOGIN_ON_GET = True


def identity_provider(url: str, client_id: str, secret: str, name: str) -> dict[str, object]:
    """Return allauth's entry for the county's OpenID Connect provider; without an address there is none."""
    app = {
        "provider_id": "county",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": url},
    }
    about = {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile"], "APPS": [app] if url else []}
    return {"openid_connect": about}


SOCIALACCOUNT_PROVIDERS = identity_provider(
    MINFU_OIDC_URL, MINFU_OIDC_CLIENT_ID, MINFU_OIDC_SECRET, MINFU_OIDC_NAME
)

#: Hours an API token lives.
MINFU_TOKEN_HOURS = env.int("MINFU_TOKEN_HOURS", default=24)

LANGUAGE_CODE = "zh-hans"
#: Languages one may choose. The sentences in the source are the first; of the others ``locale/`` has whole catalogues
#: (``make messages``; tests/test_languages.py): half of one would give pages in two languages.
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
#: How English writes dates: 21 Nov 2026. The Chinese formats are Django's.
FORMAT_MODULE_PATH = ["config.formats"]
#: Seconds a chosen language is remembered: a year.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = MINFU_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "minfu.site.static.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "minfu.site.static.HashedStorage"},
}
MEDIA_ROOT = MINFU_HOME / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
#: A form from above with a line for each village has thousands of cells, each a field of one page.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
#: Categories (codes, with all below them) whose demands everyone may read over Open311, without names, words and exact place.
MINFU_OPEN311_PUBLIC = env.list(
    "MINFU_OPEN311_PUBLIC", default=["03", "04"], subcast=str.strip, validate=_category_codes
)
#: Seconds another system has to take a change that is sent to it.
MINFU_WEBHOOK_SECONDS = env.int("MINFU_WEBHOOK_SECONDS", default=10, validate=validate.Range(min=1, max=60))
#: Hours without success after which nothing more is sent to an address until an administrator says so.
MINFU_WEBHOOK_OFF_HOURS = env.int("MINFU_WEBHOOK_OFF_HOURS", default=120, validate=validate.Range(min=1))
#: Days the log of what was sent is kept; longer than a change is tried (three days).
MINFU_WEBHOOK_KEEP_DAYS = env.int("MINFU_WEBHOOK_KEEP_DAYS", default=30, validate=validate.Range(min=7))
#: Networks of the county's own that changes may be sent into; empty: only to addresses of the internet.
MINFU_WEBHOOK_NETWORKS: list[str] = env.list(
    "MINFU_WEBHOOK_NETWORKS", default=[], subcast=str.strip, validate=_are_inside
)
#: In public a number below this is not shown, nor what would give it away.
MINFU_SMALL_CELLS = env.int("MINFU_SMALL_CELLS", default=5, validate=validate.Range(min=1))
#: Largest accepted upload in megabytes.
MINFU_UPLOAD_MB = env.int("MINFU_UPLOAD_MB", default=20)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Map tiles (WGS 84 or CGCS 2000), e.g. https://tiles.example/{z}/{x}/{y}.png; empty: no tiles, nothing asked from outside.
MINFU_TILE_URL = env.str("MINFU_TILE_URL", default="", validate=validate.Regexp(r"^(https?://[^/]+/.+)?$"))
#: Credit the tiles' provider asks for, shown on the map.
MINFU_TILE_CREDIT = env.str("MINFU_TILE_CREDIT", default="")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *(["/".join(MINFU_TILE_URL.split("/")[:3])] if MINFU_TILE_URL else [])],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

#: Log lines for people (text) or for programs (json: one line for each request, too).
MINFU_LOG_FORMAT = env.str("MINFU_LOG_FORMAT", default="text", validate=validate.OneOf(["text", "json"]))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "minfu.kernel.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "minfu.kernel.logs.Json"},
    },
    "filters": {"strip": {"()": "minfu.kernel.logs.Strip"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": MINFU_LOG_FORMAT, "filters": ["strip"]},
    },
    "root": {"handlers": ["console"], "level": env.log_level("MINFU_LOG_LEVEL", default=logging.INFO)},
    "loggers": {
        "minfu.requests": {"level": "INFO" if MINFU_LOG_FORMAT == "json" else "WARNING"},
        "procrastinate": {"level": "WARNING"},  # one INFO line per job and poll tells nobody anything
        "httpx": {"level": "WARNING"},  # an address others gave us may name a person
    },
}
#: A periodic job that was missed while no worker lived is made up for within a day (seconds).
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86400}
PROCRASTINATE_ON_APP_READY = "minfu.kernel.jobs.on_app_ready"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
