"""Extraction of many videos by the workers of a Ray cluster.

Each worker keeps the network and takes one video after another. One that is
long is cut into stretches, which different workers take, where its frames can
be found without reading all that comes before them. What was written is
whole, since it takes its name at the end, and is not made again.
"""

from collections import deque
from pathlib import Path
from typing import Any, Deque, Dict, List, Mapping, NamedTuple, Optional, Union

from ..io.names import printable
from ..io.progress import progress_bars
from ..io.remote import is_address
from ..io.stretches import Stretch, cut_up
from ..io.video import DEFAULT_FPS, SeekError, Video, VideoError
from .clip_extractor import ClipExtractor
from .many_videos import Summary, extract_videos, features_there
from .ray_crew import ONE_CPU, Crew, Died, Resources, Task, Worker
from .stretches import (
    extract_stretch,
    join_stretches,
    remove_stretches,
    stretch_path,
)

# Snippets that no video has.
MOST = 2**40


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


class Cut(NamedTuple):
    """What a worker says of a video that others should help with.

    Attributes:
        stretches (list[Stretch]): All, in their order.
    """

    stretches: List[Stretch]


class Whole(NamedTuple):
    """What a worker says of a video that one has to read from its beginning.

    Attributes:
        reason (str): Why.
    """

    reason: str


class ExtractionWorker(Worker):
    """A worker with a network of its own.

    Args:
        folder (str): See :class:`Worker`.
        recipe (Recipe): Of its extractor.
        out (Path): Folder of the features.
        overwrite (bool): See :func:`extract_videos`.
        fps (float, optional): As there.
        minutes (float): See :func:`extract_by_ray`.
    """

    def __init__(
        self,
        folder: str,
        recipe: Recipe,
        out: Path,
        overwrite: bool,
        fps: Optional[float],
        minutes: float,
    ) -> None:
        super().__init__(folder)
        self.recipe, self.out = recipe, out
        self.overwrite, self.fps, self.minutes = overwrite, fps, minutes

    def build(self) -> Dict[str, Any]:
        """Build the network, and say what changes the features."""
        self.extractor = self.recipe.build()
        return self.extractor.settings

    def extract(self, name: str, path: Path) -> Union[Summary, Cut, Whole]:
        """Extract one video, unless it is long.

        Args:
            name (str): What it is called.
            path (Path): The video.
        """
        # Or each worker would fetch all of it; and stretches are files here.
        if is_address(path) or is_address(self.out):
            return self.extract_whole(name, path)
        try:
            stretches = self._cut_up(path)
        except SeekError as error:
            return Whole(str(error))
        except (VideoError, OSError):
            stretches = []  # which extracting will tell
        return Cut(stretches) if stretches else self.extract_whole(name, path)

    def _cut_up(self, path: Path) -> List[Stretch]:
        video = Video(path)
        length = self.extractor.snippet_len
        snippets = self.minutes * 60 * (video.said or DEFAULT_FPS) / length
        try:
            found = cut_up(video, length, max(int(min(snippets, MOST)), 1))
        finally:
            video.close()
        if found and self.recipe.still is not None:
            raise SeekError(
                f'{path}: with --still a snippet takes features of others'
            )
        return found

    def extract_whole(self, name: str, path: Path) -> Summary:
        """Extract one video, however long.

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

    def extract_stretch(
        self, name: str, path: Path, stretch: Stretch
    ) -> Union[None, Summary, Whole]:
        """Extract a stretch of one video.

        Args:
            name (str): What it is called.
            path (Path): The video.
            stretch (Stretch): Which.

        Returns:
            Summary or Whole, optional: None if it is there; else what is
            wrong with the video.
        """
        target = stretch_path(self.out, name, stretch)
        try:
            extract_stretch(
                self.extractor, path, target, stretch, self.overwrite
            )
        except SeekError as error:
            return Whole(str(error))
        except VideoError as error:
            return Summary([], [], {name: str(error)})
        return None

    def join(
        self, name: str, path: Path, stretches: List[Stretch]
    ) -> Union[Summary, Whole]:
        """Put the stretches of a video together.

        Args:
            name (str): What it is called.
            path (Path): The video.
            stretches (list[Stretch]): All, in their order.
        """
        try:
            join_stretches(
                self.extractor, name, path, self.out, stretches, self.fps
            )
        except SeekError as error:
            return Whole(str(error))
        except VideoError as error:
            return Summary([], [], {name: str(error)})
        return Summary([name], [], {})


def extract_by_ray(
    recipe: Recipe,
    videos: Mapping[str, Path],
    out: Path,
    overwrite: bool = False,
    quiet: bool = False,
    fps: Optional[float] = None,
    resources: Resources = ONE_CPU,
    minutes: float = 30.0,
) -> Summary:
    """Write ``out/<video>.npy`` and ``.json`` of each video, by a cluster.

    The bytes are those of :func:`extract_videos` with as many threads. There
    are as many workers as the cluster has room for; they follow machines that
    come and go.

    Args:
        recipe (Recipe): Of the extractor.
        videos (Mapping[str, Path]): Name -> video.
        out (Path): Folder.
        overwrite (bool): See :func:`extract_videos`. Defaults to False.
        quiet (bool): As there. Defaults to False.
        fps (float, optional): As there. Defaults to None.
        resources (Resources): Of a worker. Defaults to one CPU.
        minutes (float): Longest stretch of a video that one worker takes, by
            the rate that the file says, > 0. Defaults to 30.

    Returns:
        Summary: What became of the videos, each once. One that kills
        ``ray_crew.TRIES`` workers has failed.

    Raises:
        FileNotFoundError: If the weights are missing.
        OSError: If the disk is full or refuses where the last worker is; one
            that meets that gives its video back and takes no more.
        ValueError: If Ray is not installed; see :class:`.FeatureExtractor`
            and :func:`extract_videos`.
    """
    crew = Crew(
        ExtractionWorker, (recipe, out, overwrite, fps, minutes), resources
    )
    try:
        settings = crew.first()
        summary = Summary([], [], {})
        if not overwrite:
            summary.skipped.extend(features_there(videos, out, settings))
        there = set(summary.skipped)
        work = _Work(videos, [name for name in videos if name not in there])
        with progress_bars(not quiet) as progress:
            total = progress.add_task('videos', total=len(work.left))

            def say(sentence: str) -> None:
                progress.console.print(
                    printable(sentence),
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )

            for task, came in crew.work(work.left):
                name = task.arguments[0]
                found = work.take(name, task, came)
                if isinstance(came, Cut):
                    say(f'{name}: {len(came.stretches)} stretches')
                if isinstance(came, Whole) and found is None:
                    say(f'{came.reason}: one worker takes all of it')
                if found is None:
                    continue
                if task.call == 'join':
                    remove_stretches(out, name)
                # A worker that died may have been at its end.
                summary.done.extend(found.done + found.skipped)
                summary.failed.update(found.failed)
                progress.advance(total)
                for reason in found.failed.values():
                    say(f'failed: {reason}')
        # Nobody works on one any more.
        for name in [*work.cut, *there]:
            remove_stretches(out, name)
    finally:
        crew.dismiss()
    return summary


class _Work:
    """What is left to do, and what of cut videos is awaited.

    Args:
        videos (Mapping[str, Path]): Name -> video.
        names (list[str]): Which of them are left.
    """

    def __init__(self, videos: Mapping[str, Path], names: List[str]) -> None:
        self.videos = videos
        self.left: Deque[Task] = deque(
            self._task('extract', name) for name in names
        )
        # Name -> all stretches; name -> those that are not there yet.
        self.cut: Dict[str, List[Stretch]] = {}
        self.awaited: Dict[str, set] = {}

    def _task(
        self, call: str, name: str, what: Any = (), label: str = ''
    ) -> Task:
        path = self.videos[name]
        return Task(f'{path}{label}', call, (name, path, *what))

    def take(self, name: str, task: Task, came: Any) -> Optional[Summary]:
        """Take in what came of a task, and add what follows from it.

        Returns:
            Summary or None: None as long as the video has not come to its
            end, and where it had before.
        """
        stretch = task.arguments[2] if task.call == 'extract_stretch' else None
        if stretch and name not in self.awaited:
            return None  # another one has told what is wrong
        if isinstance(came, Cut):
            self.cut[name] = came.stretches
            self.awaited[name] = set(came.stretches)
            self.left.extendleft(
                self._task('extract_stretch', name, [one], f', snippets {one}')
                for one in reversed(came.stretches)
            )
            return None
        if came is None:
            self.awaited[name].remove(stretch)
            if not self.awaited[name]:
                del self.awaited[name]
                self.left.appendleft(
                    self._task('join', name, [self.cut[name]])
                )
            return None
        if self.awaited.pop(name, None) is not None:
            for other in [*self.left]:
                if other.arguments[0] == name:
                    self.left.remove(other)
        if isinstance(came, Whole):
            self.left.appendleft(self._task('extract_whole', name))
            return None
        if isinstance(came, Died):
            return Summary([], [], {name: came.reason})
        return came
