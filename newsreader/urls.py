from django.contrib import admin
from django.urls import include, path

admin.autodiscover()

urlpatterns = [
    # Before the admin's own: its login and logout are these.
    path("admin/", include("newsreader.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("articles.urls")),
]

handler400 = "articles.views.errors.bad_request"
handler403 = "articles.views.errors.forbidden"
handler500 = "articles.views.errors.server_error"
