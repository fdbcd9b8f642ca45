"""Keeping views of the desk's lists: each user has their own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from articles.db.locks import writing
from articles.models import SavedView

MOST = 50  # views of a user of one list


def views_of(user: Any, list_name: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user_id=user.pk, list_name=list_name)


def save_view(user: Any, list_name: str, name: str, query: str) -> SavedView:
    """Keep a view; one of the same name takes what is asked for now. Raises ValidationError."""
    with writing():
        known = views_of(user, list_name)
        view = known.filter(name=name).first() or SavedView(user_id=user.pk, list_name=list_name, name=name)
        view.query = query
        if not view.pk and known.count() >= MOST:
            raise ValidationError(_("You have %(number)d views of this list. Remove one first.") % {"number": MOST})
        view.full_clean(validate_unique=False, validate_constraints=False)
        view.save()
    return view


def rename_view(user: Any, list_name: str, pk: int, name: str) -> None:
    """Give a view another name. Raises ValidationError, also if another view has it; does nothing if the view has gone."""
    with writing():
        view = views_of(user, list_name).filter(pk=pk).first()
        if view:
            view.name = name
            if views_of(user, list_name).filter(name=view.name).exclude(pk=pk).exists():
                raise ValidationError(_("Another view has the name “%(name)s”.") % {"name": view.name})
            view.full_clean(validate_unique=False, validate_constraints=False)
            view.save()


def remove_view(user: Any, list_name: str, pk: int) -> None:
    with writing():
        views_of(user, list_name).filter(pk=pk).delete()
