"""The worker process: take the keys from standard input, connect, run one job after another until killed."""

import contextlib
import faulthandler
import logging
from collections.abc import Sequence
from typing import Never

from maquette.protocol.worker_messages import Ready
from maquette.recipes import Recipe

from .job import WriteResult, execute
from .link import Link
from .memory import limit_address_space, resident_bytes
from .owner import die_with_owner, read_handover


def work(recipes: Sequence[Recipe], write_result: WriteResult) -> Never:
    """Serves jobs of these recipes on the main thread. Ends only with the process: it has no state."""
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    handover = read_handover()
    die_with_owner()
    limit_address_space(handover.address_space_bytes)
    by_name = {recipe.description.name: recipe for recipe in recipes}
    with contextlib.closing(Link(handover)) as link:
        link.send(Ready(memory_bytes=resident_bytes()))
        while True:
            run, stop = link.next_job()
            link.send(execute(run, stop, link.report, by_name, write_result))
