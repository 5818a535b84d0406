"""Settings from the environment (12-factor); `.env` is read in development."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
MAIL_FROM = "chats@ambassadors.example.edu"
LONGEST_LOCAL_PART = 64 - 41  # RFC 5321 section 4.5.3.1.1, less "+" and a chat's 40 hex digits


class Misconfigured(Exception):
    """A setting is missing or contradicts another; the text says which and what to do."""


@dataclass(frozen=True)
class School:
    """The school's own sign-in (OpenID Connect). `roles` says which value of `role_claim` stands
    for which role, the first that fits; without a claim only those with an account come in.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = ""
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Settings:
    """All settings, checked. Names are those of the environment, in lower case."""

    app_env: str
    database_url: str
    mail_url: str
    mail_from: str
    inbox_url: str | None
    base_url: str
    secret_key: str
    scheduler: str
    trusted_proxies: int
    verify_email: bool
    rate_limits: bool
    erasures_file: Path | None
    host: str
    port: int
    school: School | None = None
    metrics_token: str = field(default="", repr=False)
    database_read_url: str | None = None
    database_pooler: str = "none"

    @property
    def production(self) -> bool:
        """Whether people outside depend on this process."""
        return self.app_env == "production"

    @property
    def local(self) -> bool:
        """Whether only this machine is meant to reach the service."""
        return urlsplit(self.base_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def https(self) -> bool:
        """Whether people reach the service by https."""
        return self.base_url.startswith("https://")


def read_settings(env: Mapping[str, str] | None = None, instance: Path = INSTANCE) -> Settings:
    """Reads and checks the settings; raises Misconfigured with a sentence."""
    env = os.environ if env is None else env
    production = env.get("APP_ENV", "development") == "production"
    if production:
        refuse_unsafe(env)
    mail_from, inbox_url = env.get("MAIL_FROM") or MAIL_FROM, env.get("INBOX_URL") or None
    refuse_long_local_part(mail_from, inbox_url)
    host, port = env.get("HOST", "127.0.0.1"), whole_number(env, "PORT", 8000)
    base_url = env.get("BASE_URL") or f"http://{host}:{port}"
    return Settings(
        app_env=one_of(env, "APP_ENV", ("development", "production")),
        database_url=database_address(env.get("DATABASE_URL") or development_database(instance)),
        mail_url=env.get("MAIL_URL") or f"file://{instance}/mail",
        mail_from=mail_from,
        inbox_url=inbox_url,
        base_url=base_url.rstrip("/"),
        secret_key=env.get("SECRET_KEY") or development_secret(instance),
        scheduler=one_of(env, "SCHEDULER", ("embedded", "off")),
        trusted_proxies=whole_number(env, "TRUSTED_PROXIES", 0),
        verify_email=one_of(env, "VERIFY_EMAIL", ("1", "0")) == "1",
        rate_limits=one_of(env, "RATE_LIMITS", ("1", "0")) == "1",
        erasures_file=Path(env["ERASURES_FILE"]) if env.get("ERASURES_FILE") else None,
        host=host,
        port=port,
        school=read_school(env, production),
        metrics_token=read_metrics_token(env),
        database_read_url=read_copy(env),
        database_pooler=one_of(env, "DATABASE_POOLER", ("none", "transaction")),
    )


def refuse_unsafe(env: Mapping[str, str]) -> None:
    """In production nothing may be guessed that links, signatures or mail depend on."""
    if len(env.get("SECRET_KEY", "")) < 16:
        raise Misconfigured(
            "SECRET_KEY is missing or shorter than 16 characters: set a long random text, the same "
            "for every process. `python -c 'import secrets; print(secrets.token_urlsafe(48))'` "
            "makes one."
        )
    if not env.get("BASE_URL", "").startswith(("https://", "http://")):
        raise Misconfigured("BASE_URL is missing or no web address: links in mails start with it.")
    if not env.get("MAIL_URL") or env["MAIL_URL"].lower().startswith("file:"):
        raise Misconfigured(
            "MAIL_URL is missing or a folder: in production mail must go to a server "
            "(smtp://user:password@host:587)."
        )


def read_metrics_token(env: Mapping[str, str]) -> str:
    """What a monitor must say to see figures; without it nobody sees any."""
    token = env.get("METRICS_TOKEN", "").strip()
    if token and len(token) < 16:
        raise Misconfigured("METRICS_TOKEN is shorter than 16 characters: set a long random text.")
    return token


def read_school(env: Mapping[str, str], production: bool) -> School | None:
    """The school's sign-in when all of it is named; None when nothing of it is."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    given = [env.get(name, "").strip() for name in names]
    if not any(given):
        return None
    if not all(given):
        raise Misconfigured(f"{', '.join(names)} belong together: set all three or none.")
    issuer = urlsplit(given[0])
    secure = issuer.scheme == "https" or (issuer.scheme == "http" and not production)
    if not secure or not issuer.hostname or issuer.query or issuer.fragment:
        raise Misconfigured(
            "OIDC_ISSUER must be an https:// address without ? and #, as the school publishes it."
        )
    claim, roles = env.get("OIDC_ROLE_CLAIM", "").strip(), read_roles(env.get("OIDC_ROLES", ""))
    if bool(claim) != bool(roles):
        raise Misconfigured("OIDC_ROLE_CLAIM and OIDC_ROLES belong together: set both or none.")
    return School(given[0], given[1], given[2], claim, roles)


def read_roles(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a claim's value and a role, from `aim-staff=coordinator; students=ambassador`."""
    pairs = [one.rpartition("=") for one in text.split(";") if one.strip()]
    found = tuple((value.strip(), role.strip()) for value, _, role in pairs)
    for value, role in found:
        if not value or role not in ("coordinator", "admissions", "ambassador"):
            raise Misconfigured(
                "OIDC_ROLES must look like `value=role; value=role`, with the roles coordinator, "
                "admissions and ambassador."
            )
    return found


def refuse_long_local_part(mail_from: str, inbox_url: str | None) -> None:
    """Where replies are read, every chat has an address made from this one, which must be valid."""
    local = mail_from.partition("@")[0]
    if inbox_url and len(local) > LONGEST_LOCAL_PART:
        raise Misconfigured(
            f"MAIL_FROM has {len(local)} characters before the @; with INBOX_URL at most "
            f"{LONGEST_LOCAL_PART}, since each chat's own secret part is added to them "
            "(chats+…@example.edu)."
        )


def one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """A setting with a closed list of values; the first is the default."""
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise Misconfigured(f"{name} is {value!r}; it can be {' or '.join(allowed)}.")
    return value


def whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    """A setting that counts something."""
    value = env.get(name) or str(default)
    if not value.isdecimal():
        raise Misconfigured(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def database_address(url: str) -> str:
    """SQLAlchemy's form of an address; hosts hand out `postgres://`."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def read_copy(env: Mapping[str, str]) -> str | None:
    """The address of a standby that public pages may be read from."""
    url = database_address(env.get("DATABASE_READ_URL", "").strip())
    if not url:
        return None
    if not (url.startswith("postgresql") and database_address(env.get("DATABASE_URL", "")) != url):
        raise Misconfigured(
            "DATABASE_READ_URL must be a PostgreSQL standby of DATABASE_URL's server, with an "
            "address of its own. Leave it out to read everything from DATABASE_URL."
        )
    return url


def development_database(instance: Path) -> str:
    """A file beside the other things of development; its folder is made."""
    instance.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{instance}/ambassadors.db"


def development_secret(instance: Path) -> str:
    """A secret made once and kept beside the development database."""
    instance.mkdir(parents=True, exist_ok=True)
    path, draft = instance / "secret_key", instance / f".secret_key.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was quicker: use that one
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii")
