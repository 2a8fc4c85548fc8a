"""What a server finds of others that were killed: it ends their jobs, once, and clears what they left.

Results that the job store does not know, because it was damaged and had to begin anew, are taken up again.
"""

import logging
import time
from collections.abc import Callable

from maquette.protocol import MaquetteError, ProtocolError

from .folders import Folders
from .record_file import read_record
from .store import Store

_log = logging.getLogger(__name__)


def recover(store: Store, folders: Folders, is_running: Callable[[str], bool], is_alone: bool) -> int:
    """Ends the jobs of servers that were killed, once, and returns how many there were.

    A result that was complete is kept even if its server had no time to record it, or if the record was lost.
    `is_alone` tells that no other server runs, whose jobs an older store may hold.
    """
    taken_up = sum(_take_up(store, folders, job_id) for job_id in _unknown(store, folders))
    if taken_up:
        _log.warning("%d results that the job store did not know are taken up", taken_up)
    count = 0
    for record in store.unfinished():
        if is_running(record.instance):
            continue
        if not _finish(store, folders, record.id, time.time()):
            store.ended(record.id, "failed", time.time(), error=backend_stopped())
        count += 1
    for job_id in folders.job_ids():
        left = store.get(job_id)
        if left.is_ended if left is not None else is_alone:
            folders.clear(job_id)
    return count


def backend_stopped() -> MaquetteError:
    """The error of a job whose server ended before it did."""
    return MaquetteError("worker_died", "the backend stopped while this job ran: submit it again", "retry")


def _unknown(store: Store, folders: Folders) -> list[str]:
    """The jobs that have a result here and no record."""
    return [
        job_id
        for job_id in folders.job_ids()
        if folders.result(job_id).exists() and store.get(job_id) is None
    ]


def _take_up(store: Store, folders: Folders, job_id: str) -> bool:
    """Gives a result its record back; False where it cannot be read or was submitted again meanwhile."""
    folder = folders.result(job_id)
    try:
        record, published = read_record(folder), folder.stat().st_mtime
    except (OSError, ProtocolError) as error:
        _log.warning("the result of job %s has no record that can be read: %s", job_id, error)
        return False
    if not store.add(record):
        return False
    return _finish(store, folders, job_id, published)


def _finish(store: Store, folders: Folders, job_id: str, ended: float) -> bool:
    """Records a result that is complete on the disk; False where there is none."""
    found = folders.adopt(job_id) if folders.result(job_id).exists() else None
    if found is None:
        return False
    return store.ended(job_id, "finished", ended, result=found[0], size_bytes=found[1])
