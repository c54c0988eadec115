"""Gather the sentences to translate into ``locale/``: ``tools/messages.py`` writes, ``tools/messages.py compile`` compiles.

The sentences in the source are Simplified Chinese, so that language needs no catalogue. Needs GNU gettext.
"""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ["zh_Hant", "en"]
ELSEWHERE = ["node_modules/*", "var/*", ".venv/*", "tests/*", "*/tests/*", "bench/*", "static/*"]


def main() -> None:
    """Write or compile the catalogues; exit with what to install where gettext is missing."""
    if not shutil.which("xgettext"):
        sys.exit("xgettext is missing: apt-get install gettext")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    (ROOT / "locale").mkdir(exist_ok=True)
    if sys.argv[1:] == ["compile"]:
        call_command("compilemessages", locale=LOCALES)
    else:
        call_command(
            "makemessages", locale=LOCALES, ignore_patterns=ELSEWHERE, no_location=False, no_wrap=True
        )


if __name__ == "__main__":
    main()
