"""Every setting of the site, read from the environment top to bottom; the defaults run a laptop.

What an operator can set is listed in docs/reference/settings.md, which is written from this file.
"""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from jukwaa import __version__

env = environ.Env()

# ---- where it runs ---------------------------------------------------------------------------------------

# The folder that holds everything of this node: database, blobs, static files, backups, secret key.
JUKWAA_HOME = Path(env.str("JUKWAA_HOME", "var")).expanduser().resolve()
JUKWAA_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
# "laptop" (the default) or "production". A laptop makes its own secret key; a server must be given one.
ENVIRONMENT = env.str("JUKWAA_ENV", "laptop")
# Shows a developer what went wrong on the page itself. Never where participants are.
DEBUG = env.bool("JUKWAA_DEBUG", False)

# Whose clock the times on a page follow, such as Africa/Dar_es_Salaam; a run sheet says when a step ends.
TIME_ZONE = env.str("JUKWAA_TIME_ZONE", "UTC")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError) as error:
    raise ImproperlyConfigured(
        f"JUKWAA_TIME_ZONE is a place such as Africa/Dar_es_Salaam, not {TIME_ZONE}."
    ) from error

if ENVIRONMENT not in {"laptop", "production"}:
    raise ImproperlyConfigured(f"JUKWAA_ENV is laptop or production, not {ENVIRONMENT}.")

# A server is what others reach over the internet: it is production, or it has a database of its own.
ON_A_SERVER = ENVIRONMENT == "production" or "DATABASE_URL" in env.ENVIRON
if ON_A_SERVER and DEBUG:
    raise ImproperlyConfigured("JUKWAA_DEBUG shows secrets to visitors: unset it on a server.")

# ---- mail ------------------------------------------------------------------------------------------------

# Where visitors reach this site, such as https://jukwaa.example.org; links in mails need it.
JUKWAA_URL = env.str("JUKWAA_URL", "")
# The server that takes mail from this one, such as mail.example.org; without it no mail goes out.
JUKWAA_MAIL_HOST = env.str("JUKWAA_MAIL_HOST", "")
# The port it listens on; by itself 587, or 465 where JUKWAA_MAIL_TLS is tls.
JUKWAA_MAIL_PORT = env.int("JUKWAA_MAIL_PORT", 0)
# starttls, tls (from the first byte), or none, which only a server on this machine itself may have.
JUKWAA_MAIL_TLS = env.str("JUKWAA_MAIL_TLS", "starttls")
# The login at the mail server; none without it.
JUKWAA_MAIL_USER = env.str("JUKWAA_MAIL_USER", "")
# The password of that login.
JUKWAA_MAIL_PASSWORD = env.str("JUKWAA_MAIL_PASSWORD", "")
# Whom mail comes from, such as "Geita dialogue <dialogue@example.org>".
JUKWAA_MAIL_FROM = env.str("JUKWAA_MAIL_FROM", "")
# A file with certificates to believe beside the machine's own, for a mail server inside an office.
JUKWAA_MAIL_CA = env.str("JUKWAA_MAIL_CA", "")
if JUKWAA_MAIL_TLS not in {"starttls", "tls", "none"}:
    raise ImproperlyConfigured(f"JUKWAA_MAIL_TLS is starttls, tls or none, not {JUKWAA_MAIL_TLS}.")
if (
    JUKWAA_MAIL_HOST
    and JUKWAA_MAIL_TLS == "none"
    and JUKWAA_MAIL_HOST not in {"localhost", "127.0.0.1", "::1"}
):
    raise ImproperlyConfigured(
        "JUKWAA_MAIL_TLS is none, and mail would go over the network for anybody to read: set it to starttls "
        "or tls. Only a mail server on this machine itself may do without."
    )

# ---- its secret key, and under which names it is reached -------------------------------------------------


def secret_key_of_a_laptop(home: Path) -> str:
    """Give the key in `home`/secret.key, made on the first start and readable by its owner alone."""
    path = home / "secret.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        # Two processes may start at once: each writes its own file, the first to link it is believed by both.
        own = home / f"secret.key.{secrets.token_hex(4)}"
        own.touch(mode=0o600, exist_ok=False)
        own.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            path.hardlink_to(own)
        except FileExistsError:
            pass
        finally:
            own.unlink()
        return path.read_text(encoding="ascii").strip()


# Signs sessions, forms and card cookies. Whoever has it can be anybody.
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY and ON_A_SERVER:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. On a server, put 50 or more random characters into the environment variable "
        "SECRET_KEY, the same ones for every process, and keep them out of backups. "
        "To make some: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
if not SECRET_KEY:
    SECRET_KEY = secret_key_of_a_laptop(JUKWAA_HOME)

# The names under which visitors reach this site, separated by commas; needed on a server.
ALLOWED_HOSTS = env.list("JUKWAA_ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS and ON_A_SERVER:
    raise ImproperlyConfigured(
        "JUKWAA_ALLOWED_HOSTS is not set. On a server, name the hosts under which visitors reach it, "
        "for example JUKWAA_ALLOWED_HOSTS=jukwaa.example.org."
    )
if not ON_A_SERVER:
    # On a laptop phones type its Wi-Fi address, which changes with each Wi-Fi, so any IPv4 address will do.
    # A foreign *name* will not: that is how a page elsewhere could make this laptop's browser read Jukwaa
    # as its own (DNS rebinding). No name ends in a number, so these endings match addresses only.
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", *(f".{number}" for number in range(256))]

# 1 where visitors come by HTTPS (through nginx or Caddy): cookies then travel by HTTPS only.
HTTPS = env.bool("JUKWAA_HTTPS", False)
# Folder with the public data sets that some tests and `import-polis` examples read.
JUKWAA_DATA = Path(env.str("JUKWAA_DATA", "../shared/data"))

# ---- what it is made of ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "jukwaa.record",
    "jukwaa.programmes",
    "jukwaa.field",
    "jukwaa.dialogue",
    "jukwaa.agenda",
    "jukwaa.delivery",
    "jukwaa.stories",
    "jukwaa.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jukwaa.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jukwaa.web.middleware.RefuseTooLarge",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jukwaa.programmes.middleware.AskForCard",
    "jukwaa.dialogue.door.phones.CountPhones",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jukwaa.urls"
WSGI_APPLICATION = "jukwaa.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jukwaa.programmes.context.who",
            ],
        },
    },
]

# ---- the database ----------------------------------------------------------------------------------------

# 64 hexadecimal characters that encrypt the SQLite database; without them it is plain. Losing them loses it.
SQLITE_KEY = env.str("JUKWAA_SQLITE_KEY", "")

SQLITE_PRAGMAS = [
    "journal_mode = WAL",  # readers never wait for the writer
    "synchronous = FULL",  # a vote that was acknowledged survives a power cut
    "secure_delete = ON",  # what was withdrawn is overwritten, not only unlinked
    "cell_size_check = ON",  # a damaged page is noticed when it is read
    "cache_size = -20000",  # 20 MB
    "mmap_size = 134217728",
    "journal_size_limit = 27103364",
    "temp_store = MEMORY",  # no temporary files with people's words
]

# postgres://user:password@host:5432/name on a server; without it, SQLite in JUKWAA_HOME.
if "DATABASE_URL" in env.ENVIRON:
    DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL is for PostgreSQL: postgres://user:password@host:5432/name")
    # What is written out and asked again and again is planned once for each connection (record/prepared.py).
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 3
else:
    DATABASES = {
        "default": {
            "ENGINE": "jukwaa.sqlcipher",
            "NAME": JUKWAA_HOME / "jukwaa.sqlite3",
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "key": lambda: SQLITE_KEY,
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": ";".join(f"PRAGMA {pragma}" for pragma in SQLITE_PRAGMAS),
            },
        }
    }
# A connection is kept: opening one costs more than a vote.
DATABASES["default"]["CONN_MAX_AGE"] = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- files -----------------------------------------------------------------------------------------------

STATIC_ROOT = JUKWAA_HOME / "static"
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# A photo from a field worker's camera may be 15 MB; anything beside it is small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# ODK Collect sends up to 101 files beside a form's text in one go.
DATA_UPLOAD_MAX_NUMBER_FILES = 110
# More bytes than this are refused before anything looks at them: a recording and a photo fit together.
LARGEST_REQUEST = 32 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# The folder, on a stick, to which `jukwaa serve` backs the laptop up while it runs; none without it.
JUKWAA_BACKUP = env.str("JUKWAA_BACKUP", "")
# How many minutes lie between two backups.
JUKWAA_BACKUP_MINUTES = env.int("JUKWAA_BACKUP_MINUTES", 10)

# ---- who may come in -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "programmes.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Five wrong passwords for one account from one place close that door for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# The log-in form calls it so; axes would look for the name of our field, find none, and lock nobody out.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "programmes/too_many_tries.html"


def visitor_address(request: HttpRequest) -> str:
    """Where a request came from: behind a proxy, the address that the proxy saw, which it puts last."""
    seen = request.headers.get("X-Forwarded-For", "") if HTTPS else ""
    return seen.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


AXES_CLIENT_IP_CALLABLE = visitor_address

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "jukwaa.web.views.left_open"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- what a browser may do -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "connect-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Other sites learn nothing. Not "no-referrer": with that, browsers send our own forms with "Origin: null",
# and Django refuses them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_SSL_REDIRECT = True

# ---- languages and time ----------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sw", "Kiswahili"), ("fr", "Français")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
FORMAT_MODULE_PATH = ["jukwaa.web.formats"]
USE_I18N = True
USE_TZ = True

# ---- what it says ----------------------------------------------------------------------------------------

VERSION = __version__
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"terse": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "terse"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "jukwaa": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A page that is not there is no fault of ours, and a queue of waiting phones is everyday work.
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
        # It would name each rule of the stylesheet that is for screens only.
        "weasyprint": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
