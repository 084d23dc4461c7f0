"""Settings, read once by doors: environment variables named KPI_…, all mistakes told at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t

PACKAGE = Path(__file__).parent
PREFIX, SECRETS_OF_SOURCES = "KPI_", "KPI_SOURCE_"


class Settings(BaseSettings):
    """One attribute a setting; the README's table is made of these descriptions."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    var: Path = Field(Path("var"), description="folder of the embedded database, the secret key and other state")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the var folder")
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8050, ge=1, le=65535, description="port the web server listens on")
    workers: int = Field(2, ge=1, le=32, description="web worker processes")
    secret_key: SecretStr = Field(
        SecretStr(""), description="signs sessions; empty: made once and kept in the var folder"
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="reverse proxies in front whose X-Forwarded headers count")
    https_only: bool = Field(False, description="session cookies over HTTPS only, and HSTS")
    upload_limit_mb: int = Field(20, ge=1, le=200, description="largest upload taken, in megabytes")
    demo: bool = Field(True, description="load the demonstration city when the database is first made")
    collect_hosts: str = Field("", description="hosts that collectors may ask, comma-separated; empty: none")
    collect_folders: str = Field(
        "", description="folders that collectors may read, comma-separated; empty: <var>/inbox"
    )
    keep_runs_days: int = Field(
        180, ge=45, le=3650, description="days the run history of jobs is kept; the last run of each job always stays"
    )
    clock: datetime | None = Field(
        None, description="start the clock at this instant, with zone (demonstrations, tests)"
    )
    password_cost: Literal["normal", "low"] = Field("normal", description="argon2 cost; low is for tests only")

    @field_validator("clock", mode="before")
    @classmethod
    def _instant(cls, value: Any) -> Any:
        """Written out: a bare number is no instant, though it could be read as seconds since 1970."""
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        if instant is not None and instant.tzinfo is None:
            raise ValueError("no time zone")
        return instant

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.var / 'kpi.db').resolve()}"

    @cached_property
    def signing_key(self) -> str:
        """The given secret, or one made once and shared by all processes through a file only the owner reads."""
        given = self.secret_key.get_secret_value()
        return given or _kept_secret(self.var / "secret_key")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        return frozenset(part.strip().lower() for part in self.collect_hosts.split(",") if part.strip())

    @property
    def allowed_folders(self) -> tuple[Path, ...]:
        given = [Path(part.strip()) for part in self.collect_folders.split(",") if part.strip()]
        return tuple(path.resolve() for path in given or [self.var / "inbox"])


def _kept_secret(path: Path) -> str:
    """Made whole beside its place and then put there, so that nobody reads half of it, and never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:  # with rights for the owner only
            fresh.write(secrets.token_hex(32))
            fresh.flush()
            with suppress(FileExistsError):  # another process was quicker: its secret counts
                os.link(fresh.name, path)
    return path.read_text(encoding="ascii").strip()


def load() -> Settings:
    """Settings from the environment; BadInput listing every mistake."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            Problem(_wrong(str(e["loc"][0]), e["input"]), field=variable(str(e["loc"][0]))) for e in error.errors()
        ]
        raise BadInput(t("配置有误，请改正后重新启动。") + t("；").join(map(str, problems)), problems) from None


def variable(setting: str) -> str:
    return PREFIX + setting.upper()


def _wrong(setting: str, given: object) -> str:
    allowed = _allowed(Settings.model_fields[setting])
    return t("“{given}”不可用，应为 {allowed}", given=given, allowed=allowed)


def _allowed(info: FieldInfo) -> str:
    """What a setting takes, in words, by its type."""
    bounds = {name: getattr(rule, name) for rule in info.metadata for name in ("ge", "le") if hasattr(rule, name)}
    if info.annotation is int:
        return t("{least} 到 {most} 的整数", least=bounds["ge"], most=bounds["le"])
    if info.annotation is bool:
        return t("true 或 false")
    if info.annotation == datetime | None:
        return t("带时区的时刻，如 2026-11-12T09:00+08:00")
    return t(" 或 ").join(get_args(info.annotation))


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Variables that look like a setting but are none → the setting that was probably meant."""
    known = [variable(setting) for setting in Settings.model_fields]
    strange = {name for name in names if name.startswith(PREFIX) and not name.startswith(SECRETS_OF_SOURCES)}
    guesses = {name: get_close_matches(name, known, n=1, cutoff=0.8) for name in sorted(strange - set(known))}
    return {name: guess[0] for name, guess in guesses.items() if guess}


def bundled(name: str) -> Path:
    """A data folder of the project (migrations, seeds): inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / "_bundled" / name
    return inside if inside.exists() else PACKAGE.parent / name
