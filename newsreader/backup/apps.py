from django.apps import AppConfig


class BackupConfig(AppConfig):
    """The commands ``backup`` and ``restore``, and the scheduled backup."""

    name = "newsreader.backup"
    default_auto_field = "django.db.models.BigAutoField"
