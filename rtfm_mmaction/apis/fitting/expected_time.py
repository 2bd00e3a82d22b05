"""How long a fit will take on this machine, and how much disk: roughly."""

import math
import shutil
import time
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

import torch

from ...extraction.many_videos import features_path
from ...io.crops import crop_grid
from ...io.video import count_snippets
from ..config_names import read_config
from .features import SNIPPET_LEN, FitExtractor
from .folders import FoundVideo

# Floating-point operations of Inception I3D, by torch's counter: a clip of 16
# frames of 224 x 224, a product and a sum each.
CLIP_FLOP = 55.6e9
# Of the speed of a bare matrix product, what extraction reaches: measured with
# one thread in fp32 (AVX2, 52 of 82 GFLOP/s) and bf16 (AVX512, 171 of 192).
SHARES: Dict[str, float] = dict(fp32=0.63, bf16=0.89)
# C, and the bytes of a feature.
CHANNELS, BYTES = 1024, 4
# Rows of the matrices; seconds that a product has to take to be measured by,
# and that measuring takes.
SMALLEST, LARGEST = 64, 8192
LEAST, ENOUGH = 0.05, 0.5
TRIES = 5


class Training(NamedTuple):
    """What is to be trained.

    Attributes:
        runs (int): Folds, times what is tried with each.
        steps (int): Of each.
        seconds_per_step (float): Of one process.
        jobs (int): Processes at a time.
    """

    runs: int
    steps: int
    seconds_per_step: float
    jobs: int = 1

    @property
    def seconds(self) -> float:
        """Time of all runs together.

        Examples:
            >>> Training(5, 100, seconds_per_step=0.5, jobs=2).seconds
            150.0
        """
        rounds = math.ceil(self.runs / self.jobs)
        return rounds * self.steps * self.seconds_per_step


class Extraction(NamedTuple):
    """What is to be extracted.

    Attributes:
        snippets (int): Of all videos, whose features are not there yet.
        crops (int): N.
        name (str): Of the extractor, for people.
        seconds (float): Expected.
        bytes (int): Of the features that are to be made.
    """

    snippets: int
    crops: int
    name: str
    seconds: float
    bytes: int


def expect_extraction(
    videos: Sequence[FoundVideo],
    extractor: FitExtractor,
    out: Optional[Path] = None,
    speed: Optional[float] = None,
) -> Extraction:
    """Say what extracting features will take.

    Args:
        videos (Sequence[FoundVideo]): All of them.
        extractor (FitExtractor): An Inception I3D.
        out (Path, optional): Where features may be from before, see
            :func:`~.features.extract_features`. Defaults to None.
        speed (float, optional): Of matrix products, in operations a second.
            Defaults to None: measured, in about a second.

    Returns:
        Extraction: Without decoding, which runs beside the network.
    """
    settings = read_config(extractor.config, 'extractor').extractor
    crops = len(
        crop_grid(settings.crops.layout, settings.crops.size, *settings.resize)
    )
    left = [
        video
        for video in videos
        if out is None
        or not features_path(out / extractor.folder, video.name).exists()
    ]
    snippets = sum(
        count_snippets(
            video.frames, settings.get('snippet_len', SNIPPET_LEN), 'drop'
        )
        for video in left
    )
    seconds = 0.0
    if snippets:
        if speed is None:
            speed = measure_speed(extractor.device, extractor.dtype)
        share = SHARES[extractor.dtype]
        seconds = snippets * crops * CLIP_FLOP / (speed * share)
    return Extraction(
        snippets,
        crops,
        f'{extractor.config} in {extractor.dtype} on {extractor.device}',
        seconds,
        snippets * crops * CHANNELS * BYTES,
    )


def measure_speed(device: str = 'cpu', dtype: str = 'fp32') -> float:
    """Time bare matrix products, which grow until they can be measured.

    Args:
        device (str): Of torch. Defaults to 'cpu'.
        dtype (str): 'fp32' or 'bf16'. Defaults to 'fp32'.

    Returns:
        float: Operations a second, products and sums.
    """
    kind = dict(fp32=torch.float32, bf16=torch.bfloat16)[dtype]

    def product(size: int) -> float:
        matrix = torch.rand(size, size, device=device).to(kind)
        begin = time.perf_counter()
        float((matrix @ matrix)[0, 0])  # waits for a GPU
        return time.perf_counter() - begin

    # A CPU that imitates bfloat16 is slow beyond guessing: grow slowly.
    size = SMALLEST
    product(size)  # gets things ready
    # One that waited for a core of a busy machine says nothing.
    while size < LARGEST and any(product(size) < LEAST for _ in range(TRIES)):
        size *= 2
    begin = time.perf_counter()
    # The fastest one has met least of what else runs here.
    seconds = product(size)
    while time.perf_counter() - begin < ENOUGH:
        seconds = min(seconds, product(size))
    return 2 * size**3 / seconds


def cost_lines(
    extraction: Extraction,
    training: Optional[Training] = None,
    out: Optional[Path] = None,
) -> List[str]:
    """Say it in plain words.

    Args:
        extraction (Extraction): Of the features.
        training (Training, optional): Of the folds. Defaults to None, not
            known.
        out (Path, optional): Folder that the features go to; what is free
            there is compared. Defaults to None.

    Returns:
        list[str]: Sentences.
    """
    lines = []
    if extraction.snippets:
        clips = 'crop' if extraction.crops == 1 else 'crops'
        lines.append(
            f'extraction: {extraction.snippets} snippets of '
            f'{extraction.crops} {clips} by {extraction.name}, about '
            f'{roughly(extraction.seconds)} and '
            f'{extraction.bytes / 1e6:.3g} MB of features'
        )
    else:
        lines.append('extraction: the features are there')
    whole = extraction.seconds
    if training is not None:
        whole += training.seconds
        lines.append(
            f'training: {training.runs} runs of {training.steps} steps, '
            f'{training.jobs} at a time, about {roughly(training.seconds)}'
        )
        lines.append(
            f'together about {roughly(whole)}: rough, by a usual step and a '
            'bare matrix product measured here'
        )
    else:
        lines[-1] += '; rough, by a bare matrix product measured here'
    free = None if out is None else shutil.disk_usage(_existing(out)).free
    if free is not None and free < extraction.bytes:
        lines.append(
            f'{out}: {extraction.bytes / 1e6:.3g} MB of features are to be '
            f'made, and {free / 1e6:.3g} MB are free: the disk will be full'
        )
    return lines


def duration(seconds: float) -> str:
    """Say how long something takes.

    Args:
        seconds (float): At least 0.

    Examples:
        >>> duration(2.345), duration(90), duration(5000)
        ('2.3 s', '1.5 min', '1.4 h')
        >>> duration(18), duration(59.99)
        ('18 s', '1 min')
    """
    return _in_words(seconds, lambda value: f'{round(value, 1):g}')


def roughly(seconds: float) -> str:
    """Say how long something may take, in two digits.

    Args:
        seconds (float): At least 0.

    Examples:
        >>> roughly(2976), roughly(18700), roughly(432000)
        ('50 min', '5.2 h', '120 h')
    """
    return _in_words(seconds, lambda value: f'{float(f"{value:.2g}"):g}')


def _in_words(seconds: float, write: Callable[[float], str]) -> str:
    for unit, length in (('h', 3600), ('min', 60)):
        if round(seconds, 1) >= length:
            return f'{write(seconds / length)} {unit}'
    return f'{write(seconds)} s'


def _existing(path: Path) -> Path:
    path = path.absolute()
    return next(each for each in (path, *path.parents) if each.is_dir())
