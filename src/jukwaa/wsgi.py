"""The WSGI application: `jukwaa serve` runs it, and so does any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")

application = get_wsgi_application()
