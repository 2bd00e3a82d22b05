"""Scores while a video still runs, exact and in memory of fixed size.

Shapes: N crops, n snippets of a push, C channels, H and W rows and columns of
pixels.
"""

from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    List,
    NamedTuple,
    Optional,
    Union,
)

import numpy as np

from ..export.onnx_runtime import OnnxDetector
from ..extraction.clip_extractor import ClipExtractor
from ..io.crops import cut_crops
from ..io.snippet_buffer import SnippetBuffer
from .stream_scorers import scorer_of

if TYPE_CHECKING:
    from ..models import AnomalyDetector

STATE_VERSION = 2
# Features of networks are far below; one such number would outweigh all that
# the neck sums up.
MOST = 1e6


class UnsoundFeaturesError(ValueError):
    """Features that no score can be made of; nothing of them was taken."""


class SnippetScore(NamedTuple):
    """What the detector says of a snippet.

    Attributes:
        index (int): Which snippet of the video, from 0.
        score (float): In [0, 1].
        magnitude (float, optional): >= 0; None where the head gives none.
        crop_scores (np.ndarray, optional): (N,) float32; as above.
        logit (float, optional): Of which the score is the sigmoid; as above.
    """

    index: int  # type: ignore[assignment]  # tuples have one, too
    score: float
    magnitude: Optional[float] = None
    crop_scores: Optional[np.ndarray] = None
    logit: Optional[float] = None


class StreamingDetector:
    """Scores a video's snippets as they come, ``latency`` of them later.

    The score of snippet t is given with snippet t + latency and is that of
    scoring snippets 0 to t + latency as a whole video in float32. The latency
    is the neck's reach; what it has to know of all snippets before is a sum.
    So the state has a fixed size.

    A detector that has to see the whole video is given a window in its place:
    the score of snippet t is given at once, and is that of the last snippet
    of a video of the ``window`` snippets up to t. That is not the score of
    the whole video, and costs as much as a video of so many snippets.

    Args:
        detector (AnomalyDetector or OnnxDetector): One in torch is taken into
            evaluation mode.
        num_crops (int): N.
        window (int, optional): Snippets that a detector sees which has to see
            the whole video, at least 1. Defaults to None: there is none.

    Attributes:
        latency (int): In snippets.

    Raises:
        ValueError: If neck or head has to see the whole video and there is no
            window, or there is one and neither has to; or if an exported file
            is of before streams.
    """

    def __init__(
        self,
        detector: Union['AnomalyDetector', OnnxDetector],
        num_crops: int,
        window: Optional[int] = None,
    ) -> None:
        scorer = scorer_of(detector)
        reach = scorer.reach
        if window is not None and (reach is not None or window < 1):
            raise ValueError(
                '--window: expected a number of snippets from 1 on, of a '
                'detector that has to see the whole video, found '
                f'{window} of a {scorer.part}'
                + ('' if reach is None else ', whose streams are exact')
            )
        if reach is None and window is None:
            raise ValueError(
                f'{scorer.part}: expected a part that works in '
                'pieces (see PiecewiseNeck and WholeVideoPart in '
                'rtfm_mmaction.models.contracts), since a stream is scored '
                'before its end, found one that has to see the whole video; '
                'let it see the last ones alone by --window SNIPPETS, or '
                'score files by rtfm infer'
            )
        self.num_crops = num_crops
        self.latency = 0 if reach is None else reach
        # Snippets that are kept for those to come.
        self._kept = 2 * self.latency if window is None else window - 1
        self._scorer = scorer
        self.reset()

    def reset(self) -> None:
        """Forget the video."""
        self._count = 0
        shape = (self.num_crops, self._scorer.in_channels)
        # The last snippets, (2 latency or window - 1, N, C); zeros before
        # there are as many.
        self._recent = np.zeros((self._kept, *shape), np.float32)
        # What the neck sums up, in float64: an hour's sum would lose digits.
        nothing = np.zeros((1, *shape), np.float32)
        self._sum = np.zeros(self._scorer.summarize(nothing).shape, np.float64)

    def push(self, features: np.ndarray) -> List[SnippetScore]:
        """Take one snippet or several.

        Args:
            features (np.ndarray): (N, C), or (n, N, C), as the backbone gives
                them.

        Returns:
            list[SnippetScore]: Of the snippets that can be scored now: as
            many as came, but for the first ``latency`` ones of a video.

        Raises:
            ValueError: If the shape does not fit; nothing is taken then.
            UnsoundFeaturesError: If values are NaN, infinite or beyond
                :data:`MOST`; nothing is taken then.
        """
        features = np.asarray(features, np.float32)
        rows = features[None] if features.ndim == 2 else features
        channels = self._scorer.in_channels
        if rows.shape[1:] != (self.num_crops, channels):
            raise ValueError(
                f'push: expected features of N = {self.num_crops} crops and '
                f'C = {channels} channels, (N, C) or (n, N, C), found shape '
                f'{features.shape}'
            )
        if not (np.abs(rows) <= MOST).all():
            # They would stay in the neck's sum for ever.
            finite = np.isfinite(rows).all()
            raise UnsoundFeaturesError(
                'push: expected finite features, found '
                + (
                    f'one of {np.abs(rows).max():.3g}'
                    if finite
                    else 'NaN or infinite ones'
                )
            )
        return [
            score
            for index in range(len(rows))
            for score in self._push_one(rows[index : index + 1])
        ]

    def _push_one(self, row: np.ndarray) -> List[SnippetScore]:
        """Take (1, N, C)."""
        known = self._scorer.summarize(row)
        if not np.isfinite(known).all():
            raise UnsoundFeaturesError(
                'push: expected features that the neck can sum up, found '
                f'ones of up to {np.abs(row).max():.3g}'
            )
        window = np.concatenate([self._recent, row])
        self._recent = window[1:]
        self._sum += known
        self._count += 1
        if self._count <= self.latency:
            return []
        return self._score(window, self.latency + 1, 1)

    def flush(self) -> List[SnippetScore]:
        """End the video; the next push begins another.

        Returns:
            list[SnippetScore]: Of the last snippets, at most ``latency`` of
            them, as scoring the whole video gives them.
        """
        pending = min(self._count, self.latency)
        scores = self._score(self._recent, pending, pending) if pending else []
        self.reset()
        return scores

    def _score(
        self, window: np.ndarray, pending: int, number: int
    ) -> List[SnippetScore]:
        """Score some of the last snippets.

        Args:
            window (np.ndarray): (n, N, C), the last n snippets; what stands
                there from before the video's begin is cut off.
            pending (int): How far from the end the first one is, 1 for the
                last snippet.
            number (int): How many.
        """
        known = min(self._count, len(window))
        first = known - pending
        columns = self._scorer.score_piece(
            window[-known:],
            None
            if self._scorer.reach is None
            else (self._sum / self._count).astype(np.float32),
            slice(first, first + number),
        )
        return [
            SnippetScore(
                self._count - pending + index,
                float(columns['scores'][index]),
                _float(columns, 'magnitudes', index),
                columns['crop_scores'][index]
                if 'crop_scores' in columns
                else None,
                _float(columns, 'logits', index),
            )
            for index in range(number)
        ]

    @property
    def snippets(self) -> int:
        """Snippets of the video that came."""
        return self._count

    def state_dict(self) -> Dict[str, Any]:
        """What has to be known to go on: arrays of fixed size and numbers.

        Returns:
            dict: For :func:`~rtfm_mmaction.io.state_file.write_state`, and
            for :meth:`load_state_dict` of a stream with the same detector, in
            torch or exported.
        """
        return dict(
            version=STATE_VERSION,
            count=self._count,
            recent=self._recent.copy(),
            sum=self._sum.copy(),
        )

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on from a saved state.

        Args:
            state (dict): Of :meth:`state_dict`.

        Raises:
            ValueError: If a key is missing or unknown, the state is of
                another version, or of another detector's shapes; names the
                key. Nothing is changed then.
        """
        own = self.state_dict()
        for key in sorted({*own, *state}):
            if key not in state or key not in own:
                raise ValueError(
                    f'state of a stream: expected the keys {sorted(own)}, '
                    f'found {"no" if key in own else "an unknown"} {key!r}'
                )
        if state['version'] != STATE_VERSION:
            raise ValueError(
                'state of a stream: expected version '
                f'{STATE_VERSION}, found {state["version"]!r}'
            )
        if not isinstance(state['count'], int) or state['count'] < 0:
            raise ValueError(
                "state of a stream: expected 'count', a number "
                f'of snippets, found {state["count"]!r}'
            )
        for key in ('recent', 'sum'):
            found = _shape_and_type(state[key])
            expected = _shape_and_type(own[key])
            if found != expected:
                raise ValueError(
                    f'state of a stream: expected {key!r} of {expected}, as '
                    f'the detector and its crops have it, found {found}'
                )
        self._count = state['count']
        # Copies: the sum is added to in place.
        self._recent = state['recent'].copy()
        self._sum = state['sum'].copy()


def _float(
    columns: Dict[str, np.ndarray], key: str, index: int
) -> Optional[float]:
    return float(columns[key][index]) if key in columns else None


def _shape_and_type(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return type(value).__name__
    return f'shape {value.shape}, {value.dtype}'


class FrameStream:
    """Scores a video while its frames come.

    The extractor's own resizing, crops and network make snippets' features;
    those of a video are as the extractor's.

    Args:
        extractor (ClipExtractor): Of the features that the detector was
            trained on.
        detector (AnomalyDetector or OnnxDetector): See
            :class:`StreamingDetector`.
        window (int, optional): See there. Defaults to None.

    Attributes:
        latency (int): In frames: the score of a snippet is given so many
            frames after its last one.
    """

    def __init__(
        self,
        extractor: ClipExtractor,
        detector: Union['AnomalyDetector', OnnxDetector],
        window: Optional[int] = None,
    ) -> None:
        self.extractor = extractor
        self.scores = StreamingDetector(detector, len(extractor.grid), window)
        self.latency = self.scores.latency * extractor.snippet_len
        self._buffer = SnippetBuffer(
            extractor.snippet_len, extractor.size, extractor.interpolation
        )

    def push(self, frame: np.ndarray) -> List[SnippetScore]:
        """Take a frame.

        Args:
            frame (np.ndarray): (H, W, 3) uint8, BGR as OpenCV reads it.

        Returns:
            list[SnippetScore]: Of the snippet that can be scored now; empty
            for most frames.

        Raises:
            ValueError: If the frame is something else, or the network's C is
                not that of the detector.
            UnsoundFeaturesError: If the network makes NaN, infinite or huge
                features of a snippet; its frames are forgotten then, and the
                state is as if they had not come.
        """
        if (
            frame.dtype != np.uint8
            or frame.ndim != 3
            or frame.shape[2] != 3
            or 0 in frame.shape
        ):
            raise ValueError(
                'push: expected a frame (H, W, 3) of uint8, found'
                f' {frame.shape} of {frame.dtype}'
            )
        snippet = self._buffer.push(frame)
        return [] if snippet is None else self._score(snippet)

    def resized(self, frame: np.ndarray) -> np.ndarray:
        """Make a frame as small as it is needed.

        Args:
            frame (np.ndarray): (rows, columns, 3) uint8, BGR.

        Returns:
            np.ndarray: (H, W, 3) as the extractor resizes; :meth:`push` does
            the same with it as with the frame.
        """
        return self._buffer.resized(frame)

    def flush(self) -> List[SnippetScore]:
        """End the video; the next frame begins another.

        Returns:
            list[SnippetScore]: Of the last snippets. Frames behind the last
            whole one become what the extractor's ``tail`` says.
        """
        rest = self._buffer.flush()
        scores = []
        if rest is not None and self.extractor.tail == 'pad':
            scores = self._score(rest)
        return scores + self.scores.flush()

    @property
    def frames(self) -> int:
        """Frames of the video that came."""
        return self.scores.snippets * self.extractor.snippet_len + len(
            self._buffer.frames
        )

    def state_dict(self) -> Dict[str, Any]:
        """What has to be known to go on, as of :class:`StreamingDetector`.

        Returns:
            dict: ``scores`` and ``frames``: the detector's state, and the
            frames, resized, that make no whole snippet yet.
        """
        return dict(
            scores=self.scores.state_dict(),
            frames=self._buffer.frames,
        )

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on from a saved state.

        Args:
            state (dict): Of :meth:`state_dict`.

        Raises:
            ValueError: If it does not fit; nothing is changed then.
        """
        frames = state.get('frames')
        if not isinstance(frames, np.ndarray) or 'scores' not in state:
            raise ValueError(
                "state of a stream: expected the keys ['frames', 'scores'], "
                f'found {sorted(state)} with frames of '
                f'{_shape_and_type(frames)}'
            )
        before = self._buffer.frames
        self._buffer.frames = frames
        try:
            self.scores.load_state_dict(state['scores'])
        except ValueError:
            self._buffer.frames = before
            raise

    def _score(self, snippet: np.ndarray) -> List[SnippetScore]:
        """(L, H, W, 3) RGB to the scores that it makes possible."""
        clips = cut_crops(
            snippet, self.extractor.grid, self.extractor.crop_size
        )
        size = self.extractor.batch_size
        rows = [
            self.extractor.network(clips[start : start + size])
            for start in range(0, len(clips), size)
        ]
        return self.scores.push(np.concatenate(rows))
