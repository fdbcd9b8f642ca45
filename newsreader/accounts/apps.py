from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "newsreader.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from newsreader.accounts import recent, second_factor, sessions

        recent.connect()
        sessions.connect()
        second_factor.connect()
