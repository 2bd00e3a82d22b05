"""Features of the videos of both folders, by a shipped extractor.

They lie in a folder of the extractor's own, so that another choice of crops
or precision loses none, and the same command goes on where it was stopped.
"""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple, Union

from ...extraction.extractor import FeatureExtractor, build_extractor
from ...extraction.many_videos import extract_videos, features_path
from ...extraction.sidecar import is_done, read_video_facts
from ...io.arrays import load_array
from ...io.atomic import REFUSALS
from ...io.fetching import is_address
from ...io.leftovers import remove_leftovers
from ...models.backbones.inception_i3d_weights import fetch_converted
from ..config_names import read_config
from ..devices import knows_bfloat16
from .enough import refuse_too_few
from .folders import Folders, FoundVideo

# Crops -> the shipped config of the extractor, and frames of a snippet.
EXTRACTORS = dict(
    whole='inception-i3d_kinetics400_1crop',
    tiles='inception-i3d_kinetics400_tiles',
)

SNIPPET_LEN = 16


class FitExtractor(NamedTuple):
    """A choice of an extractor.

    Attributes:
        config (str): Name of a shipped config of ``configs/features``, or a
            path of one.
        dtype (str): 'fp32' or 'bf16'.
        device (str): Of torch.
    """

    config: str
    dtype: str
    device: str = 'cpu'

    @property
    def folder(self) -> str:
        """Name of the folder of its features."""
        return f'{Path(self.config).stem}-{self.dtype}'


class MadeFeatures(NamedTuple):
    """Features that were made.

    Attributes:
        folder (Path): Holds ``<name>.npy`` and a side-car ``<name>.json`` of
            each video, (T, N, C) float32.
        videos (tuple[FoundVideo, ...]): Those that have features, in the
            order in which they were found; frames and rate are those of the
            whole reading.
        failed (dict[str, str]): Name -> why a video has none.
        settings (dict): The extractor's, as in side-cars; with the digest of
            its weights.
        weights_file (str): Name of the file of its weights.
    """

    folder: Path
    videos: Tuple[FoundVideo, ...]
    failed: Dict[str, str]
    settings: Dict[str, Any]
    weights_file: str


def choose_fit_extractor(
    crops: str = 'whole', device: str = 'cpu', dtype: Optional[str] = None
) -> FitExtractor:
    """Choose an extractor by the machine.

    Args:
        crops (str): 'whole': the frame as one; 'tiles': two rows of three
            tiles of it, for anomalies that are small, at six times the work.
            Defaults to 'whole'.
        device (str): Of torch. Defaults to 'cpu'.
        dtype (str, optional): 'fp32' or 'bf16'. Defaults to None: bf16 where
            the device is made for it.

    Returns:
        FitExtractor: Inception I3D.

    Raises:
        ValueError: If there are no such crops.

    Examples:
        >>> choose_fit_extractor('tiles', 'cpu', 'fp32').config
        'inception-i3d_kinetics400_tiles'
    """
    if crops not in EXTRACTORS:
        raise ValueError(
            f'--crops: expected {" or ".join(EXTRACTORS)}, found {crops!r}'
        )
    if dtype is None:
        dtype = 'bf16' if knows_bfloat16(device) else 'fp32'
    return FitExtractor(EXTRACTORS[crops], dtype, device)


def extract_features(
    folders: Folders,
    extractor: FitExtractor,
    out: Union[str, os.PathLike],
    batch_size: Optional[int] = None,
    fps: Optional[float] = None,
    note: Callable[[str], Any] = str,
    quiet: bool = False,
) -> MadeFeatures:
    """Make what is missing of the features of both folders.

    Args:
        folders (Folders): What was found.
        extractor (FitExtractor): What extracts. Published weights that are
            missing are fetched to where its config says.
        out (str or PathLike): Folder; features lie in one below it.
        batch_size (int, optional): Clips of a pass. Defaults to None, see
            :class:`~rtfm_mmaction.extraction.FeatureExtractor`.
        fps (float, optional): Frames per second of all videos, whatever they
            say. Defaults to None.
        note (Callable): Gets a sentence on what a person should know.
            Defaults to nothing.
        quiet (bool): Whether to show no progress. Defaults to False.

    Returns:
        MadeFeatures: Of all videos that could be read to their ends.

    Raises:
        OSError: If the disk is full or refuses; says what is kept.
        ValueError: If the weights cannot be had, or too few videos are left;
            see :func:`~.enough.refuse_too_few`.
    """
    network = build_with_weights(extractor, batch_size, note)
    folder = Path(out, extractor.folder)
    named = {video.name: video.path for video in folders.videos}
    for parent in sorted(
        {features_path(folder, name).parent for name in named}
    ):
        remove_leftovers(parent)
    _forget_changed(named, folder, network, note)
    try:
        summary = extract_videos(network, named, folder, quiet=quiet, fps=fps)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        raise _with_what_is_kept(error, named, folder, network) from error
    for reason in summary.failed.values():
        note(f'left out: {reason}')
    videos = tuple(
        _as_read(video, folder, fps)
        for video in folders.videos
        if video.name not in summary.failed
    )
    refuse_too_few(videos, summary.failed)
    return MadeFeatures(
        folder,
        videos,
        summary.failed,
        network.settings,
        network.weights_file,
    )


def build_with_weights(
    extractor: FitExtractor,
    batch_size: Optional[int] = None,
    note: Callable[[str], Any] = str,
) -> FeatureExtractor:
    """Build an extractor, and fetch its published weights if they are missing.

    Args:
        extractor (FitExtractor): Which one.
        batch_size (int, optional): See :func:`extract_features`. Defaults to
            None.
        note (Callable): As there. Defaults to nothing.

    Returns:
        FeatureExtractor: Ready.

    Raises:
        FileNotFoundError: If its weights are missing, and are none of those
            that can be fetched.
        ValueError: If they cannot be fetched, or do not fit.
    """
    config = read_config(extractor.config, 'model', 'extractor').to_dict()
    weights = str((config['model'].get('init_cfg') or {}).get('checkpoint'))
    command = str(config['extractor'].get('weights_command'))
    if (
        command.startswith('rtfm i3d-kinetics ')
        and not is_address(weights)
        and not os.path.exists(weights)
    ):
        note(
            f'{weights}: fetching the Kinetics-400 weights of Inception I3D '
            '(47 MB), once'
        )
        try:
            fetch_converted(weights)
        except RuntimeError as error:
            raise ValueError(
                f'{weights}: expected the weights of the extractor, found '
                f'none, and {error} of `{command}`'
            ) from error
    return build_extractor(
        config, extractor.device, extractor.dtype, batch_size
    )


def _forget_changed(
    named: Dict[str, Path],
    folder: Path,
    network: FeatureExtractor,
    note: Callable[[str], Any],
) -> None:
    """Remove features of files that are others now, or of other weights."""
    changed = []
    for name, path in named.items():
        target = features_path(folder, name)
        if not path.exists():
            continue  # for the reader to tell
        try:
            is_done(target, path, network.settings)
        except ValueError:
            # It cannot be the side-car alone: no features without one.
            target.with_suffix('.json').unlink()
            changed.append(name)
    if changed:
        note(
            f'{folder}: features of {len(changed)} of {len(named)} videos are '
            'made again, as the video or the weights are others now, such as '
            f'those of {changed[0]}'
        )


def _with_what_is_kept(
    error: OSError,
    named: Dict[str, Path],
    folder: Path,
    network: FeatureExtractor,
) -> OSError:
    kept = sum(
        path.exists()
        and is_done(features_path(folder, name), path, network.settings)
        for name, path in named.items()
    )
    return OSError(
        error.errno or errno.EIO,
        f'{error.strerror or error}; the features of {kept} of {len(named)} '
        'videos are kept, and the same command goes on with the others',
        error.filename or str(folder),
    )


def _as_read(
    video: FoundVideo, folder: Path, fps: Optional[float]
) -> FoundVideo:
    """A video with the frames and the rate that reading it has shown."""
    path = features_path(folder, video.name)
    facts = read_video_facts(path, len(load_array(path)))
    return replace(
        video,
        frames=facts.frames or video.frames,
        fps=fps or facts.fps or video.fps,
    )
