"""The groups are there after migrate, and after a flush."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_its_groups_again() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert sorted(Group.objects.values_list("name", flat=True)) == ["Contributors", "Editors", "Viewers"]
    assert all(group.permissions.exists() for group in Group.objects.all())


@pytest.mark.django_db
def test_only_editors_publish_and_viewers_only_view() -> None:
    codes = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}
    assert [name for name in codes if "publish_article" in codes[name]] == ["Editors"]
    assert {code.partition("_")[0] for code in codes["Viewers"]} == {"view"}
    assert not {code for code in codes["Contributors"] if code.endswith(("_pin", "_storydecision", "_relatedlink"))}
