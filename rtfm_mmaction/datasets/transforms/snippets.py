"""Bags of snippets of a video, for a model with a backbone.

Shapes: T snippets of the video, S segments, N crops, L frames of a snippet,
H and W rows and columns of a crop.
"""

from typing import List, Optional, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform

from ...io.crops import Crop, crop_grid
from ...io.snippet_buffer import INTERPOLATIONS
from ..snippet_reader import SnippetReader
from .formatting import META_KEYS
from .segmenting import segment_bounds


def draw_snippets(
    length: int, num_segments: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw one snippet of each segment.

    Args:
        length (int): T >= 1.
        num_segments (int): S >= 1.
        rng (np.random.Generator): Draws.

    Returns:
        np.ndarray: (S,) int64 in [0, T), not falling; each of the snippets of
        a segment (see :func:`segment_bounds`) is as likely as the others.
    """
    bounds = segment_bounds(length, num_segments)
    return rng.integers(bounds[:-1], np.maximum(bounds[1:], bounds[:-1] + 1))


def middle_snippets(length: int, num_segments: int) -> np.ndarray:
    """Take the snippet in the middle of each segment.

    Args:
        length (int): T >= 1.
        num_segments (int): S >= 1.

    Returns:
        np.ndarray: (S,) int64 in [0, T); of an even number the first of the
        two in the middle.
    """
    bounds = segment_bounds(length, num_segments)
    return bounds[:-1] + np.maximum(np.diff(bounds) - 1, 0) // 2


def read_snippets(reader: SnippetReader, indices: Sequence[int]) -> np.ndarray:
    """Read chosen snippets, the video once and in order.

    Args:
        reader (SnippetReader): The video.
        indices (Sequence[int]): (S,), not falling. The last snippet stands
            for those behind the end, since files may hold a few frames less
            than they declare.

    Returns:
        np.ndarray: (N, S, L, H, W, 3) RGB, uint8.
    """
    size = reader.crop_size
    bag = np.empty(
        (len(reader.grid), len(indices), reader.snippet_len, size, size, 3),
        np.uint8,
    )
    slot = 0
    for index, crops in enumerate(reader):
        while slot < len(indices) and indices[slot] <= index:
            bag[:, slot] = crops
            slot += 1
    for rest in range(slot, len(indices)):
        bag[:, rest] = crops
    return bag


@TRANSFORMS.register_module()
class LoadSnippets(BaseTransform):
    """Read the snippets of a video, some for training, all for a test.

    For training S snippets are decoded, one a segment. For a test nothing is
    decoded here: the model reads chunk by chunk from a
    :class:`SnippetReader`, as extraction would.

    Args:
        resize (Sequence[int]): Width and height in pixels that frames are
            resized to; the aspect ratio is not kept.
        crops (dict): ``layout`` and ``size`` as of
            :func:`~rtfm_mmaction.io.crops.crop_grid`, or for training also
            the layout 'random': one crop at a random place, the same for the
            whole bag.
        num_segments (int, optional): S. Defaults to None: all snippets, for a
            test.
        augment (bool): Whether a segment's snippet is drawn by lot, and a lot
            decides whether the bag is mirrored; else the middle one is taken
            and nothing is mirrored. Concerns training alone. Defaults to
            True.
        interpolation (str): Of resizing. Defaults to 'bilinear'.
    """

    def __init__(
        self,
        resize: Sequence[int],
        crops: dict,
        num_segments: Optional[int] = None,
        augment: bool = True,
        interpolation: str = 'bilinear',
    ) -> None:
        if num_segments is not None and num_segments < 1:
            raise ValueError(
                'LoadSnippets: num_segments must be at least 1, '
                f'found {num_segments}'
            )
        if interpolation not in INTERPOLATIONS:
            raise ValueError(
                'LoadSnippets: interpolation must be one of '
                f'{tuple(INTERPOLATIONS)}, found '
                f'{interpolation!r}'
            )
        width, height = resize
        self.size = (width, height)
        self.crop_size = crops['size']
        self.num_segments = num_segments
        self.augment = augment and num_segments is not None
        self.interpolation = interpolation
        self.random_place = crops['layout'] == 'random'
        if self.random_place and not self.augment:
            raise ValueError(
                "LoadSnippets: crops.layout='random' is for training with "
                'augment=True and num_segments; expected a layout of fixed '
                'places'
            )
        # Refuses what does not fit into the frame.
        self.grid = crop_grid(
            'five' if self.random_place else crops['layout'],
            self.crop_size,
            *self.size,
        )

    def transform(self, results: dict) -> dict:
        """Read.

        Args:
            results (dict): Entry of ``WeakLabelVideoDataset``; ``draw_seed``
                (integers) decides all lots, where it is there, else numpy's
                global generator.

        Returns:
            dict: The same with ``snippets``: (N, S, L, H, W, 3) uint8, or
            the reader of all.
        """
        grid = self.grid
        if self.augment:
            seed = results.get('draw_seed')
            if seed is None:
                seed = np.random.randint(2**31, size=2)
            rng = np.random.default_rng(seed)
            grid = self._draw_crops(rng)
        (path,) = results['feature_files']['video']
        reader = SnippetReader(
            path,
            results['snippet_len'],
            results['tail'],
            self.size,
            self.interpolation,
            tuple(grid),
            self.crop_size,
        )
        if self.num_segments is None:
            results['snippets'] = reader
            return results
        length = results['num_snippets']
        indices = (
            draw_snippets(length, self.num_segments, rng)
            if self.augment
            else middle_snippets(length, self.num_segments)
        )
        results['snippets'] = read_snippets(reader, indices.tolist())
        return results

    def _draw_crops(self, rng: np.random.Generator) -> List[Crop]:
        mirror = bool(rng.integers(2))
        if not self.random_place:
            # A mirrored 'ten' has its two halves exchanged.
            return [
                (top, left, mirrored != mirror)
                for top, left, mirrored in self.grid
            ]
        return [(*self._draw_place(rng), mirror)]

    def _draw_place(self, rng: np.random.Generator) -> Tuple[int, int]:
        width, height = self.size
        return (
            int(rng.integers(height - self.crop_size + 1)),
            int(rng.integers(width - self.crop_size + 1)),
        )


@TRANSFORMS.register_module()
class PackSnippetInputs(BaseTransform):
    """Pack snippets and labels, as ``PackAnomalyInputs`` packs features."""

    def transform(self, results: dict) -> dict:
        """Pack.

        Args:
            results (dict): With ``snippets`` of :class:`LoadSnippets` and the
                keys of ``WeakLabelVideoDataset``.

        Returns:
            dict: ``inputs`` (N, S, L, H, W, 3) uint8 tensor, or the
            ``SnippetReader``; ``data_samples`` an ``ActionDataSample`` with
            ``gt_label`` and the meta information.
        """
        sample = ActionDataSample()
        sample.set_gt_label(int(results['label']))
        sample.set_metainfo({key: results[key] for key in META_KEYS})
        snippets = results['snippets']
        if isinstance(snippets, np.ndarray):
            snippets = torch.from_numpy(snippets)
        return dict(inputs=snippets, data_samples=sample)
