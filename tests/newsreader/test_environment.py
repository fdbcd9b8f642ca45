"""How settings are read from the environment, and what is said of invalid values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsreader import environment

VALUES: dict[str, tuple[Callable[[str, Any], Any], str, Any, Any]] = {
    "text": (environment.text, " a ", "b", " a "),
    "an empty text": (environment.text, "", "b", ""),
    "true": (environment.boolean, "True", False, True),
    "on": (environment.boolean, "on", False, True),
    "false": (environment.boolean, "NO", True, False),
    "zero": (environment.boolean, "0", True, False),
    "an integer": (environment.integer, "20", 1, 20),
    "a negative one": (environment.integer, "-3", 1, -3),
    "a number": (environment.decimal, "0.5", 1.0, 0.5),
    "texts": (environment.texts, "a, b", ["c"], ["a", "b"]),
    "no texts": (environment.texts, "", ["c"], []),
}


@pytest.mark.parametrize(("read", "value", "default", "expected"), VALUES.values(), ids=VALUES)
def test_variables_have_types(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str, Any], Any], value: str, default: Any, expected: Any
) -> None:
    monkeypatch.delenv("A_SETTING", raising=False)
    assert read("A_SETTING", default) == default
    monkeypatch.setenv("A_SETTING", value)
    assert read("A_SETTING", default) == expected


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (environment.boolean, "maybe", "A_SETTING must be true or false, not 'maybe'"),
        (environment.boolean, "", "A_SETTING must be true or false, not ''"),
        (environment.integer, "1.5", "A_SETTING must be an integer, not '1.5'"),
        (environment.decimal, "nan", "A_SETTING must be a number, not 'nan'"),
        (environment.decimal, "inf", "A_SETTING must be a number, not 'inf'"),
        (environment.decimal, "1,5", "A_SETTING must be a number, not '1,5'"),
    ],
)
def test_errors_name_the_variable(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str, Any], Any], value: str, message: str
) -> None:
    monkeypatch.setenv("A_SETTING", value)
    with pytest.raises(ImproperlyConfigured) as error:
        read("A_SETTING", 1)
    assert str(error.value) == message


def test_some_texts_are_among_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SETTING", "xml")
    with pytest.raises(ImproperlyConfigured, match="A_SETTING must be one of line, json, not 'xml'"):
        environment.text("A_SETTING", "line", among=("line", "json"))


def test_the_environment_takes_precedence_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# a comment\nA_SETTING='from file'\nANOTHER=\"with # sign\"\n", encoding="utf-8")
    monkeypatch.setenv("A_SETTING", "from environment")
    monkeypatch.setenv("ANOTHER", "")
    monkeypatch.delenv("ANOTHER")
    environment.read_file(tmp_path / ".env")
    assert (environment.text("A_SETTING", ""), environment.text("ANOTHER", "")) == ("from environment", "with # sign")
    environment.read_file(tmp_path / "none")
