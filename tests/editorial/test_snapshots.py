"""What editors change is in what remembers it: undo, versions and exports, and comes back out of plain values."""

import datetime as dt
import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.http import HttpRequest

from articles.admin.base import RecordedAdmin
from articles.content.schema import OrganizationRecord, TopicRecord
from articles.models import (
    Article,
    ArticleTopic,
    Pin,
    Provider,
    ProviderAlias,
    RelatedLink,
    StoryDecision,
    StoryLead,
    Topic,
    TopicAlias,
)
from articles.models.snapshots import VERSIONED, columns_of, plain, restored, rows_of, version_values_of
from articles.sync.decisions import COMPARED, DECISIONS, LEADS, PINS
from articles.sync.exports.data_text import PROVIDER_KEYS, TOPIC_KEYS
from articles.sync.field_values import FIELDS
from tests.support.factories import TIME, make_article, make_provider, make_topic

LIST = "a row of a list: the version of what it belongs to is without lists, undo has them"
DERIVED = "follows from other columns, or from the article's story"
IMPORTED = "the import's own, which no form shows"
HERE = "of this site, not of files"
NOTES = "what is remembered of the file is not for the file"


def each(names: tuple[str, ...], reasons: dict[str, str]) -> dict[str, dict[str, str]]:
    return dict.fromkeys(names, reasons)


# Why a column is not in one of them; by the part that it is missing from.
WITHOUT: dict[type[Model], dict[str, dict[str, str]]] = {
    Article: {
        **each(("listed_from", "tie", "updated_at"), {"undo": DERIVED, "versions": DERIVED, "files": DERIVED}),
        **each(("is_reference", "source_path"), {"undo": IMPORTED, "files": "whether there is a file, and where"}),
        **each(("folder_id", "file_digest", "file_stamp", "file_missing", "exported_digest", "own_images"),
                        {"undo": IMPORTED, "versions": IMPORTED, "files": "about the file"}),
        **each(("provider_said", "secured", "extra"), {"undo": IMPORTED, "versions": IMPORTED}),
        **each(("drafted_by_id", "preview_number"), {"undo": HERE, "versions": HERE, "files": HERE}),
        **each(("is_draft", "publish_at", "unlist_at"), {"files": HERE}),
        **each(("date", "slug"), {"files": "the address is in the name of the file"}),
        **each(("edited", "conflicts"), {"files": NOTES}),
    },
    ArticleTopic: {
        **each(("listed_from", "folded_from", "tie"), {"undo": DERIVED, "versions": LIST, "files": DERIVED}),
        **each(("article_id", "topic_id", "position"), {"versions": LIST}),
    },
    RelatedLink: {
        **each(("article_id", "target_id", "position"), {"versions": LIST}),
        "entry_id": {"versions": LIST, "files": "how the file says it, which is in the file"},
    },
    Topic: {
        "key": {"undo": DERIVED, "files": DERIVED},
        "extra": {"versions": IMPORTED, "files": "keys of the file that say nothing here stay in it"},
        "edited": {"files": NOTES},
        "conflicts": {"versions": NOTES, "files": NOTES},
        "source_path": {"files": "where the file is"},
    },
    TopicAlias: {
        "key": {"undo": DERIVED, "versions": LIST, "files": DERIVED},
        **each(("topic_id", "name", "slug"), {"versions": LIST}),
    },
    Provider: {
        "own_images": {"versions": IMPORTED, "files": "about the site's folder"},
        "extra": {"versions": IMPORTED, "files": "keys of the file that say nothing here stay in it"},
        "edited": {"files": NOTES},
        "conflicts": {"versions": NOTES, "files": NOTES},
        "source_path": {"files": "where the file is"},
    },
    ProviderAlias: each(("provider_id", "domain"), {"versions": LIST}),
    StoryDecision: {},
    StoryLead: {},
    Pin: {},
}  # fmt: skip


EDITED = tuple(WITHOUT)


def in_files() -> dict[type[Model], set[str]]:
    """Return the columns that exports write, by what the modules that write them say."""

    def columns(model: type[Model], names: Any) -> set[str]:
        by_name = {each.name: each.attname for each in model._meta.concrete_fields}
        return {by_name[name] for name in names if name in by_name}

    found = {
        Article: columns(Article, FIELDS),
        Topic: columns(Topic, TOPIC_KEYS),
        Provider: columns(Provider, PROVIDER_KEYS),
    }
    found |= {each.model: columns(each.model, each.fields) for each in (PINS, DECISIONS, LEADS, COMPARED)}
    # Lists, each in one key of the file of what it belongs to.
    keys = {ArticleTopic: FIELDS, RelatedLink: FIELDS, TopicAlias: TopicRecord.model_fields,
            ProviderAlias: OrganizationRecord.model_fields}  # fmt: skip
    lists: dict[type[Model], dict[str, set[str]]] = {
        ArticleTopic: {"topics": {"article_id", "topic_id", "position"}},
        RelatedLink: {"related": {"article_id", "target_id", "position"}},
        TopicAlias: {"other_names": {"topic_id", "name"}, "old_slugs": {"topic_id", "slug"}},
        ProviderAlias: {"other_domains": {"provider_id", "domain"}},
    }
    for model, parts in lists.items():
        found[model] = set().union(*(names for key, names in parts.items() if key in keys[model]))
    return found


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_every_column_that_editors_change_is_in_undo_versions_and_files(model: Any) -> None:
    versions = {each.attname for each in model.history.model.tracked_fields} if model in VERSIONED else set()
    parts = {"undo": set(columns_of(model)), "versions": versions, "files": in_files()[model]}
    missing = {
        each.attname: {part for part, columns in parts.items() if each.attname not in columns}
        for each in model._meta.concrete_fields
        if not each.primary_key
    }
    assert {name: parts for name, parts in missing.items() if parts} == {
        name: set(reasons) for name, reasons in WITHOUT[model].items()
    }


def test_no_column_that_a_form_shows_is_without_undo() -> None:
    for model in EDITED:
        shown = {each.attname for each in model._meta.concrete_fields if each.editable and not each.primary_key}
        assert shown <= set(columns_of(model)), model


def test_all_models_that_the_desk_changes_are_known(rf: Any, admin_user: Any) -> None:
    request: HttpRequest = rf.get("/admin/")
    request.user = admin_user
    changed: set[type[Model]] = set()
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, RecordedAdmin):
            changed |= {model, *(inline.model for inline in model_admin.get_inline_instances(request))}
    assert changed | {StoryLead} == set(EDITED)
    histories = {model for model in apps.get_app_config("articles").get_models() if hasattr(model, "history")}
    assert histories == set(VERSIONED)


@pytest.mark.django_db
def test_rows_come_back_from_plain_values_as_they_were() -> None:
    topic = make_topic("AI", keywords=["a"], images=[{"url": "https://a.example/x.png"}], edited=["name"])
    provider = make_provider(images=[{"url": "https://a.example/x.png", "width": 50, "height": 50}])
    other, article = make_article(), make_article([topic], publish_at=TIME, edited={"title": "Old"}, provider=provider)
    RelatedLink.objects.create(article=article, target=other)
    TopicAlias.objects.create(topic=topic, name="A.I.")
    ProviderAlias.objects.create(provider=provider, domain="old.example")
    StoryDecision.objects.create(article=article, joins=other, reason="one")
    StoryLead.objects.create(article=article)
    Pin.objects.create(article=article, reason="read", starts=TIME, ends=TIME + dt.timedelta(days=1))
    for model in EDITED:
        columns = columns_of(model)
        rows = json.loads(json.dumps(rows_of(model, columns), cls=DjangoJSONEncoder))
        assert rows, model
        for row in model._base_manager.values("pk", *columns):
            values = restored(model, rows[str(row["pk"])])
            assert {name: values[name] for name in columns} == {name: row[name] for name in columns}


@pytest.mark.django_db
def test_a_version_of_what_is_deleted_has_what_the_row_had() -> None:
    article = make_article()
    [version] = version_values_of(Article, rows_of(Article, columns_of(Article), pk=article.pk))
    assert (version["id"], version["title"], version["date"]) == (article.pk, article.title, article.date)
    assert version["source_path"] is None


def test_plain_values_of_times_are_in_one_zone() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    assert plain(dt.datetime(2023, 9, 1, 14, tzinfo=zone)) == "2023-09-01T12:00:00+00:00"
    assert plain(dt.date(2023, 9, 1)) == "2023-09-01"
