"""Records logins, second factors, exports and imports, as their signals tell of them."""

from typing import Any

from allauth.mfa import signals as factors
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.http import HttpRequest
from import_export.signals import post_export, post_import

from articles.models import ImportRun
from newsreader.audit.log import record
from newsreader.audit.models import Kind


def connect() -> None:
    user_logged_in.connect(_login, dispatch_uid="audit")
    user_login_failed.connect(_failure, dispatch_uid="audit")
    user_logged_out.connect(_logout, dispatch_uid="audit")
    factors.authenticator_added.connect(_factor_added, dispatch_uid="audit")
    factors.authenticator_removed.connect(_factor_removed, dispatch_uid="audit")
    factors.authenticator_reset.connect(_factor_reset, dispatch_uid="audit")
    factors.authentication_failed.connect(_factor_failed, dispatch_uid="audit")
    post_export.connect(_exported, dispatch_uid="audit")
    post_import.connect(_imported, dispatch_uid="audit")
    post_save.connect(_import_ended, sender=ImportRun, dispatch_uid="audit")


def _login(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: Any) -> None:
    record(Kind.LOGIN, "logged in", user.get_username(), request)


def _failure(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    record(Kind.FAILED, "failed to log in", str(credentials.get("username") or ""), request)


def _logout(request: HttpRequest | None, user: AbstractBaseUser | None, **kwargs: Any) -> None:
    if user is not None:
        record(Kind.LOGOUT, "logged out", user.get_username(), request)


def _factor_added(request: HttpRequest | None, authenticator: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    record(Kind.FACTOR, f"added {authenticator.type}", user.get_username(), request)


def _factor_removed(request: HttpRequest | None, authenticator: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    record(Kind.FACTOR, f"removed {authenticator.type}", None, request, of=user.get_username())


def _factor_reset(request: HttpRequest | None, authenticator: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    record(Kind.FACTOR, f"made new {authenticator.type}", user.get_username(), request)


def _factor_failed(request: HttpRequest | None, authenticator: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    record(Kind.FAILED, f"failed with {authenticator.type}", user.get_username(), request)


def _exported(model: Any, **kwargs: Any) -> None:
    record(Kind.EXPORT, f"exported {model._meta.verbose_name_plural}")


def _imported(model: Any, **kwargs: Any) -> None:
    record(Kind.IMPORT, f"imported {model._meta.verbose_name_plural}")


def _import_ended(instance: ImportRun, created: bool, **kwargs: Any) -> None:
    if not created and instance.state != ImportRun.State.RUNNING:
        names = ("created", "updated", "missing", "left_out", "errors")
        numbers = {name: getattr(instance, name) for name in names}
        record(Kind.IMPORT, f"import {instance.state}", paths=instance.paths.splitlines()[:20], **numbers)
