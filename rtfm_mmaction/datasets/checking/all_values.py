"""Reading the values of all videos of all data sets.

Threads serve as well as processes here: numpy lets go of the interpreter in
the loops that read, which wait for the disk in any case, and nothing has to be
imported or sent.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import inf, sqrt
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ..weak_label_dataset import file_of
from .agreement import check_duplicates
from .data_sources import DataSource
from .report import Finding, Report, Subset
from .values import StreamValues, VideoValues, read_values

# l2 norm of a vector whose sum of squares is a float32.
LARGEST = sqrt(float(np.finfo(np.float32).max))


@dataclass
class Moments:
    """Mean and deviation of numbers that come piece by piece."""

    count: int = 0
    sum: float = 0.0
    sum_squares: float = 0.0
    min: float = inf
    max: float = -inf

    def add(self, values: np.ndarray) -> None:
        """Take finite values in."""
        if values.size:
            self.count += values.size
            self.sum += float(values.sum())
            self.sum_squares += float(np.square(values).sum())
            self.min = min(self.min, float(values.min()))
            self.max = max(self.max, float(values.max()))

    @property
    def mean(self) -> Optional[float]:
        """None without a value."""
        return self.sum / self.count if self.count else None

    @property
    def std(self) -> Optional[float]:
        """None without a value."""
        mean = self.mean
        if mean is None:
            return None
        return sqrt(max(self.sum_squares / self.count - mean**2, 0.0))


def read_all(
    sources: Sequence[DataSource],
    subsets: Sequence[Subset],
    report: Report,
    workers: int,
    track: Callable,
) -> None:
    """Read the values of all sound videos.

    Args:
        sources (Sequence[DataSource]): Probed.
        subsets (Sequence[Subset]): Theirs, which get magnitudes and dtypes.
        report (Report): Gets what is wrong with values.
        workers (int): Threads.
        track (Callable): Called with the results as they come and their
            number; wraps the former, to show progress.
    """
    todo = [
        (index, entry)
        for index, source in enumerate(sources)
        for entry in source.entries
    ]
    digests: Dict[tuple, List[Tuple[int, str, str]]] = {}
    moments = [[Moments(), Moments()] for _ in sources]
    dtypes: List[set] = [set() for _ in sources]
    executor = ThreadPoolExecutor(workers)
    try:
        results = executor.map(lambda item: _read(item[1]), todo)
        for found, (index, entry) in zip(track(results, len(todo)), todo):
            name, video = sources[index].name, entry['video']
            if isinstance(found, str):
                subsets[index].sound -= 1
                report.findings.append(
                    Finding('error', 'unreadable', name, video, found)
                )
                continue
            if any(stream.num_bad for stream in found.streams):
                subsets[index].sound -= 1
            magnitudes = found.magnitudes
            report.findings += _judge_magnitudes(
                magnitudes, file_of(entry), name, video
            )
            moments[index][entry['label']].add(
                magnitudes[np.isfinite(magnitudes)]
            )
            for stream in found.streams:
                dtypes[index].add(stream.dtype)
                report.findings += _judge(stream, name, video)
                # Equal constants are no copies: silence is silence.
                if not stream.constant:
                    digests.setdefault(
                        (stream.stream, stream.digest), []
                    ).append((index, video, stream.file))
    finally:
        executor.shutdown(cancel_futures=True)
    report.findings += check_duplicates(sources, digests)
    for subset, found, kinds in zip(subsets, moments, dtypes):
        subset.dtypes = sorted(kinds)
        subset.magnitudes = _summary(*found)
    report.values = True


def _read(entry: dict) -> Union[VideoValues, str]:
    """The values, or what to say of a file that cannot be read."""
    try:
        return read_values(entry)
    except ValueError as error:
        return str(error)
    except Exception as error:  # a fetch or an unpickling raises anything
        return (
            f'{file_of(entry)}: expected features that can be read, found '
            f'{type(error).__name__}: {error}'
        )


def _judge(stream: StreamValues, subset: str, video: str) -> List[Finding]:
    findings = []
    if stream.num_bad:
        snippet, crop = stream.first_bad
        # The words of LoadFeature.
        findings.append(
            Finding(
                'error',
                'not finite',
                subset,
                video,
                f'{stream.file}: expected finite values, found '
                f'{stream.num_bad} NaN or infinite ones, first in snippet '
                f'{snippet}, crop {crop}',
            )
        )
    if stream.constant:
        findings.append(
            Finding(
                'warning',
                'constant',
                subset,
                video,
                f'{stream.file}: found the same values in all snippets, '
                'expected features that change',
            )
        )
    return findings


def _judge_magnitudes(
    magnitudes: np.ndarray, file: str, subset: str, video: str
) -> List[Finding]:
    """An error if the squares of finite values are no float32."""
    large = magnitudes[np.isfinite(magnitudes) & (magnitudes > LARGEST)]
    if not large.size:
        return []
    return [
        Finding(
            'error',
            'too large',
            subset,
            video,
            f'{file}: expected vectors whose l2 norm is at most '
            f'{LARGEST:.3g}, the square of which is a float32, found '
            f'{large.size} longer ones, up to {large.max():.3g}',
        )
    ]


def _summary(normal: Moments, abnormal: Moments) -> Dict[str, Optional[float]]:
    both = Moments(
        normal.count + abnormal.count,
        normal.sum + abnormal.sum,
        normal.sum_squares + abnormal.sum_squares,
        min(normal.min, abnormal.min),
        max(normal.max, abnormal.max),
    )
    return dict(
        mean=both.mean,
        std=both.std,
        min=both.min if both.count else None,
        max=both.max if both.count else None,
        abnormal=abnormal.mean,
        normal=normal.mean,
    )
