"""The storage of static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compressed files with hashed names, which are also used where scripts import each other."""

    support_js_module_import_aggregation = True
