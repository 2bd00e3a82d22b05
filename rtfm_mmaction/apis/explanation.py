"""Which snippets of a video stand out, and by which part of the frame.

The video is read twice: first for features and scores, then for the feature
maps of the few snippets that are explained. In memory are the video's
features and the maps of one snippet.

Shapes: N crops, T snippets, C channels, h and w rows and columns of the
backbone's last feature map, H and W rows and columns of pixels.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, cast

import numpy as np

from ..extraction.clip_extractor import ClipExtractor
from ..extraction.crop_canvas import Box, crop_box, place_crops
from ..io.chosen_snippets import read_chosen
from ..io.crops import Crop, cut_crops
from ..models.contracts import PREDICTED, SelectingHead, crops_compete
from ..models.detector import AnomalyDetector
from ..models.long_video import Rows, video_memory
from ..models.snippet_gradient import measure_of, snippet_gradient
from .cell_shares import cell_shares, snippets_at, top_snippets
from .chosen_extractor import ONNX
from .inferencer import AnomalyInferencer
from .result import AnomalyResult
from .samples import Sample
from .sources import Source, find_sources

# A page that a person can look through, and a picture that can be written.
MOST = 24
# As many as RTFM selects, of a head that does not say how many it does.
DEFAULT_TOP = 3


@dataclass
class ExplainedSnippet:
    """A snippet, and where in the frame its measure comes from.

    Attributes:
        index (int): From 0.
        start (float): Seconds.
        end (float): Seconds.
        score (float): In [0, 1].
        value (float): What the explanation's ``measure`` is of the snippet:
            a magnitude >= 0 (the mean over its crops, or in the head's mode
            'instance' the largest), a logit, or the score.
        crop_values (np.ndarray, optional): (N,), magnitudes of the crops, or
            their scores where these are explained and the head gives them.
        cells (np.ndarray): (N, h, w), see ``cell_shares``; of mirrored crops
            as the network saw them.
        middle (np.ndarray): Frame in the middle, (rows, columns, 3) RGB,
            uint8.
    """

    index: int
    start: float
    end: float
    score: float
    value: float
    crop_values: Optional[np.ndarray]
    cells: np.ndarray
    middle: np.ndarray

    @property
    def strongest_crop(self) -> int:
        """The crop of the largest value; else of the largest share."""
        if self.crop_values is None:
            return int(self.cells.sum((1, 2)).argmax())
        return int(self.crop_values.argmax())


@dataclass
class Explanation:
    """Some snippets of a video.

    Attributes:
        result (AnomalyResult): Scores and magnitudes of the whole video.
        measure (str): What is explained: 'magnitude', and of a head without
            magnitudes 'logit' or 'score'.
        snippets (list[ExplainedSnippet]): In the order asked for; the top
            ones by the measure, the largest first.
        grid (list[tuple[int, int, bool]]): See ``crop_grid``.
        crop_size (int): Edge of a crop, in pixels of the resized frame.
        size (tuple[int, int]): (W, H) of the resized frame.
        by_instance (bool): Whether the highest crop alone makes the snippet's
            measure.
    """

    result: AnomalyResult
    measure: str
    snippets: List[ExplainedSnippet]
    grid: List[Crop]
    crop_size: int
    size: Tuple[int, int]
    by_instance: bool

    def shares(self, snippet: ExplainedSnippet) -> np.ndarray:
        """Lay a snippet's cells onto the frame.

        Args:
            snippet (ExplainedSnippet): One of these.

        Returns:
            np.ndarray: (H, W) of the resized frame, see ``place_crops``.
        """
        return place_crops(snippet.cells, self.grid, self.crop_size, self.size)

    def box(self, snippet: ExplainedSnippet) -> Box:
        """Tell where a snippet's strongest crop is.

        Args:
            snippet (ExplainedSnippet): One of these.

        Returns:
            tuple[float, float, float, float]: See ``crop_box``.
        """
        return crop_box(
            self.grid[snippet.strongest_crop], self.crop_size, self.size
        )

    def to_dict(self) -> Dict[str, Any]:
        """Turn it into plain values for JSON; floats keep six digits.

        Returns:
            dict: The video's facts, ``measure``, ``crops`` (where each is in
            the resized frame) and ``snippets``, with ``cells`` (N, h, w) as
            lists; ``magnitude`` or ``logit`` and ``crop_magnitudes`` or
            ``crop_scores`` where they are known.
        """
        result = self.result
        return dict(
            video=result.video,
            source=result.source,
            fps=result.fps,
            snippet_len=result.snippet_len,
            num_snippets=len(result.scores),
            note=result.note,
            measure=self.measure,
            crop_mode='instance' if self.by_instance else 'average',
            frame_size=list(self.size),
            crop_size=self.crop_size,
            crops=[
                dict(top=top, left=left, mirrored=mirrored)
                for top, left, mirrored in self.grid
            ],
            snippets=[self._describe(snippet) for snippet in self.snippets],
        )

    def _describe(self, snippet: ExplainedSnippet) -> Dict[str, Any]:
        described: Dict[str, Any] = dict(
            index=snippet.index,
            start=_digits(snippet.start),
            end=_digits(snippet.end),
            score=_digits(snippet.score),
        )
        described[self.measure] = _digits(snippet.value)
        if snippet.crop_values is not None:
            of = 'magnitudes' if self.measure == 'magnitude' else 'scores'
            described[f'crop_{of}'] = _digits(snippet.crop_values)
        described['cells'] = _digits(snippet.cells)
        return described


def load_explained(
    config: Optional[str],
    checkpoint: str,
    extractor: Optional[str] = None,
    device: Optional[str] = None,
    dtype: Optional[str] = None,
    fps: Optional[float] = None,
    other_features: bool = False,
) -> AnomalyInferencer:
    """Load a detector and a backbone that can be asked why.

    Args:
        config (str, optional): The detector's config, by path or shipped
            name; None for what the checkpoint says.
        checkpoint (str): Its weights.
        extractor (str, optional): Config of ``configs/features``, by path or
            shipped name. Defaults to None: what the checkpoint says.
        device (str, optional): Where both run. Defaults to None: a GPU, or
            'cpu' where there is none.
        dtype (str, optional): Of the backbone, see
            :class:`AnomalyInferencer`. Defaults to None.
        fps (float, optional): Frames per second, whatever the video says.
            Defaults to None.
        other_features (bool): See :class:`AnomalyInferencer`. Defaults to
            False.

    Returns:
        AnomalyInferencer: For :func:`explain`.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If one of them cannot be explained.
    """
    for name in (config, extractor):
        if name is not None and name.endswith(ONNX):
            raise ValueError(
                f'{name}: expected a config, since a heat map needs gradients '
                'and feature maps, found an exported graph; give the config '
                'and the checkpoint that it was exported from'
            )
    inferencer = AnomalyInferencer(
        config,
        checkpoint,
        extractor,
        device=device,
        dtype=dtype,
        fps=fps,
        other_features=other_features,
    )
    pipeline = inferencer.need_extractor(checkpoint)
    size = pipeline.crop_size
    # Whether there is a map shows with any pixels, and before a long video.
    noise = np.random.default_rng(0).integers(
        0, 256, (pipeline.snippet_len, size, size, 3), np.uint8
    )
    pipeline.network.maps([noise])
    return inferencer


def explain(
    inferencer: AnomalyInferencer,
    video: str,
    top: Optional[int] = None,
    at: Optional[Sequence[float]] = None,
) -> Explanation:
    """Explain snippets of a video.

    Args:
        inferencer (AnomalyInferencer): See :func:`load_explained`.
        video (str): Video file.
        top (int, optional): How many snippets of largest magnitude, or score
            where there are no magnitudes. Defaults to None: K of the
            detector's head, 3 where it does not say.
        at (Sequence[float], optional): Seconds whose snippets are explained
            in place of the top ones. Defaults to None.

    Returns:
        Explanation: Of ``top`` snippets or fewer, where there are not so
        many.

    Raises:
        FileNotFoundError: If there is no such video.
        ValueError: If the video cannot be read, or a number or a time is out
            of its range.
    """
    head = inferencer.model.head
    if top is None:
        selects = isinstance(head, SelectingHead)
        top = min(head.num_selected if selects else DEFAULT_TOP, MOST)
    for name, count in (('top', top), ('at', len(at or [0]))):
        if not 1 <= count <= MOST:
            raise ValueError(
                f'{name}: expected 1 to {MOST} snippets, found {count}'
            )
    sources = find_sources(video)
    if len(sources) > 1 or sources[0].kind != 'video':
        raise ValueError(
            f'{video}: expected one video, whose frames can be '
            f'shown, found {_kinds(sources)}'
        )
    with closing(inferencer.preprocess(sources)) as samples:
        ((source, sample),) = samples
    result = inferencer.forward((source, sample))
    known = {
        key: getattr(result, key)
        for key in PREDICTED
        if getattr(result, key) is not None
    }
    measure = measure_of(head, known)
    values = known[f'{measure}s']
    if at:
        indices = snippets_at(at, len(result.scores), result.timeline)
    else:
        indices = top_snippets(values, top)
    extractor = inferencer.need_extractor(video)
    explained = {
        snippet.index: snippet
        for snippet in _explain(
            inferencer.model,
            extractor,
            cast(Sample, sample).features,
            result,
            values,
            indices,
        )
    }
    return Explanation(
        result=result,
        measure=measure,
        snippets=[explained[index] for index in indices],
        grid=extractor.grid,
        crop_size=extractor.crop_size,
        size=extractor.size,
        by_instance=crops_compete(head),
    )


def _explain(
    detector: AnomalyDetector,
    extractor: ClipExtractor,
    features: Rows,
    result: AnomalyResult,
    values: np.ndarray,
    indices: Sequence[int],
) -> Iterator[ExplainedSnippet]:
    """The second reading of a video, in its order."""
    memory = video_memory(detector, features)
    preprocessor = detector.data_preprocessor
    reference = (
        preprocessor.feature_mean.cpu().numpy()
        if preprocessor.standardize
        else None
    )
    for index, frames, middle in read_chosen(
        str(result.source),
        indices,
        extractor.snippet_len,
        extractor.size,
        extractor.interpolation,
    ):
        _, gradients, crop_values = snippet_gradient(
            detector, features, memory, index
        )
        seconds = result.timeline.seconds
        yield ExplainedSnippet(
            index=index,
            start=seconds(index * result.snippet_len),
            end=seconds(min((index + 1) * result.snippet_len, result.frames)),
            score=float(result.scores[index]),
            value=float(values[index]),
            crop_values=crop_values,
            cells=cell_shares(_maps(extractor, frames), gradients, reference),
            middle=middle,
        )


def _maps(extractor: ClipExtractor, frames: np.ndarray) -> np.ndarray:
    """Frames of a snippet -> the maps of its crops, (N, C, t, h, w)."""
    clips = cut_crops(frames, extractor.grid, extractor.crop_size)
    step = extractor.batch_size
    return np.concatenate(
        [
            extractor.network.maps(clips[start : start + step])
            for start in range(0, len(clips), step)
        ]
    )


def _kinds(sources: Sequence[Source]) -> str:
    return ', '.join(source.value.name for source in sources[:3])


def _digits(values: Any) -> Any:
    """Plain floats, in lists where there are axes."""
    if np.ndim(values):
        return [_digits(value) for value in values]
    return float(f'{values:.6g}')
