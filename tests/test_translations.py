"""The translations are whole: every message of the source, in every language, with every form and placeholder."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from articles.pages.front import Clock
from articles.pages.search_results import describe_ignored
from articles.search.query import Ignored
from articles.text.dates import CONTEXT, FORMATS
from articles.text.sentences import isolated
from tests.support.catalogues import LOCALE, PLACEHOLDER, TAG, catalogue
from tests.support.factories import TIME

ROOT = settings.BASE_DIR
LANGUAGES = sorted(path.name for path in LOCALE.iterdir())
PLURAL_FORMS = {"de": 2, "ar": 6}
COUNTS = ("n", "number", "total", "limit", "hours", "size", "more", "changing", "providers")
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def compiled(language: str) -> polib.MOFile:
    return polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))


def texts(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """Return the translations of a message: one, or one for each plural form."""
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def key(entry: polib.POEntry | polib.MOEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def test_what_ships_is_what_the_settings_name() -> None:
    assert {"en", *LANGUAGES} == {code for code, _ in settings.LANGUAGES} == {"en", *PLURAL_FORMS}


@EVERY_LANGUAGE
def test_no_message_lacks_a_translation_or_a_plural_form(language: str) -> None:
    entries = catalogue(language)
    assert len(entries) > 300
    assert [key(entry) for entry in entries if entry.fuzzy or entry.obsolete or not all(texts(entry))] == []
    number = {len(texts(entry)) for entry in entries if entry.msgid_plural}
    assert number == {PLURAL_FORMS[language]}


@EVERY_LANGUAGE
def test_the_compiled_messages_are_those_of_the_catalogue(language: str) -> None:
    assert {key(entry): texts(entry) for entry in compiled(language)} == {
        key(entry): texts(entry) for entry in catalogue(language)
    }


@EVERY_LANGUAGE
def test_every_form_has_the_placeholders_and_tags_of_its_message(language: str) -> None:
    """Forms for few things may do without the number: "one article"; nothing else may go, and nothing come."""
    for entry in catalogue(language):
        wanted = sorted(PLACEHOLDER.findall(entry.msgid))
        number = counted(entry)
        for form, text in enumerate(texts(entry)):
            found = sorted(PLACEHOLDER.findall(text))
            spare = number if entry.msgid_plural and stands_for_one_number(language, form) else set()
            assert set(wanted) - spare <= set(found) <= {*wanted, *number}, (entry.msgid, text)
            assert entry.msgid_plural or found == wanted, (entry.msgid, text)
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(entry.msgid)), (entry.msgid, text)


def counted(entry: polib.POEntry) -> set[str]:
    """Return the placeholders that may be the number of a message with plural forms."""
    return {name for name in PLACEHOLDER.findall(entry.msgid_plural) if name[2:-2] in COUNTS}


def stands_for_one_number(language: str, form: int) -> bool:
    """Return whether a plural form is for one number alone: 0, 1 or 2 in Arabic."""
    return language == "ar" and form < 3


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="no gettext on this machine")
def test_the_catalogues_have_the_messages_of_the_source_and_no_others(tmp_path: Path) -> None:
    for name in ("articles", "newsreader", "templates", "manage.py", "Makefile"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    [command] = re.findall(r"\$\(MANAGE\) (makemessages .*(?:\\\n.*)*[^\\])\n", (ROOT / "Makefile").read_text())
    arguments = re.sub(r"[\\'\n\t]", " ", command).split()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsreader.settings",
        "SECRET_KEY": "x",
        "VAR_DIR": str(tmp_path / "var"),
    }
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=tmp_path, env=environment, check=True)
    for language in LANGUAGES:
        fresh = catalogue(language, tmp_path / "articles" / "locale")
        assert {key(entry) for entry in fresh} == {key(entry) for entry in catalogue(language)}, "run `make messages`"


@EVERY_LANGUAGE
def test_a_date_has_every_part_where_times_js_finds_it(language: str) -> None:
    formats = {entry.msgid: entry.msgstr for entry in catalogue(language) if entry.msgctxt == CONTEXT}
    assert set(formats) == set(map(str, FORMATS))
    for wanted, found in formats.items():
        assert re.findall(r"\w", found) == re.findall(r"\w", wanted)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["less than an hour old", "1 hour old", "2 hours old", "11 hours old", "2 days old", "3 days old"]),
        ("de", ["weniger als eine Stunde alt", "1 Stunde alt", "2 Stunden alt", "11 Stunden alt", "2 Tage alt", "3 Tage alt"]),
        ("ar", ["عمره أقل من ساعة", "عمره ساعة واحدة", "عمره ساعتان", "عمره 11 ساعة", "عمره يومان", "عمره 3 أيام"]),
    ],
)  # fmt: skip
def test_ages_are_told_in_the_plural_forms_of_a_language(language: str, words: list[str]) -> None:
    clock = Clock(TIME, TIME)
    with translation.override(language):
        assert [clock.age(TIME - dt.timedelta(hours=hours)) for hours in (0, 1, 2, 11, 50, 72)] == words


def test_names_of_another_direction_are_kept_apart_and_others_are_left_as_they_are() -> None:
    assert isolated("tram") == "tram"
    assert isolated("ترام") == "\u2068ترام\u2069"
    with translation.override("ar"):
        assert describe_ignored(Ignored("topic", "tram")) == "لا يوجد موضوع «\u2068tram\u2069»."


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title"), [("de", "Noch nichts zu lesen"), ("ar", "لا شيء للقراءة بعد")])
def test_a_site_is_in_the_language_of_its_settings(client: Client, language: str, title: str) -> None:
    # What LANGUAGE_CODE does when a process starts.
    with translation.override(language):
        html = client.get("/").content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert title in html
