"""The RSGI entry point: ``granian --interface rsgi newsreader.rsgi:application``."""

from django.urls import reverse

from newsreader.serving.application import Server
from newsreader.serving.bodies import Bodies
from newsreader.wsgi import application as wsgi_application

application = Server(
    wsgi_application,
    login_path=reverse("admin:login"),
    bodies=Bodies(large_below=reverse("admin:index")),
)
