"""Exported ONNX files in place of detector and backbone.

Nothing here builds a model: a file holds the network and all that is to be
known of it.

Shapes: T snippets of a video, N crops, C channels; B clips, L frames of
a snippet, H and W rows and columns of pixels.
"""

from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    List,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np

from ..datasets.feature_record import FeatureRecord
from ..extraction.clip_extractor import ClipExtractor, usual_batch_size
from .metadata import read_facts
from .onnx_session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class OnnxDetector:
    """Neck and head out of an ONNX file.

    A video is scored in one piece, which takes memory ~ T x N x C: about
    five times that of its features for a while (0.41 GB at T = 10000, N = 1,
    C = 2048, which is 1.8 hours of video at 25 frames a second). The
    checkpoint scores longer ones piece by piece (``score_in_chunks``).

    Args:
        path (str or Path): File of ``tools/export.py``.
        device (str): Where it runs, 'cpu' or 'cuda'. Defaults to 'cpu'.

    Attributes:
        in_channels (int): C.
        scores_only_rank (bool): See ``RankingHead``; False of files that were
            exported before it was noted.
        part (str): Name of the neck, or of the part that has to see the whole
            video; empty of files as old as that.
        trained_on (FeatureRecord, optional): Of the exported detector.

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If onnxruntime is not installed.
        ValueError: If it is another file, or there is no such device.
    """

    def __init__(self, path: Union[str, Path], device: str = 'cpu') -> None:
        self.session, facts = _open(path, 'detector', device)
        self.in_channels: int = facts['in_channels']
        self._path = path
        self._names: List[str] = facts['outputs']
        self._takes_memory = any(
            given.name == 'memory'
            for given in self.session.get_overridable_initializers()
        )
        # Not in files of before streams.
        self._stream: Optional[Dict[str, Any]] = facts.get('stream')
        self.part: str = self._stream['part'] if self._stream else ''
        self.scores_only_rank: bool = facts.get('scores_only_rank') is True
        features = facts.get('features')
        try:
            self.trained_on = (
                None if features is None else FeatureRecord.of(features)
            )
        except ValueError as error:
            raise ValueError(f'{path}: features: {error}') from error

    def score(self, features: np.ndarray) -> Dict[str, np.ndarray]:
        """Score a video.

        Args:
            features (np.ndarray): (T, N, C) floating, as extracted.

        Returns:
            dict[str, np.ndarray]: ``scores`` (T,) in [0, 1], and what the
            head gave of ``magnitudes`` (T,) >= 0, ``crop_scores`` (T, N) and
            ``logits`` (T,), float32.

        Raises:
            ValueError: If there are no snippets or crops, or C is not that of
                the detector.
        """
        if features.ndim != 3 or features.shape[-1] != self.in_channels:
            raise ValueError(
                'features: expected (T, N, C) with C = '
                f'{self.in_channels}, found {tuple(features.shape)}'
            )
        if 0 in features.shape:
            raise ValueError(
                'features: expected at least one snippet and one '
                f'crop, found {tuple(features.shape)}'
            )
        return self._run(self._names, features)

    @property
    def reach(self) -> Optional[int]:
        """Snippets to either side that a score depends on, see
        ``PiecewiseNeck``; None where the video has to be there as a whole.

        Raises:
            ValueError: If the file was exported before it was noted.
        """
        if self._stream is None:
            raise ValueError(
                f'{self._path}: expected a file that says how streams are '
                'scored, as rtfm export writes them since version 0.2, found '
                'one that does not; export it again'
            )
        return self._stream['reach']

    def summarize(self, features: np.ndarray) -> np.ndarray:
        """Sum up what the rest of a video has to know of a piece.

        Args:
            features (np.ndarray): (n, N, C) floating, as extracted, n >= 1.

        Returns:
            np.ndarray: float32, as ``summarize`` of the neck; of size 0 where
            nothing has to be known.
        """
        if not self._takes_memory:
            return np.zeros(0, np.float32)
        return self._run(['summary'], features)['summary']

    def score_piece(
        self, features: np.ndarray, memory: Optional[np.ndarray], wanted: slice
    ) -> Dict[str, np.ndarray]:
        """Score snippets of a piece of a video.

        Args:
            features (np.ndarray): (n, N, C) floating, as extracted: what is
                wanted and, as far as the video goes, :attr:`reach` around it;
                or the whole video.
            memory (np.ndarray, optional): The sum of :meth:`summarize` over
                the whole video, divided by its T, float32; None where the
                features are the whole.
            wanted (slice): Of the n snippets.

        Returns:
            dict[str, np.ndarray]: As of :meth:`score`.
        """
        more = {}
        if self._takes_memory and memory is not None:
            more = dict(memory=memory, own=np.zeros((), np.float32))
        scores = self._run(self._names, features, **more)
        return {name: values[wanted] for name, values in scores.items()}

    def _run(
        self, names: List[str], features: np.ndarray, **more: np.ndarray
    ) -> Dict[str, np.ndarray]:
        inputs = np.ascontiguousarray(features, np.float32)
        try:
            values = self.session.run(names, dict(more, features=inputs))
        except Exception as error:  # its errors have no base of their own
            reason = ' '.join(str(error).split())
            raise ValueError(
                f'features of shape {features.shape}: expected '
                f'onnxruntime to score them, found {reason:.300}'
            ) from error
        return dict(zip(names, values))


class OnnxBackbone:
    """A backbone out of an ONNX file: clips of pixels in, vectors out.

    Args:
        path (str or Path): File of ``tools/export.py --extractor``.
        device (str): Where it runs, 'cpu' or 'cuda'. Defaults to 'cpu'.

    Attributes:
        extractor (dict): The other arguments of :class:`ClipExtractor`.
        config (dict): Of the backbone that was exported, for side-cars.
        weights_file (str): Its weights, for side-cars.
        weights_sha256 (str): Their digest.

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If onnxruntime is not installed.
        ValueError: If it is another file, or there is no such device.
    """

    def __init__(self, path: Union[str, Path], device: str = 'cpu') -> None:
        self.session, facts = _open(path, 'backbone', device)
        self.extractor: dict = facts['extractor']
        self.config: dict = facts['config']
        self.weights_file: str = facts['weights_file']
        self.weights_sha256: str = facts['weights_sha256']

    def __call__(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Run one pass.

        Args:
            clips (Sequence[np.ndarray]): B arrays (L, H, W, 3), uint8, of the
                snippets and crops that the file says.

        Returns:
            np.ndarray: (B, C), float32.
        """
        return self.session.run(None, dict(clips=np.stack(clips)))[0]


def _open(
    path: Union[str, Path], kind: str, device: str
) -> Tuple['InferenceSession', Dict[str, Any]]:
    """Open a file that is of one kind, 'detector' or 'backbone'."""
    # Not a detector, whose memory OpenVINO would take for a constant, which it
    # is by default; its share of the time is 0.2%.
    session = open_session(path, device, of_clips=kind == 'backbone')
    metadata = session.get_modelmeta().custom_metadata_map
    return session, read_facts(metadata, kind, str(path))


def onnx_extractor(
    path: Union[str, Path],
    device: str = 'cpu',
    dtype: str = 'fp32',
    batch_size: Optional[int] = None,
) -> ClipExtractor:
    """Make an extractor out of a backbone's ONNX file alone.

    Args:
        path (str or Path): File of ``tools/export.py --extractor``.
        device (str): Where it runs, 'cpu' or 'cuda'. Defaults to 'cpu'.
        dtype (str): 'fp32', which it was exported in. Defaults to that.
        batch_size (int, optional): See :class:`ClipExtractor`. Defaults to
            None: 1 on a CPU, else :func:`.usual_batch_size`.

    Raises:
        FileNotFoundError: As of :class:`OnnxBackbone`.
        RuntimeError: As above.
        ValueError: As above, or if ``dtype`` is another one.
    """
    if dtype != 'fp32':
        raise ValueError(
            f'{path}: expected dtype fp32, in which backbones '
            f'are exported, found {dtype}'
        )
    network = OnnxBackbone(path, device)
    if batch_size is None:
        # On a CPU two take a quarter more memory, and as much time each.
        on_cpu = device == 'cpu'
        batch_size = 1 if on_cpu else usual_batch_size(device, dtype)
    return ClipExtractor(
        network,
        network.config,
        network.weights_file,
        network.weights_sha256,
        **network.extractor,
        batch_size=batch_size,
    )
