"""What the web server's processes run: Django, in a process that ends with the one that started it."""

import gc

from minfu.kernel.processes import die_with_parent

die_with_parent()

from config.wsgi import application  # noqa: E402 - first the tie to the parent, then the slow import

# What was loaded stays for good: the collector need not look through it again and again.
gc.freeze()

__all__ = ["application"]
