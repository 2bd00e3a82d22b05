"""One pass over the values of a video's features.

Shapes: T snippets, N crops, C channels.
"""

import hashlib
from typing import Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np

from ..feature_files import open_features
from ..segment_store import read_row

# Values in work at a time: a megabyte as float64, which stays in the cache,
# so that all questions are asked of one read of the file.
PIECE = 1 << 17
# Bytes of a file that are mapped at a time; pages of a map count as the
# process's own until it is closed.
MAPPED = 1 << 26
# Values of a vector that go into the digest.
SAMPLED = 64


class StreamValues(NamedTuple):
    """What the values of one stream are like.

    Attributes:
        stream (str): Its name.
        file (str): Its file, the first that holds a bad value if any does.
        dtype (str): Of the file.
        num_bad (int): NaN and infinite values.
        first_bad (tuple[int, int]): Snippet and crop of the first one.
        constant (bool): Whether all snippets are equal, or, of a single
            snippet, all values of each file.
        digest (bytes): Equal for equal features.
    """

    stream: str
    file: str
    dtype: str
    num_bad: int
    first_bad: Tuple[int, int]
    constant: bool
    digest: bytes


class VideoValues(NamedTuple):
    """What a video's values are like.

    Attributes:
        magnitudes (np.ndarray): (T, N) float64, l2 norms of the vectors of
            all streams together; not finite where a value is not.
        streams (list[StreamValues]): Each stream for itself.
    """

    magnitudes: np.ndarray
    streams: List[StreamValues]


def read_values(entry: dict) -> VideoValues:
    """Read a video once, from the segment store where it has one.

    Args:
        entry (dict): Of the data list of
            :class:`~rtfm_mmaction.datasets.WeakLabelDataset`.

    Returns:
        VideoValues: What the values are like.

    Raises:
        ValueError: If a file is bad.
    """
    if entry.get('store'):
        row = read_row(entry['store'], entry['store_row'])
        name = f'{entry["store"]}, video {entry["video"]!r}'
        squares, stream = _examine('features', _sliced(row, name))
        return VideoValues(np.sqrt(squares), [stream])
    every: List[np.ndarray] = []
    streams = []
    for stream, paths in entry['feature_files'].items():
        pieces = _pieces(
            paths,
            entry['feature_layouts'][stream],
            entry['allow_pickle'],
            entry['backend_args'],
        )
        found, values = _examine(stream, pieces)
        every.append(found)
        streams.append(values)
    # As streams are concatenated: the shortest decides, one crop serves all.
    length = min(map(len, every))
    return VideoValues(np.sqrt(sum(s[:length] for s in every)), streams)


Piece = Tuple[str, int, np.ndarray]


def _pieces(paths: Sequence[str], *how) -> Iterator[Piece]:
    """Path, index of the first snippet, (t, N_i, C); file by file."""
    views = open_features(paths, *how)
    for path in paths:
        view = views.pop(0)
        length = len(view)
        step = max(MAPPED // max(view[0].nbytes, 1), 1)
        for start in range(0, length, step):
            if start and isinstance(view, np.memmap):
                del view
                (view,) = open_features([path], *how)
            for _, offset, piece in _sliced(view[start : start + step], path):
                yield path, start + offset, piece


def _sliced(view: np.ndarray, path: str) -> Iterator[Piece]:
    rows = max(PIECE // max(view[0].size, 1), 1)
    for start in range(0, len(view), rows):
        yield path, start, view[start : start + rows]


def _examine(
    stream: str, pieces: Iterator[Piece]
) -> Tuple[np.ndarray, StreamValues]:
    """(T, N) squared norms, and what else there is to say."""
    digest = hashlib.blake2b(digest_size=16)
    crops: List[List[np.ndarray]] = []
    bad, first_bad = 0, (0, 0)
    constant = plain = True
    file = dtype = ''
    for path, start, piece in pieces:
        if start == 0:
            dtype, first = str(piece.dtype), np.array(piece[0])
            first_crop = sum(blocks[0].shape[1] for blocks in crops)
            crops.append([])
            file = file or path
            plain = plain and bool((first == first.flat[0]).all())
            digest.update(str(piece.shape[1:]).encode())
        # What training sees is float32: a larger float64 is infinite there.
        with np.errstate(over='ignore', invalid='ignore'):
            wide = np.asarray(piece, np.float32).astype(np.float64)
            norms = np.einsum('tnc,tnc->tn', wide, wide)
        crops[-1].append(norms)
        # Squares of float32 cannot overflow a float64.
        if not np.isfinite(norms).all():
            finite = np.isfinite(wide)
            if not bad:
                file = path
                snippet, crop, _ = np.argwhere(~finite)[0]
                first_bad = (start + int(snippet), first_crop + int(crop))
            bad += np.count_nonzero(~finite)
        # Mostly the second snippet ends this question.
        constant = constant and all(
            np.array_equal(row, first) for row in piece
        )
        step = max(piece.shape[2] // SAMPLED, 1)
        digest.update(wide[..., ::step].tobytes())
    squares = np.concatenate([np.concatenate(b) for b in crops], axis=1)
    return squares, StreamValues(
        stream,
        file,
        dtype,
        int(bad),
        first_bad,
        constant if len(squares) > 1 else plain,
        digest.digest(),
    )
