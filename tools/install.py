"""Make this checkout importable in its .venv and write ``.venv/bin/minfu``.

An editable install without a build backend: nothing to download, nothing to build, works on every Python.
"""

import shlex
import sys
import sysconfig
from pathlib import Path

root = Path(__file__).resolve().parent.parent
Path(sysconfig.get_path("purelib"), "minfu.pth").write_text(f"{root}\n", encoding="utf-8")
command = Path(sys.prefix) / "bin" / "minfu"
python = shlex.quote(str(Path(sys.prefix) / "bin" / "python"))
# -P: the folder one stands in is not looked into for modules; whoever could write there would be run.
command.write_text(f'#!/bin/sh\nexec {python} -P -m minfu "$@"\n', encoding="utf-8")
command.chmod(0o755)
