"""The WSGI entry point; a server names it as `learning_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning_site.settings.production")

application = get_wsgi_application()

# After Django is set up.
from learning_site.warm import answer_once, warm_up  # noqa: E402

warm_up()
answer_once(application)
