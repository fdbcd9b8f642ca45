"""Images that imports copied or editors uploaded."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles.content.image_files import UPLOADS, image_name, image_type


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Serve an image that an import copied or an editor uploaded; answer 404 for anything but an image."""
    if image_name(path) != path:
        raise Http404("not an image")
    try:
        response = FileResponse(default_storage.open(path), content_type=image_type(path))
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404("no such image") from None
    # The name of an uploaded image changes with its content.
    is_upload = path.startswith(UPLOADS.lstrip("/"))
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_upload else "public, max-age=86400"
    response["Last-Modified"] = http_date(default_storage.get_modified_time(path).timestamp())
    return response
