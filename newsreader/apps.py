from django.contrib.admin.apps import SimpleAdminConfig


class DeskConfig(SimpleAdminConfig):
    """Django's admin with the editors' start page."""

    default_site = "newsreader.admin_site.DeskSite"
