"""Where static files are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files with hashed names, by which scripts import each other, too."""

    support_js_module_import_aggregation = True
