"""Calls that may take too long, and are left behind then."""

import queue
import threading
import time
from typing import Any, Callable, Optional

# Seconds between looks at whether the answer is wanted any more.
LOOK = 0.1


class Watchdog:
    """Runs calls on a thread of its own and waits for each only so long.

    A call that cannot be interrupted, as one of OpenCV's into a frozen
    connection, is left to its thread, which ends with it.

    Args:
        stopped (threading.Event): Ends the waiting, too.
    """

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped
        self._calls: queue.SimpleQueue = queue.SimpleQueue()
        self._answers: queue.SimpleQueue = queue.SimpleQueue()
        thread = threading.Thread(
            target=_serve, args=(self._calls, self._answers), daemon=True
        )
        thread.start()

    def call(self, function: Callable[[], Any], seconds: float) -> Any:
        """Call, and wait for the result.

        Args:
            function (Callable): Takes nothing.
            seconds (float): How long at most.

        Returns:
            Any: What the function returns.

        Raises:
            TimeoutError: If it takes longer, or ``stopped`` is set; this
                watchdog is of no use then.
            Exception: Whatever the function raises.
        """
        self._calls.put(function)
        limit = time.monotonic() + seconds
        while True:
            left = limit - time.monotonic()
            try:
                result, error = self._answers.get(
                    timeout=max(0.0, min(LOOK, left))
                )
            except queue.Empty:
                if left > 0 and not self._stopped.is_set():
                    continue
                self.close()
                raise TimeoutError(
                    f'expected an answer within {seconds:g} s, found none'
                ) from None
            if error is not None:
                raise error
            return result

    def close(self) -> None:
        """Let the thread end, once its last call has."""
        self._calls.put(None)


def _serve(calls: queue.SimpleQueue, answers: queue.SimpleQueue) -> None:
    function: Optional[Callable[[], Any]]
    while (function := calls.get()) is not None:
        try:
            answer = function(), None
        except Exception as error:
            answer = None, error
        del function  # what it holds, a camera say, is let go of
        answers.put(answer)
        del answer
