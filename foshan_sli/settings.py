"""One settings file. Everything that differs between machines comes from the environment."""

from pathlib import Path

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from foshan_sli import environment as env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.flag("DEBUG", False)
SECURE = env.flag("SECURE", True)
DEMO = env.flag("DEMO", False)
if DEBUG and SECURE:
    raise ImproperlyConfigured("DEBUG=1 shows secrets to visitors: set SECURE=0 too, or DEBUG=0.")

SECRET_KEY = env.secret("SECRET_KEY")
FIELD_KEYS = env.field_keys("FIELD_KEYS")
BLIND_INDEX_KEY = env.key("BLIND_INDEX_KEY", env.text("BLIND_INDEX_KEY"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", None if SECURE else "127.0.0.1,localhost,[::1]")
if SECURE and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the site's own hosts, not *.")
SITE_URL = env.text("SITE_URL", None if SECURE else "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)
# What the foot of every page says of who runs the site; empty until it is published.
SITE_HOTLINE, SITE_OPERATOR = env.text("SITE_HOTLINE", ""), env.text("SITE_OPERATOR", "")
SITE_ICP = env.text("SITE_ICP", "")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "template_partials",
    "apps.core",
    "apps.reference",
    "apps.accounts",
    "apps.messaging",
    "apps.documents",
    "apps.pools",
    "apps.enterprises",
    "apps.catalogue",
    "apps.rating",
    "apps.policies",
    "apps.duty",
    "apps.billing",
    "apps.enrollment",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.ScopeMiddleware",
]
ROOT_URLCONF = "foshan_sli.urls"
WSGI_APPLICATION = "foshan_sli.wsgi.application"
FORM_RENDERER = "apps.core.widgets.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Partials are built into Django 6: then delete this line and the app above.
            "builtins": [
                "template_partials.templatetags.partials",
                "apps.core.templatetags.kept",
                "apps.core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.shell.shell",
            ],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "apps.core.postgres",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Postgres takes a quarter of a second to compile a statement that runs for twenty ms, and
        # twenty to weigh the orders of nine joins that each find one row by its key.
        "OPTIONS": {"options": "-c jit=off -c join_collapse_limit=4"},
        **env.database("DATABASE_URL"),
    }
}
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "sli",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Who acts: see apps/accounts/access.py
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.LoginBackend"]
ACTOR_RESOLVER = "apps.accounts.actors.actor_for"
ANONYMOUS_USER_NAME = None  # guardian: no anonymous user row
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # shares are read by visible_to, not asked of a backend
PASSWORD_HASHERS = ["apps.accounts.hashers.SizedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "email", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "20/m/ip,5/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".local" / "media")))
# Uploads: a form larger than any file we take is not read to its end.
FILE_UPLOAD_HANDLERS = [
    "apps.documents.handlers.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMD = env.text("CLAMD", "")
ACCEPT_UNSCANNED = env.flag("ACCEPT_UNSCANNED", not SECURE)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *Compressor.SKIP_COMPRESS_EXTENSIONS,
    "map",
    "ttf",
    "otf",
)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.guards.RequiresDeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.NewestFirst",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "apps.core.api.problem_from",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "佛山安全生产责任保险平台 API",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "EnterpriseState": "apps.enterprises.models.enterprise.EnterpriseState",
        "SiteState": "apps.enterprises.models.site.SiteState",
        "RoundState": "apps.pools.models.rounds.RoundState",
        "ObjectionState": "apps.pools.models.rounds.ObjectionState",
        "PayerCheck": "apps.billing.models.ledger.Receipt.PayerCheck",
        "WriteOffState": "apps.billing.models.premium.WriteOffState",
        "StatementState": "apps.billing.models.statements.StatementState",
        "PolicyState": "apps.policies.models.PolicyState",
        "QuoteState": "apps.rating.models.QuoteState",
        "ReferralState": "apps.rating.referrals.models.ReferralState",
        "ImpactState": "apps.rating.impact.models.ImpactState",
        "ProductState": "apps.catalogue.models.products.ProductState",
        "DutyState": "apps.duty.models.DutyState",
        "LetterKind": "apps.duty.models.Letter.Kind",
        "DifferenceReason": "apps.billing.models.statements.Difference.Reason",
        "TariffState": "apps.catalogue.models.tariffs.TariffState",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweeper rings again
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "ring again for what was lost": {"task": "core.sweep", "schedule": 10},
    "seal the audit chain": {"task": "core.seal_audit", "schedule": 10},
    "take away files without a row": {"task": "documents.sweep", "schedule": 24 * 3600},
    "advance the share rounds": {"task": "billing.advance_share_rounds", "schedule": 24 * 3600},
    "seal the books": {"task": "billing.seal_books", "schedule": 10},
    "check the books": {"task": "billing.check_books", "schedule": crontab(hour=2, minute=30)},
    "remind of late statements": {
        "task": "billing.remind_late_statements",
        "schedule": crontab(hour=8, minute=0),
    },
    "ask for renewals": {
        "task": "enrollment.remind_renewals",
        "schedule": crontab(hour=7, minute=30),
    },
    "remind of premium": {
        "task": "billing.remind_of_premium",
        "schedule": crontab(hour=8, minute=30),
    },
    "forget what was kept for a while": {"task": "core.forget", "schedule": 3600},
    "put lapsed quotes away": {"task": "rating.archive_quotes", "schedule": 3600},
}

globals().update(env.mail("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "foshan-sli@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "apps.core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
