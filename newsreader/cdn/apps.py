from django.apps import AppConfig
from django.conf import settings


class CdnConfig(AppConfig):
    """Has changes purged from the caches in CDN_PURGE_URLS."""

    name = "newsreader.cdn"

    def ready(self) -> None:
        # Without caches, nothing of this costs anything.
        if settings.CDN_PURGE_URLS:
            from articles.changes import content_changed
            from newsreader.cdn.services import services
            from newsreader.cdn.tasks import purge_soon

            services(settings.CDN_PURGE_URLS)  # a wrong address is an error now
            content_changed.connect(purge_soon, dispatch_uid="cdn")
