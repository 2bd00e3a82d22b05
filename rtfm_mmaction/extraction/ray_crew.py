"""Workers of a Ray cluster, and who of them does what.

Each worker is an actor that keeps its networks and takes one task after
another. A task whose worker or machine dies goes to another one. All machines
have to see all files by the same paths, and the folder that the run was
started in.
"""

import os
import socket
import time
from collections import Counter
from typing import (
    Any,
    Deque,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Type,
)

from ..io.atomic import REFUSALS
from ..io.remote import remove_copies

# Workers that may die of one task before it counts as failed.
TRIES = 5
# Seconds after which machines that have come or gone are looked for.
LOOK = 5.0


class Task(NamedTuple):
    """One thing to do, by whatever worker.

    Attributes:
        label (str): Of its own; what died of it is counted by it.
        call (str): Method of the worker.
        arguments (tuple): Of that.
    """

    label: str
    call: str
    arguments: Tuple[Any, ...] = ()


class Died(NamedTuple):
    """What became of a task that killed :data:`TRIES` workers.

    Attributes:
        reason (str): How.
    """

    reason: str


class Worker:
    """One process of the cluster, with networks of its own.

    Args:
        folder (str): Which the run was started in; paths are relative to it.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def build(self) -> Any:
        """Make what the tasks need; what it gives is that of the first."""
        raise NotImplementedError

    def settle(self) -> Any:
        """Go where paths lead from, and build.

        Raises:
            FileNotFoundError: If this machine has no such folder.
        """
        try:
            os.chdir(self.folder)
        except OSError as error:
            raise FileNotFoundError(
                f'{self.folder}: expected on each machine of the cluster the '
                'folder that the run was started in, found none on '
                f'{socket.gethostname()} ({error.strerror})'
            ) from error
        return self.build()

    def do(self, call: str, *arguments: Any) -> Any:
        """Do a task.

        Args:
            call (str): Method.
            *arguments: Of that.
        """
        try:
            return getattr(self, call)(*arguments)
        finally:
            # Workers are ended without being asked.
            remove_copies()


class Resources(NamedTuple):
    """What a worker takes of its machine.

    Attributes:
        cpus (float): > 0.
        gpus (float): >= 0. Defaults to 0.
    """

    cpus: float
    gpus: float = 0

    def check(self) -> None:
        """Refuse what no worker can have.

        Raises:
            ValueError: If a number is out of its range.
        """
        if not self.cpus > 0 or not self.gpus >= 0:
            raise ValueError(
                '--num-cpus, --num-gpus: expected more than 0 and 0 or more, '
                f'found {self.cpus:g} and {self.gpus:g}'
            )


ONE_CPU = Resources(1)


def connected() -> Any:
    """Connect to the cluster of RAY_ADDRESS, or to one of this machine.

    Returns:
        Any: The module ``ray``.

    Raises:
        ValueError: If it is not installed.
    """
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ValueError(
            '--engine ray: expected the package ray, found none; pip install '
            "'rtfm_mmaction[ray]' brings it"
        ) from error
    if not ray.is_initialized():
        ray.init(log_to_driver=False, include_dashboard=False)
    return ray


class Crew:
    """As many workers as the cluster has room for, as machines come and go.

    Args:
        kind (type): Of :class:`Worker`.
        arguments (tuple): Of it, behind the folder.
        resources (Resources): Of each worker.

    Raises:
        ValueError: See :func:`connected` and :class:`Resources`.
    """

    def __init__(
        self,
        kind: Type[Worker],
        arguments: Tuple[Any, ...],
        resources: Resources,
    ) -> None:
        resources.check()
        self.ray = ray = connected()
        self.resources = resources
        self.remote = ray.remote(kind).options(
            num_cpus=resources.cpus, num_gpus=resources.gpus
        )
        # Large ones go to each machine once.
        self.arguments = tuple(map(ray.put, (os.getcwd(), *arguments)))
        self.idle: List[Any] = []
        # What is waited for -> whose it is, and which task; None while the
        # networks are being built.
        self.running: Dict[Any, Tuple[Any, Optional[Task]]] = {}
        self.retired = 0
        self.unbuilt = 0

    def start(self) -> Any:
        """Ask for one more worker; what is given back is waited for."""
        worker = self.remote.remote(*self.arguments)
        ref = worker.settle.remote()
        self.running[ref] = (worker, None)
        return ref

    def first(self) -> Any:
        """Have one worker; what it built, or what is wrong with that.

        Raises:
            Exception: The worker's own.
            ValueError: If the cluster has no room, or workers die.
        """
        if self.room() < 1:
            cpus, gpus = self.resources
            raise ValueError(
                '--num-cpus, --num-gpus: expected what a machine of the '
                f'cluster has, found none with {cpus:g} and {gpus:g}'
            )
        while True:
            ref = self.start()
            worker, _ = self.running.pop(ref)
            try:
                built = self.ray.get(ref)
            except self.ray.exceptions.RayTaskError as error:
                raise error.cause from None
            except self.ray.exceptions.RayError as error:
                self.bury(error)
            else:
                self.idle.append(worker)
                return built

    def room(self) -> int:
        """How many workers the cluster holds now."""
        room = -self.retired
        for node in self.ray.nodes():
            if not node['Alive']:
                continue
            there = node['Resources']
            places = there.get('CPU', 0) / self.resources.cpus
            if self.resources.gpus:
                places = min(places, there.get('GPU', 0) / self.resources.gpus)
            room += int(places)
        return room

    def work(self, left: Deque[Task]) -> Iterator[Tuple[Task, Any]]:
        """Give out tasks until all have come to an end.

        Args:
            left (deque[Task]): What is to be done, taken from its beginning.
                Whoever gets a task's end may add more.

        Yields:
            tuple[Task, Any]: Each task once, and what its call gave, or
            :class:`Died`.

        Raises:
            OSError: If the disk is full or refuses where the last worker is;
                one that meets that gives its task back and takes no more.
            Exception: Any other of a worker.
        """
        died: Counter = Counter()
        while left or any(task for _, task in self.running.values()):
            while self.idle and left:
                worker, task = self.idle.pop(), left.popleft()
                ref = worker.do.remote(task.call, *task.arguments)
                self.running[ref] = (worker, task)
            wanted = min(len(left), self.room() - len(self.running))
            for _ in range(wanted):
                self.start()
            if not self.running:  # no machine is left; one may come
                time.sleep(LOOK)
                continue
            ready, _ = self.ray.wait([*self.running], timeout=LOOK)
            for ref in ready:
                worker, done = self.running.pop(ref)
                try:
                    found = self.ray.get(ref)
                except self.ray.exceptions.RayTaskError as error:
                    cause = error.cause
                    if getattr(cause, 'errno', None) not in REFUSALS:
                        raise cause from None
                    self.retire(worker)
                    if done is not None:
                        left.appendleft(done)
                    if not (self.idle or self.running):
                        raise cause from None
                except self.ray.exceptions.RayError as error:
                    # Its process or its machine is gone.
                    if done is None:
                        self.bury(error)
                        continue
                    died[done.label] += 1
                    if died[done.label] < TRIES:
                        left.appendleft(done)
                    else:
                        reason = (
                            f'{done.label}: {TRIES} workers died of it, the '
                            'last one so: '
                            f'{_first_line(error)}'
                        )
                        yield done, Died(reason)
                else:
                    self.unbuilt = 0
                    self.idle.append(worker)
                    if done is not None:
                        yield done, found

    def bury(self, error: Exception) -> None:
        """Take in that a worker died before it had its networks.

        Raises:
            ValueError: If so many did in a row, it is no accident.
        """
        self.unbuilt += 1
        if self.unbuilt >= TRIES:
            raise ValueError(
                f'--engine ray: expected workers, found {TRIES} in a row that '
                'died before they had a network, the last one so: '
                f'{_first_line(error)}'
            ) from error

    def retire(self, worker: Any) -> None:
        """Let a worker go whose disk refuses, and have no other for it."""
        self.retired += 1
        self.ray.kill(worker)

    def dismiss(self) -> None:
        """Let all workers go."""
        for worker in [*self.idle, *(w for w, _ in self.running.values())]:
            self.ray.kill(worker)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
