"""Extraction of many videos by the workers of a Ray cluster.

Each worker is an actor that keeps the network and takes one video after
another. A video whose worker or machine dies goes to another one; what was
written is whole, since it takes its name at the end, and is not made again.
All machines have to see the videos and the folder of the features by the same
paths.
"""

import time
from collections import Counter, deque
from pathlib import Path
from typing import (
    Any,
    Deque,
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
)

from ..io.atomic import REFUSALS
from ..io.names import printable
from ..io.progress import progress_bars
from .clip_extractor import ClipExtractor
from .many_videos import Summary, extract_videos, features_there

# Workers that may die of one video before it counts as failed.
TRIES = 5
# Seconds after which machines that have come or gone are looked for.
LOOK = 5.0


class Recipe(NamedTuple):
    """What a worker makes its extractor of.

    Attributes:
        config (dict): Of ``configs/features``, with ``custom_imports``, if
            there are.
        device (str, optional): Of torch; None for a GPU where the worker has
            one.
        dtype (str): 'fp32' or 'bf16'.
        batch_size (int, optional): Clips of a pass.
        random (bool): Whether weights are random ones.
        compiled (bool): Whether the network is translated first.
        still (float, optional): See :meth:`.ClipExtractor.reuse_still`.
    """

    config: Dict[str, Any]
    device: Optional[str] = None
    dtype: str = 'fp32'
    batch_size: Optional[int] = None
    random: bool = False
    compiled: bool = False
    still: Optional[float] = None

    def build(self) -> ClipExtractor:
        """Make the extractor, in whatever process this is.

        Raises:
            FileNotFoundError: See :class:`.FeatureExtractor`.
            ValueError: As there.
        """
        import torch
        from mmengine.utils import import_modules_from_strings

        from .extractor import build_extractor

        import_modules_from_strings(**self.config.get('custom_imports', {}))
        device = self.device
        if device is None:
            device = 'cuda' if torch.cuda.is_available() else 'cpu'
        extractor = build_extractor(
            self.config,
            device,
            self.dtype,
            self.batch_size,
            self.random,
            self.compiled,
        )
        if self.still is not None:
            extractor.reuse_still(self.still)
        return extractor


class Worker:
    """One process of the cluster, with a network of its own.

    Args:
        recipe (Recipe): Of its extractor.
        out (Path): Folder of the features.
        overwrite (bool): See :func:`extract_videos`.
        fps (float, optional): As there.
    """

    def __init__(
        self,
        recipe: Recipe,
        out: Path,
        overwrite: bool,
        fps: Optional[float],
    ) -> None:
        self.recipe, self.out = recipe, out
        self.overwrite, self.fps = overwrite, fps

    def settings(self) -> Dict[str, Any]:
        """Build the network, and say what changes the features."""
        self.extractor = self.recipe.build()
        return self.extractor.settings

    def extract(self, name: str, path: Path) -> Summary:
        """Extract one video.

        Args:
            name (str): What it is called.
            path (Path): The video.
        """
        return extract_videos(
            self.extractor,
            {name: path},
            self.out,
            self.overwrite,
            quiet=True,
            fps=self.fps,
        )


def extract_by_ray(
    recipe: Recipe,
    videos: Mapping[str, Path],
    out: Path,
    overwrite: bool = False,
    quiet: bool = False,
    fps: Optional[float] = None,
    cpus: float = 1,
    gpus: float = 0,
) -> Summary:
    """Write ``out/<video>.npy`` and ``.json`` of each video, by a cluster.

    The bytes are those of :func:`extract_videos` with as many threads. There
    are as many workers as the cluster has room for; they follow machines that
    come and go.

    Args:
        recipe (Recipe): Of the extractor.
        videos (Mapping[str, Path]): Name -> video, by absolute paths.
        out (Path): Folder, by its absolute path.
        overwrite (bool): See :func:`extract_videos`. Defaults to False.
        quiet (bool): As there. Defaults to False.
        fps (float, optional): As there. Defaults to None.
        cpus (float): CPUs of a worker, > 0. Defaults to 1.
        gpus (float): GPUs of a worker, >= 0. Defaults to 0.

    Returns:
        Summary: What became of the videos, each once. One that kills
        :data:`TRIES` workers has failed.

    Raises:
        FileNotFoundError: If the weights are missing.
        OSError: If the disk is full or refuses where the last worker is; one
            that meets that gives its video back and takes no more.
        ValueError: If Ray is not installed; see :class:`.FeatureExtractor`
            and :func:`extract_videos`.
    """
    crew = _Crew(_connected(), recipe, out, overwrite, fps, cpus, gpus)
    try:
        settings = crew.first_settings()
        summary = Summary([], [], {})
        if not overwrite:
            summary.skipped.extend(features_there(videos, out, settings))
        left = deque(name for name in videos if name not in summary.skipped)
        with progress_bars(not quiet) as progress:
            total = progress.add_task('videos', total=len(left))
            for found in crew.work(left, videos):
                # A worker that died may have been at its end.
                summary.done.extend(found.done + found.skipped)
                summary.failed.update(found.failed)
                progress.advance(total)
                for reason in found.failed.values():
                    progress.console.print(
                        printable(f'failed: {reason}'),
                        markup=False,
                        highlight=False,
                        soft_wrap=True,
                    )
    finally:
        crew.dismiss()
    return summary


def _connected() -> Any:
    """Connect to the cluster of RAY_ADDRESS, or to one of this machine."""
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


class _Crew:
    """Workers, and who does what."""

    def __init__(
        self,
        ray: Any,
        recipe: Recipe,
        out: Path,
        overwrite: bool,
        fps: Optional[float],
        cpus: float,
        gpus: float,
    ) -> None:
        self.ray, self.cpus, self.gpus = ray, cpus, gpus
        self.remote = ray.remote(Worker).options(num_cpus=cpus, num_gpus=gpus)
        self.arguments = (recipe, out, overwrite, fps)
        self.idle: List[Any] = []
        # What is waited for -> whose it is, and of which video; None while
        # the network is being built.
        self.running: Dict[Any, Tuple[Any, Optional[str]]] = {}
        self.retired = 0
        self.unbuilt = 0

    def start(self) -> Any:
        """Ask for one more worker; what is given back is waited for."""
        worker = self.remote.remote(*self.arguments)
        ref = worker.settings.remote()
        self.running[ref] = (worker, None)
        return ref

    def first_settings(self) -> Dict[str, Any]:
        """Settings as a worker has them, or what is wrong with them."""
        if self.room() < 1:
            raise ValueError(
                '--num-cpus, --num-gpus: expected what a machine of the '
                f'cluster has, found none with {self.cpus:g} and '
                f'{self.gpus:g}'
            )
        while True:
            ref = self.start()
            worker, _ = self.running.pop(ref)
            try:
                settings = self.ray.get(ref)
            except self.ray.exceptions.RayTaskError as error:
                raise error.cause from None
            except self.ray.exceptions.RayError as error:
                self.bury(error)
            else:
                self.idle.append(worker)
                return settings

    def room(self) -> int:
        """How many workers the cluster holds now."""
        room = -self.retired
        for node in self.ray.nodes():
            if not node['Alive']:
                continue
            there = node['Resources']
            places = there.get('CPU', 0) / self.cpus
            if self.gpus:
                places = min(places, there.get('GPU', 0) / self.gpus)
            room += int(places)
        return room

    def work(
        self, left: Deque[str], videos: Mapping[str, Path]
    ) -> Iterator[Summary]:
        """Give out videos until all have come to an end.

        Yields:
            Summary: Of each video once.
        """
        died: Counter = Counter()
        while left or any(name for _, name in self.running.values()):
            while self.idle and left:
                worker, name = self.idle.pop(), left.popleft()
                ref = worker.extract.remote(name, videos[name])
                self.running[ref] = (worker, name)
            wanted = min(len(left), self.room() - len(self.running))
            for _ in range(wanted):
                self.start()
            if not self.running:  # no machine is left; one may come
                time.sleep(LOOK)
                continue
            ready, _ = self.ray.wait([*self.running], timeout=LOOK)
            for ref in ready:
                worker, name = self.running.pop(ref)
                try:
                    found = self.ray.get(ref)
                except self.ray.exceptions.RayTaskError as error:
                    cause = error.cause
                    if getattr(cause, 'errno', None) not in REFUSALS:
                        raise cause from None
                    self.retire(worker)
                    if name is not None:
                        left.appendleft(name)
                    if not (self.idle or self.running):
                        raise cause from None
                except self.ray.exceptions.RayError as error:
                    # Its process or its machine is gone.
                    if name is None:
                        self.bury(error)
                        continue
                    died[name] += 1
                    if died[name] < TRIES:
                        left.appendleft(name)
                    else:
                        reason = (
                            f'{videos[name]}: {TRIES} workers died of it, '
                            f'the last one so: {_first_line(error)}'
                        )
                        yield Summary([], [], {name: reason})
                else:
                    self.unbuilt = 0
                    self.idle.append(worker)
                    if name is not None:
                        yield found

    def bury(self, error: Exception) -> None:
        """Take in that a worker died before it had its network.

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
