"""``bench.ready`` as granian serves the site."""

from django.core.wsgi import get_wsgi_application

import bench.ready  # noqa: F401 - configures Django
from newsreader.serving.application import Server
from newsreader.serving.bodies import Bodies

application = Server(get_wsgi_application(), login_path="/none", bodies=Bodies(large_below="/none"))
