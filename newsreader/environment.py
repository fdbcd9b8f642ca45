"""Reads settings from variables of the environment, each with its type.

Variables that are set but empty are values, not missing ones. Invalid values raise ImproperlyConfigured, which names
the variable. A library such as environs is not used, as its validators take each process some 50 ms to import, a tenth of
the start of a command.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

AnyValue = TypeVar("AnyValue")
# The variables that were asked for.
_asked: set[str] = set()
_TRUE = {"true", "t", "yes", "y", "on", "1"}
_FALSE = {"false", "f", "no", "n", "off", "0"}


def read_file(path: Path) -> None:
    """Set the variables of an ``.env`` file, if there is one, that the environment does not have."""
    for name, value in dotenv_values(path).items():
        if value is not None:
            os.environ.setdefault(name, value)


def text(name: str, default: str, among: Collection[str] = ()) -> str:
    """Return a variable as it is; with ``among``, only one of these values is valid."""
    value = _given(name)
    value = default if value is None else value
    if among and value not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {value!r}")
    return value


def boolean(name: str, default: bool) -> bool:
    return _converted(name, default, _boolean, "true or false")


def integer(name: str, default: int) -> int:
    return _converted(name, default, int, "an integer")


def decimal(name: str, default: float) -> float:
    return _converted(name, default, _finite, "a number")


def texts(name: str, default: Collection[str] = ()) -> list[str]:
    """Return the values between the commas of a variable; none if it is empty."""
    value = _given(name)
    return list(default) if value is None else [each.strip() for each in value.split(",")] if value.strip() else []


def names_set() -> list[str]:
    """Return the names of the settings that the environment has."""
    return sorted(_asked & os.environ.keys())


def _given(name: str) -> str | None:
    _asked.add(name)
    return os.environ.get(name)


def _converted(name: str, default: AnyValue, convert: Callable[[str], AnyValue], kind: str) -> AnyValue:
    value = _given(name)
    if value is None:
        return default
    try:
        return convert(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {kind}, not {value!r}") from None


def _boolean(value: str) -> bool:
    if value.lower() not in _TRUE | _FALSE:
        raise ValueError(value)
    return value.lower() in _TRUE


def _finite(value: str) -> float:
    number = float(value)
    if number - number != 0:  # infinite, or not a number
        raise ValueError(value)
    return number
