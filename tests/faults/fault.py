"""What a fault is, and how it has to end."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, ContextManager, Dict, Tuple

# How a disturbed run may end.
TOLD = 'told'  # an exit code, and a line that names what is bad
NOTED = 'noted'  # goes on, and a line names what is bad
RIGHT = 'right'  # as if nothing were
TOLD_OR_RIGHT = 'told or right'  # where it depends on what is hit
KILLED = 'killed'  # by SIGKILL, or over before that
ENDS = (TOLD, NOTED, RIGHT, TOLD_OR_RIGHT, KILLED)

ALL: Dict[str, 'Fault'] = {}


def nothing(place: Path) -> None:
    """Disturb nothing."""


@dataclass(frozen=True)
class Fault:
    """One row of the table.

    Attributes:
        id (str): ``group/name``.
        done (str): What is done, for people.
        command (str): Key of :data:`.commands.COMMANDS`.
        ends (str): One of :data:`ENDS`.
        names (tuple[str]): What a line has to say, all of it in one line;
            paths are below the place.
        around (Callable): Place -> context in which the fault is there.
        inside (Callable): Place -> None, called in the process of the
            command before it.
        options (tuple[str]): What the disturbed run is given besides, of
            which the last one counts: ``--shard 0/4``.
        kill_at (float): Where above 0, the part of the undisturbed run's
            time after which the process is killed.
        spoils (tuple[str]): Patterns of outputs that are of the fault, so
            that they may differ from those of a run without it.
        again (tuple[str]): What the same command needs to go on beside
            itself, as it was told: ``--overwrite`` for features of a video
            that was damaged and is another one now.
        seconds (float): After which the run counts as one that hangs.
    """

    id: str
    done: str
    command: str
    ends: str = TOLD
    names: Tuple[str, ...] = ()
    around: Callable[[Path], ContextManager] = field(
        default=lambda place: nullcontext()
    )
    inside: Callable[[Path], None] = nothing
    options: Tuple[str, ...] = ()
    kill_at: float = 0.0
    spoils: Tuple[str, ...] = ()
    again: Tuple[str, ...] = ()
    seconds: float = 60.0

    @property
    def group(self) -> str:
        """The part before the slash."""
        return self.id.split('/')[0]


def add(*args, **options) -> None:
    """Add a row; see :class:`Fault`."""
    fault = Fault(*args, **options)
    assert fault.id not in ALL, fault.id
    assert fault.ends in ENDS, fault.ends
    ALL[fault.id] = fault
