"""Draw all pictures of a test run."""

import os
from itertools import zip_longest
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track

from ..datasets.ground_truth import labels_alone
from ..evaluation.predictions import read_predictions
from ..io.names import safe_name
from .detection_curves import (
    curves_figure,
    pool_snippets,
    pool_videos,
    why_no_curves,
)
from .overview import overview_figure
from .saving import save_figure
from .score_curve import score_figure

FORMATS = ('png', 'pdf', 'svg')
OVERVIEW, CURVES = 'overview', 'roc_pr'


def choose_videos(
    videos: List[Dict[str, Any]], names: Optional[Sequence[str]], limit: int
) -> List[Dict[str, Any]]:
    """Choose the videos to draw.

    Args:
        videos (list[dict]): Of a file of predictions.
        names (Sequence[str], optional): Which; None for the first ones,
            abnormal and normal in turns.
        limit (int): Most videos to choose where ``names`` is None.

    Returns:
        list[dict]: Entries of ``videos``.

    Raises:
        ValueError: If a name is not among the videos.
    """
    if names is not None:
        known = {video['video']: video for video in videos}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(
                f'--videos: found {", ".join(unknown)}, expected names of the '
                f'{len(known)} videos, such as {next(iter(known))}'
            )
        return [known[name] for name in dict.fromkeys(names)]
    both = [
        [video for video in videos if video['label'] == label]
        for label in (1, 0)
    ]
    turns = (
        video
        for pair in zip_longest(*both)
        for video in pair
        if video is not None
    )
    return [video for video, _ in zip(turns, range(limit))]


def plot_run(
    predictions: Union[str, os.PathLike],
    out: Union[str, os.PathLike],
    names: Optional[Sequence[str]] = None,
    image_format: str = 'png',
    limit: int = 24,
    overview_limit: int = 12,
) -> List[Path]:
    """Draw a file of predictions: each video, an overview, ROC and PR curve.

    The curves are of frames, or of whole videos where labels of these are all
    that is known; they are left out, with a message, where they are not
    defined.

    Args:
        predictions (str or PathLike): File of predictions.
        out (str or PathLike): Folder for the pictures.
        names (Sequence[str], optional): Videos to draw. Defaults to None,
            the first ``limit``, abnormal and normal in turns.
        image_format (str): 'png', 'pdf' or 'svg'. Defaults to 'png'.
        limit (int): Most videos to draw. Defaults to 24.
        overview_limit (int): Most videos of the overview. Defaults to 12.

    Returns:
        list[Path]: The pictures.

    Raises:
        FileNotFoundError: If there is no such file of predictions.
        ValueError: If it is bad or an argument does not fit.
    """
    if image_format not in FORMATS:
        raise ValueError(
            f'format: found {image_format!r}, expected one of '
            f'{", ".join(FORMATS)}'
        )
    for name, value in (('limit', limit), ('overview_limit', overview_limit)):
        if value < 1:
            raise ValueError(f'{name}: found {value}, expected at least 1')
    metainfo, _, videos = read_predictions(predictions)
    if not videos:
        raise ValueError(f'{predictions}: found no videos, expected some')
    snippet_len = metainfo['snippet_len']
    chosen = choose_videos(videos, names, limit)
    what = 'video' if labels_alone(videos) else 'frame'
    labels, scores, weights = (
        pool_videos(videos)
        if what == 'video'
        else pool_snippets(videos, snippet_len)
    )
    console = Console()
    out, taken, written = Path(out), {OVERVIEW, CURVES}, []

    def save(figure: Figure, name: str) -> None:
        path = out / f'{name}.{image_format}'
        save_figure(figure, path)
        written.append(path)

    left_out = len(videos) - len(chosen)
    if names is None and left_out:
        console.print(
            f'{len(chosen)} of {len(videos)} videos are drawn (--limit, or '
            '--videos NAME …)'
        )
    for video in track(chosen, 'pictures', console=console):
        save(
            score_figure(video, snippet_len), safe_name(video['video'], taken)
        )
    save(overview_figure(chosen[:overview_limit], snippet_len), OVERVIEW)
    reason = why_no_curves(labels, weights, what)
    if reason:
        console.print(f'No ROC and precision-recall curve: {reason}.')
    else:
        save(curves_figure(labels, scores, weights, what), CURVES)
    return written
