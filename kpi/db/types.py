"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Numeric, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from kpi.core.quantity import plain


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite drops time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware; got a naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal: NUMERIC(24, 6) on PostgreSQL, text on SQLite (whose NUMERIC keeps 15 digits only).

    Text does not sort as numbers do: never ORDER BY such a column in SQL.
    """

    impl = Numeric(24, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else Numeric(24, 6))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Given, like the other way, instead of a `process_…` that costs a second call for each of many numbers."""
        return _to_text if dialect.name == "sqlite" else _checked

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Decimal | None]:
        return _from_text if dialect.name == "sqlite" else _from_padded


def _checked(value: Any) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    raise TypeError(f"exact columns take Decimal, not {type(value).__name__}")


def _to_text(value: Any) -> str | None:
    number = _checked(value)
    return None if number is None else plain(number)


def _from_text(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _from_padded(value: Decimal | None) -> Decimal | None:
    """PostgreSQL pads with zeros to the decimals of the column."""
    return None if value is None else Decimal(plain(value))


def word(kind: type[StrEnum], length: int = 16) -> Enum:
    """A column for one of our words, stored as its value and checked by nothing but the type."""
    return Enum(kind, native_enum=False, length=length, values_callable=lambda e: [item.value for item in e])
