"""Brings free fonts for official documents: ``python tools/fonts.py [--again]``.

仿宋 and 楷体 come as FandolFang and FandolKai from Debian's ``texlive-lang-chinese`` (the font files alone, not a whole TeX), and
Noto CJK, where the machine has none, from ``fonts-noto-cjk``. An ordinary user may fetch a package without installing it. What
cannot be had is said in a sentence and not asked for again until ``--again``: documents are then set in what is there.
"""

import fnmatch
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: Seconds a download may take, lists of packages included.
PATIENCE = 120


@dataclass(frozen=True)
class Bundle:
    """Font files of one Debian package: which are taken, and where the machine may have them already."""

    package: str
    patterns: tuple[str, ...]
    places: tuple[str, ...]
    #: With these the machine can do without: nothing is brought.
    enough: str = ""


BUNDLES = (
    Bundle(
        "texlive-lang-chinese",
        ("FandolFang-*.otf", "FandolKai-*.otf", "FandolHei-Regular.otf", "FandolSong-*.otf"),
        ("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol", "/usr/share/texmf/fonts/opentype/public/fandol"),
    ),
    Bundle(
        "fonts-noto-cjk",
        ("NotoSerifCJK-*.ttc", "NotoSansCJK-Regular.ttc"),
        (),
        "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    ),
)  # fmt: skip


def bring(target: Path, bundles: tuple[Bundle, ...] = BUNDLES, *, again: bool = False) -> list[str]:
    """Put the fonts into ``target``; return the packages that could not be had."""
    target.mkdir(parents=True, exist_ok=True)
    missing = []
    for one in bundles:
        tried = target / f".tried-{one.package}"
        if _has(target, one) or (one.enough and Path(one.enough).exists()):
            continue
        if tried.exists() and not again:
            continue
        if not (_copied(target, one) or _fetched(target, one)):
            tried.touch()
            missing.append(one.package)
    return missing


def _has(folder: Path, one: Bundle) -> bool:
    return all(any(folder.glob(pattern)) for pattern in one.patterns)


def _copied(target: Path, one: Bundle) -> bool:
    """Take the files from where the machine has them."""
    for place in map(Path, one.places):
        if _has(place, one):
            for pattern in one.patterns:
                for path in place.glob(pattern):
                    shutil.copy(path, target / path.name)
            return True
    return False


def _fetched(target: Path, one: Bundle) -> bool:
    """Fetch the package without installing it and take the files out of it."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        if not _download(here, one.package):
            return False
        for package in here.glob("*.deb"):
            _unpack(package, target, one.patterns)
    return _has(target, one)


def _download(here: Path, package: str) -> bool:
    """Fetch a package; where the machine has no list of packages, or an old one, with lists of its own."""
    if _apt(here, [], "download", package):
        return True
    lists, cache = here / "lists", here / "cache"
    (lists / "partial").mkdir(parents=True)
    (cache / "archives" / "partial").mkdir(parents=True)
    own = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
    return _apt(here, own, "update") and _apt(here, own, "download", package)


def _apt(here: Path, options: list[str], *command: str) -> bool:
    """Run apt-get quietly in a folder; False when it could not."""
    limits = ["-qq", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"]
    if os.geteuid() == 0:  # its usual helper may not write into our folder
        limits += ["-o", "APT::Sandbox::User=root"]
    try:
        done = subprocess.run(
            ["apt-get", *limits, *options, *command],
            cwd=here,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _unpack(package: Path, target: Path, patterns: tuple[str, ...]) -> None:
    """Write the wanted files of a package into ``target``; nothing else of it."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as run:
        with tarfile.open(fileobj=run.stdout, mode="r|") as held:
            for member in held:
                name = Path(member.name).name
                if member.isfile() and any(fnmatch.fnmatch(name, one) for one in patterns):
                    stream = held.extractfile(member)
                    if stream is not None:
                        (target / name).write_bytes(stream.read())
        if run.stdout is not None:
            run.stdout.read()


def main() -> None:
    """Bring them; say what could not be had."""
    target = Path(sys.prefix) / "share" / "fonts" / "minfu"
    for package in bring(target, again="--again" in sys.argv[1:]):
        sys.stderr.write(
            f"没有取到字体({package})。公文 PDF 用现有字体代替,Word 文件不受影响。"
            "以后能连上软件源时运行 tools/setup.sh fonts 再取。\n"
        )


if __name__ == "__main__":
    main()
