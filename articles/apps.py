from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("News")

    def ready(self) -> None:
        from articles import signals
        from articles.db import lookups  # noqa: F401 - lookups register themselves
        from articles.editorial import logins
        from articles.editorial.roles import create_roles

        signals.connect()
        logins.connect()
        # Without hubs, nothing of this costs anything.
        if settings.WEBSUB_HUBS:
            from articles.distribution.websub.tasks import connect

            connect()
        post_migrate.connect(create_roles, sender=self)
