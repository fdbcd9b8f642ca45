"""The group of editors is there after migrate, and after a flush."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_its_editors_again() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert Group.objects.get(name="Editors").permissions.exists()
