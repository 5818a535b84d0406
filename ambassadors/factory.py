"""Puts the parts together; the only place that sees every part."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ambassadors import logs
from ambassadors.cli import register as register_commands
from ambassadors.extensions import COPY, babel, csrf, db, limiter, login, migrate
from ambassadors.models import engine as engines
from ambassadors.web import compiled, requests_seen
from ambassadors.web import register as register_web
from ambassadors.web.speaking import choose_locale
from config import ROOT, Settings


def build_app(settings: Settings) -> Flask:
    """The application for these settings."""
    logs.configure(settings.production)
    app = Flask(
        "ambassadors",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    app.jinja_environment = compiled.Templates  # before anything asks for one
    app.config.update(flask_config(settings))
    app.extensions["settings"] = settings
    believe_proxies(app, settings.trusted_proxies)
    requests_seen.register(app)  # before the extensions: what they refuse is seen, too
    prepare_extensions(app)
    register_web(app)
    register_commands(app)
    return app


def believe_proxies(app: Flask, count: int) -> None:
    """Takes the caller's address and scheme from so many proxies in front; never the host."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0
        )


def flask_config(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions need to know, from our own settings."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings, settings.database_url),
        "SQLALCHEMY_BINDS": copies(settings),
        # Coarse and per process: what must hold across processes is in services/throttles.py.
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": "memory://",
        # Private pages send no referrer, so a form's token must be enough; it lasts as long as the
        # session, so that nobody loses what they typed.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.https else "session",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


COPY_PATIENCE = 3  # seconds for a standby to take a connection; then the primary is asked


def engine_options(settings: Settings, url: str, **connecting: int | None) -> dict[str, object]:
    """How every engine is made; `connecting` goes to the driver.

    Nothing is prepared on a connection that a pooler gives to somebody else after each transaction.
    """
    options: dict[str, object] = {
        "hide_parameters": True,  # a fault's text goes into the log: no names, no questions
        "pool_size": 16,  # opened only when as many threads ask at once
    }
    if not url.startswith("sqlite"):
        options["pool_pre_ping"] = True
    if settings.database_pooler == "transaction":
        connecting["prepare_threshold"] = None
    return {**options, "connect_args": connecting}


def copies(settings: Settings) -> dict[str | None, dict[str, object]]:
    """The engine of DATABASE_READ_URL, where there is one."""
    url = settings.database_read_url or ""
    options = engine_options(settings, url, connect_timeout=COPY_PATIENCE)
    return {COPY: {"url": url, **options}} if url else {}


def prepare_extensions(app: Flask) -> None:
    """Binds the extensions; the limiter before CSRF, so that a flood is refused first."""
    db.init_app(app)
    migrate.init_app(app, db)
    limiter.init_app(app)
    csrf.init_app(app)
    login.init_app(app, add_context_processor=False)  # web gives templates a lazy current_user
    babel.init_app(app, locale_selector=choose_locale)
    pooled = app.extensions["settings"].database_pooler == "transaction"
    with app.app_context():
        for engine in db.engines.values():
            engines.prepare(engine, str(app.config["SECRET_KEY"]), pooled)
