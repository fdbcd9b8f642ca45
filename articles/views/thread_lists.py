"""The list of threads."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Thread
from articles.pages.cached import cached_page
from articles.pages.paging import LinkedPage, LinkedPaginator, requested_page
from articles.pages.shown import ANYTHING, shows
from articles.pages.thread_list import listed_threads, threads_by_time
from articles.pages.threads import PER_PAGE
from articles.preferences.personalise import for_reader, reader_of
from articles.views.pages import about_listing, render_page


@cached_page("page", "show")
@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    shows(ANYTHING)
    page: LinkedPage[Thread] = requested_page(request, LinkedPaginator(threads_by_time(), PER_PAGE, request.path))
    reader = reader_of(request)
    threads, hidden = for_reader(listed_threads(page, reader.chosen_filter.topics_of), reader)
    about = about_listing(request, _("Threads"), [thread.url for thread in threads])
    return render_page(
        request, "thread_list.html", {"page": page, "threads": threads, "hidden": hidden} | about, page.url
    )
