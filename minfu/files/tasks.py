"""Jobs of files."""

from datetime import timedelta

from minfu.files import checking, disk, states
from minfu.files.models import StoredFile
from minfu.kernel import clock, jobs

#: After this long, bytes that no row knows were left behind by a request that failed.
LEFT_BEHIND = timedelta(days=1)
#: After this long in quarantine a check is queued again (the disk was full when it was tried).
OVERLOOKED = timedelta(hours=2)


@jobs.task(queue="files")
def check_file(file_id: str) -> None:
    """Check one uploaded file."""
    checking.check(file_id)


@jobs.periodic("40 * * * *")
def check_again() -> None:
    """Queue the check of files that have waited long."""
    waiting = StoredFile.objects.filter(state=states.QUARANTINED, created_at__lt=clock.now() - OVERLOOKED)
    for file_id in waiting.values_list("pk", flat=True):
        check_file.defer_once(f"files.check:{file_id}", file_id=str(file_id))


@jobs.periodic("40 18 * * *")
def sweep() -> None:
    """Remove bytes that belong to no row (a request or a check that failed half-way), once they are a day old."""
    root = disk.media_root()
    known = {path for row in StoredFile.objects.values_list("path", "thumbnail").iterator() for path in row}
    oldest = (clock.now() - LEFT_BEHIND).timestamp()
    for folder in (disk.QUARANTINE, disk.CLEAN):
        for file in (root / folder).glob("*/*"):
            if file.stat().st_mtime < oldest and file.relative_to(root).as_posix() not in known:
                disk.remove(file.relative_to(root).as_posix())
