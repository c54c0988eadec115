"""Settings of the test suite: the real ones, in a home of its own that is thrown away.

A developer's ``MINFU_HOME`` is never used: a test must not touch real data. The first process makes the home and hands it to
the others (xdist workers) through ``MINFU_TEST_HOME``; the root ``conftest.py`` removes it.
"""

import os
import tempfile
from pathlib import Path

if "MINFU_TEST_HOME" not in os.environ:
    os.environ["MINFU_TEST_HOME"] = tempfile.mkdtemp(prefix="minfu-test-")
    Path(os.environ["MINFU_TEST_HOME"]).chmod(0o711)
    os.environ["MINFU_TEST_OWNER"] = str(os.getpid())
os.environ["MINFU_HOME"] = os.environ["MINFU_TEST_HOME"]
for name in [name for name in os.environ if name.startswith("MINFU_") and not name.startswith("MINFU_TEST_")]:
    if name != "MINFU_HOME":
        del os.environ[name]

from config.settings import *  # noqa: E402, F403 - after what must be set first

#: The cheap hash: a suite signs in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {  # no manifest: tests do not collect static files
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns when there is none
