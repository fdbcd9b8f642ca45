from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "newsreader.audit"
    label = "audit"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from newsreader.audit import accounts, events

        events.connect()
        accounts.connect()
