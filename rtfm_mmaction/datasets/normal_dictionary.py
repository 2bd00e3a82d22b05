"""What normal videos have in common, as S3R's dictionary.

A dictionary is a ``.npy`` file (S, C) float32. Neither its rows nor any other
part of it are features: it is the sparse codes of C channels, each told by the
V normal videos, in S atoms over videos; the atoms are not kept.

Shapes: V normal training videos, S rows of the dictionary, C channels.
"""

import os
import warnings
from typing import Dict, Union

import numpy as np
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode

from ..io.arrays import load_array

# Of the released program, https://github.com/louisYen/S3R.
NUM_BATCHES = 100
BATCH_SIZE = 32
NUM_NONZERO = 2  # at most, of a channel's codes
SEED = 42


def learn_dictionary(videos: np.ndarray, num_rows: int) -> np.ndarray:
    """Learn a dictionary from what each normal video is in the mean.

    Channels are the samples, and videos what is told of them: atoms are
    learned by mini-batches (Mairal et al., ICML 2009) from the SVD on, 100
    batches of 32 channels, then each channel is coded by at most two of them
    (orthogonal matching pursuit). The authors used scikit-learn 0.24, whose
    update of atoms was another one, so that their files are not met to the
    bit.

    Args:
        videos (np.ndarray): (V, C) float, V >= 1.
        num_rows (int): S >= 1.

    Returns:
        np.ndarray: (S, C) float32, in each column two numbers that are not 0
        at the most.

    Examples:
        >>> videos = np.abs(np.random.default_rng(0).normal(size=(6, 40)))
        >>> codes = learn_dictionary(videos, 3)
        >>> codes.shape, int((codes != 0).sum(0).max())
        ((3, 40), 2)
    """
    channels = np.ascontiguousarray(videos.T, np.float64)
    atoms: Dict[str, np.ndarray] = {}

    def keep(step: dict) -> None:
        if step['i'] + 1 == NUM_BATCHES:
            atoms['found'] = step['dictionary'].copy()

    batches = -(-len(channels) // min(BATCH_SIZE, len(channels)))
    MiniBatchDictionaryLearning(
        n_components=num_rows,
        max_iter=-(-NUM_BATCHES // batches),  # passes
        batch_size=BATCH_SIZE,
        random_state=SEED,
        callback=keep,
        # The authors' version had no way to stop before.
        tol=0.0,
        max_no_improvement=None,
    ).fit(channels)
    with warnings.catch_warnings():
        # Where one atom tells a channel, or two are alike, one is taken.
        warnings.simplefilter('ignore', RuntimeWarning)
        codes = sparse_encode(
            channels,
            atoms['found'],
            algorithm='omp',
            n_nonzero_coefs=min(NUM_NONZERO, num_rows),
        )
    return np.ascontiguousarray(codes.T, np.float32)


def read_dictionary(
    path: Union[str, os.PathLike], num_rows: int, num_channels: int
) -> np.ndarray:
    """Read a dictionary.

    Args:
        path (str or PathLike): ``.npy`` file.
        num_rows (int): S.
        num_channels (int): C of the features that it is for.

    Returns:
        np.ndarray: (S, C) float32.

    Raises:
        FileNotFoundError: If there is no such file; says what makes it.
        ValueError: If it is something else.
    """
    expected = (
        f'{path}: expected a dictionary of normal videos, numbers of shape '
        f'(num_rows, in_channels) = {(num_rows, num_channels)}'
    )
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f'{expected}, found no file; rtfm dictionary makes it of a '
            "config's normal training videos"
        )
    try:
        found = np.array(load_array(path))
    except Exception as error:  # a damaged header raises many kinds
        raise ValueError(
            f'{expected}, found a file that cannot be read ({error})'
        ) from error
    is_number = found.dtype.kind in 'fiu'
    if found.shape != (num_rows, num_channels) or not is_number:
        raise ValueError(
            f'{expected}, found {found.dtype} of shape {found.shape}'
        )
    found = found.astype(np.float32)
    if not np.isfinite(found).all():
        raise ValueError(f'{expected}, found NaN or infinite values')
    return found
