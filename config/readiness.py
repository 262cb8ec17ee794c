"""What a web process does beside serving when it starts: it reads its models early and spares its pages long pauses."""

import gc
import logging
import sys
import time
from threading import Thread

from brandvoice.embedding import ranking_embedder

# The first pages go first.
HEAD_START = 1.0
# Threads hand over the interpreter after so many seconds: the loop, which writes to a thousand pages, waits for
# a thread that renders at every write.
SWITCH_SECONDS = 0.001
# New objects between two looks for garbage, and how many small looks make a larger one.
GARBAGE_AFTER = (10_000, 20, 20)

logger = logging.getLogger(__name__)


def get_ready() -> None:
    """Start getting ready, in a thread of its own."""
    sys.setswitchinterval(SWITCH_SECONDS)
    Thread(target=_get_ready, name="readiness", daemon=True).start()


def _get_ready() -> None:
    time.sleep(HEAD_START)
    try:
        ranking_embedder().encode(["Where is my train?"])
    except Exception:
        # Whoever asks for a suggestion will meet it again, and answer for it.
        logger.exception("The models could not be read early")
    # Whatever is loaded by now stays for good: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_AFTER)
