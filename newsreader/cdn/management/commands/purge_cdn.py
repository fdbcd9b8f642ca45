"""``purge_cdn``: empty the shared caches in front of the site, after an upgrade or manual changes in the database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsreader.cdn.purging import purge_everything
from newsreader.cdn.services import PurgeError


class Command(BaseCommand):
    help = "Empty the shared caches in CDN_PURGE_URLS, after an upgrade."

    def handle(self, **options: Any) -> None:
        if not settings.CDN_PURGE_URLS:
            raise CommandError("CDN_PURGE_URLS names no cache")
        try:
            purge_everything()
        except PurgeError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("purged")
