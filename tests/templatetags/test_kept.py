"""Fragments of pages are rendered once for the same values, and again when a value or the time has changed."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from jinja2 import UndefinedError

from articles.pages.shown import collecting
from articles.templatetags import kept
from articles.templatetags.kept import Fragment, Fragments

NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
TIME = Template('{% load kept %}{% include_kept "kept/time.jinja" when=when format="j M Y" %}')
COUNT = Template('{% load kept %}{% include_kept "includes/count.html" count=count %}')
EMPTY = Template('{% load kept %}{% include_kept "includes/empty.html" title=title %}')


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the included templates that were rendered; nothing is kept at the beginning."""
    names: list[str] = []
    renderer = kept._renderer

    def counting(context: Context, name: str, language: str) -> kept.Render:
        render = renderer(context, name, language)

        def counted(values: dict[str, Any]) -> str:
            names.append(name)
            return render(values)

        return counted

    monkeypatch.setattr(kept, "_renderer", counting)
    kept.fragments.clear()
    yield names
    kept.fragments.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The current time, as a list of one."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return now


def show(template: Template, **values: object) -> str:
    return template.render(Context(values))


def test_a_fragment_is_what_the_include_renders_and_is_rendered_once(rendered: list[str]) -> None:
    plain = Template('{% include "includes/count.html" with count=count only %}').render(Context({"count": 3}))
    rendered.clear()
    assert show(COUNT, count=3) == show(COUNT, count=3) == plain
    assert rendered == ["includes/count.html"]


def test_each_of_several_items_is_kept_for_itself(rendered: list[str]) -> None:
    each = Template('{% load kept %}{% include_each_kept "includes/count.html" "count" counts %}')
    assert show(each, counts=[3, 4]) == show(COUNT, count=3) + show(COUNT, count=4)
    assert show(each, counts=[4, 5]) == show(COUNT, count=4) + show(COUNT, count=5)
    assert len(rendered) == 3


def test_fragments_of_jinja_escape_what_is_not_marked_safe_and_miss_no_value() -> None:
    mark = Template('{% load kept %}{% include_fragment "kept/external.jinja" provider_name=name %}')
    assert "(at <bdi>A &amp; B</bdi>)" in show(mark, name="A & B")
    assert "<bdi><b>A</b></bdi>" in show(mark, name=kept.SafeString("<b>A</b>"))
    with pytest.raises(UndefinedError):
        Template('{% load kept %}{% include_fragment "kept/time.jinja" %}').render(Context({}))


def test_another_value_is_rendered_for_itself() -> None:
    assert show(COUNT, count=3) != show(COUNT, count=4)


def test_values_are_escaped_as_in_an_include() -> None:
    safe = kept.SafeString("<b>")
    assert "<b>" in show(EMPTY, title=safe)
    assert "&lt;b&gt;" in show(EMPTY, title="<b>")


def test_languages_and_time_zones_have_fragments_of_their_own(clock: list[dt.datetime]) -> None:
    when = NOW - dt.timedelta(days=40, hours=23)
    shown = {show(TIME, when=when)}
    with translation.override("de"):
        shown.add(show(TIME, when=when))
    with timezone.override("Asia/Tokyo"):
        shown.add(show(TIME, when=when))
    assert len(shown) == 3


def test_the_words_for_an_age_change_when_it_is_time(clock: list[dt.datetime], rendered: list[str]) -> None:
    when = NOW - dt.timedelta(hours=3, minutes=10)
    assert "3 hours ago" in show(TIME, when=when)
    clock[0] = when + dt.timedelta(hours=4) - dt.timedelta(seconds=1)
    assert "3 hours ago" in show(TIME, when=when)
    assert len(rendered) == 1
    clock[0] += dt.timedelta(seconds=1)
    assert "4 hours ago" in show(TIME, when=when)


def test_a_time_to_come_gets_words_as_soon_as_it_has_come(clock: list[dt.datetime]) -> None:
    when = NOW + dt.timedelta(minutes=5)
    assert "ago" not in show(TIME, when=when)
    clock[0] = when
    assert "1 minute ago" in show(TIME, when=when)


def test_a_page_learns_from_a_kept_fragment_when_its_words_change(clock: list[dt.datetime]) -> None:
    show(TIME, when=NOW - dt.timedelta(hours=3))
    with collecting() as shown:
        show(TIME, when=NOW - dt.timedelta(hours=3))
    assert shown.words_until == NOW + dt.timedelta(hours=1)


def test_fragments_are_bounded_in_bytes() -> None:
    few = Fragments(limit=3 * kept.OVERHEAD)
    for number in range(10):
        few.put(number, Fragment(kept.SafeString("x"), NOW, None))
    assert few.get(0, NOW) is None
    assert few.get(9, NOW) is not None
    few.put(10, Fragment(kept.SafeString("x" * 4 * kept.OVERHEAD), NOW, None))
    assert few.get(9, NOW) is not None
