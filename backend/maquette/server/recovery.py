"""What a server finds of others that were killed: it ends their jobs, once, and clears what they left."""

import time
from collections.abc import Callable

from maquette.protocol import MaquetteError

from .folders import Folders
from .store import Store


def recover(store: Store, folders: Folders, is_running: Callable[[str], bool]) -> int:
    """Ends the jobs of servers that were killed, once, and returns how many there were.

    A result that was complete is kept even if its server had no time to record it.
    """
    count = 0
    for record in store.unfinished():
        if is_running(record.instance):
            continue
        found = folders.adopt(record.id) if folders.result(record.id).exists() else None
        now = time.time()
        if found is not None:
            count += store.ended(record.id, "finished", now, result=found[0], size_bytes=found[1])
        else:
            count += store.ended(record.id, "failed", now, error=backend_stopped())
    for job_id in folders.job_ids():
        left = store.get(job_id)
        if left is None or left.is_ended:
            folders.clear(job_id)
    return count


def backend_stopped() -> MaquetteError:
    """The error of a job whose server ended before it did."""
    return MaquetteError("worker_died", "the backend stopped while this job ran: submit it again", "retry")
