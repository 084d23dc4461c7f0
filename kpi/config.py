"""Settings, read once by doors: environment variables named KPI_…, all mistakes told at once."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t

PACKAGE = Path(__file__).parent


class Settings(BaseSettings):
    """One attribute a setting; the README's table is made of these descriptions."""

    model_config = SettingsConfigDict(env_prefix="KPI_", extra="ignore")

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
    password_cost: str = Field("normal", pattern="^(normal|low)$", description="argon2 cost; low is for tests only")

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, such as 2026-11-12T09:00+08:00")
        return value

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
            Problem(str(e["msg"]), field="KPI_" + "_".join(str(part) for part in e["loc"]).upper())
            for e in error.errors()
        ]
        raise BadInput(t("配置有误，请改正后重新启动。") + t("；").join(map(str, problems)), problems) from None


def bundled(name: str) -> Path:
    """A data folder of the project (migrations, seeds): inside the installed package, or beside it in a checkout."""
    inside = PACKAGE / "_bundled" / name
    return inside if inside.exists() else PACKAGE.parent / name
