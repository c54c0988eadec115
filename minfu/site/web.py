"""What the web server's processes run: Django, in a process that ends with the one that started it."""

import gc

from minfu.kernel.processes import die_with_parent

die_with_parent()

from django.conf import settings  # noqa: E402 - first the tie to the parent, then the slow import
from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # noqa: E402 - after what must be set first

from config.wsgi import application as django_application  # noqa: E402 - after what must be set first

application = django_application
if settings.MINFU_TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(django_application, settings.MINFU_TRUSTED_PROXIES)

# What was loaded stays for good: the collector need not look through it again and again.
gc.freeze()

__all__ = ["application"]
