"""A video beside what normal videos can make of it.

Shapes: B videos, N crops, M = B x N sequences, T snippets, C channels, S rows
of the dictionary.
"""

import os
from typing import Optional, Union

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ...datasets.normal_dictionary import read_dictionary
from .by_sequence import run_by_sequence
from .group_mtn import GroupMTN

XAVIER = dict(
    type='Xavier', distribution='uniform', layer=['Conv1d', 'Linear']
)


class DictionaryAttention(nn.Module):
    """Rebuilds snippets of the rows of a dictionary (en-Normal).

    Each snippet attends to all rows by a softmax of dot products, without a
    scale.

    Args:
        channels (int): C; queries and keys have C/4.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = max(channels // 4, 1)
        self.query = nn.Linear(channels, inner)
        self.key = nn.Linear(channels, inner)
        self.value = nn.Linear(channels, channels)

    def forward(self, x: Tensor, dictionary: Tensor) -> Tensor:
        """Attend.

        Args:
            x (Tensor): (M, T, C).
            dictionary (Tensor): (S, C).

        Returns:
            Tensor: (M, T, C).
        """
        weights = self.query(x) @ self.key(dictionary).T
        return weights.softmax(-1) @ self.value(dictionary)


class ChannelGate(nn.Module):
    """Shares out each channel between two videos' features (de-Normal).

    Args:
        channels (int): C; the layer between has C/16.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = max(channels // 16, 1)
        self.layers = nn.Sequential(
            nn.Linear(channels, inner),
            nn.ReLU(inplace=True),
            nn.Linear(inner, channels),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Weigh both by how their means over T differ.

        Args:
            x (Tensor): (M, T, C).
            y (Tensor): (M, T, C).

        Returns:
            Tensor: (M, T, 2C), x w and y (1 - w) on end, w in [0, 1] for each
            sequence and channel.
        """
        share = self.layers(x.mean(1) - y.mean(1)).unsqueeze(1)
        return torch.cat([x * share, y * (1 - share)], dim=-1)


@MODELS.register_module()
class S3RNeck(BaseModule):
    """Temporal network of S3R: F -> [X | Y], what is there and what is normal.

    Wu et al., *Self-Supervised Sparse Representation for Video Anomaly
    Detection*, ECCV 2022, in the form of its release
    (https://github.com/louisYen/S3R). A dictionary of normal videos rebuilds
    each snippet (en-Normal); features and what was rebuilt get temporal
    context by a network each, and a gate shares out the channels between them
    (de-Normal). :class:`~rtfm_mmaction.models.heads.S3RHead` takes both.
    Group norms are over all T, so that a video is scored as a whole.

    ``rtfm dictionary CONFIG`` learns the dictionary and writes it where the
    config says. A training reads it when weights are initialised; then it is
    a buffer, so that a checkpoint scores by itself.

    The release has two more modules, which take no part, and takes one
    dictionary a video, always the same.

    Args:
        in_channels (int): C, at least 1.
        num_rows (int): S, at least 1; of the released checkpoints 400
            (UCF-Crime) and 158 (ShanghaiTech). Defaults to 400.
        dictionary (str, optional): ``.npy`` file (S, C), read by
            ``init_weights``, at the latest when it is needed. Defaults to
            None: a checkpoint brings it, or :meth:`set_dictionary`.
        dropout (float): Dropout of X and Y before the gate. Defaults to 0.7.
        init_cfg (dict): Xavier-uniform weights and zero biases by default.

    Attributes:
        has_dictionary (bool): Whether one was set, read or loaded.
    """

    def __init__(
        self,
        in_channels: int,
        num_rows: int = 400,
        dictionary: Optional[Union[str, os.PathLike]] = None,
        dropout: float = 0.7,
        init_cfg: dict = XAVIER,
    ) -> None:
        super().__init__(init_cfg)
        if in_channels < 1 or num_rows < 1:
            raise ValueError(
                'S3RNeck: expected in_channels (C of the features) and '
                'num_rows (of the dictionary) of at least 1, found '
                f'{in_channels} and {num_rows}'
            )
        self.in_channels = in_channels
        self.dictionary_file = dictionary
        self.rebuild = DictionaryAttention(in_channels)
        self.video = GroupMTN(in_channels)
        self.rebuilt = GroupMTN(in_channels)
        self.dropout = nn.Dropout(dropout)
        self.gate = ChannelGate(in_channels)
        self.dictionary: Tensor
        self.register_buffer('dictionary', torch.zeros(num_rows, in_channels))
        self.has_dictionary = False

    def init_weights(self) -> None:
        """Initialise the layers, and read the dictionary if one is named.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is no dictionary of C channels.
        """
        super().init_weights()
        if self.dictionary_file is not None:
            self._read_dictionary()

    def _read_dictionary(self) -> None:
        if self.dictionary_file is None:
            raise ValueError(
                'S3RNeck: expected a dictionary of normal videos, found none:'
                ' train with model.neck.dictionary=FILE.npy, which rtfm '
                'dictionary makes, or load a checkpoint that was trained so'
            )
        rows = read_dictionary(self.dictionary_file, *self.dictionary.shape)
        self.set_dictionary(torch.from_numpy(rows))

    def set_dictionary(self, rows: Tensor) -> None:
        """Take over a dictionary.

        Args:
            rows (Tensor): (S, C).

        Raises:
            ValueError: If it is of another shape.
        """
        if rows.shape != self.dictionary.shape:
            raise ValueError(
                'S3RNeck: expected a dictionary of shape (num_rows, '
                f'in_channels) = {tuple(self.dictionary.shape)}, found '
                f'{tuple(rows.shape)}'
            )
        self.dictionary.copy_(rows)
        self.has_dictionary = True

    def _load_from_state_dict(
        self, state_dict: dict, prefix: str, *args
    ) -> None:
        super()._load_from_state_dict(state_dict, prefix, *args)
        if f'{prefix}dictionary' in state_dict:
            self.has_dictionary = True

    def forward(self, x: Tensor) -> Tensor:
        """Set each snippet beside what normal videos make of it.

        Args:
            x (Tensor): F, (B, N, T, C).

        Returns:
            Tensor: [X | Y], (B, N, T, 2C).

        Raises:
            FileNotFoundError: If the dictionary's file is wanted and missing.
            ValueError: If C is not ``in_channels``, or no dictionary is
                there.
        """
        if not self.has_dictionary:  # neither initialised nor loaded
            self._read_dictionary()
        # F, both networks' parts, fusion and output, and the attention.
        numbers = 8 * self.in_channels + len(self.dictionary)
        return run_by_sequence(self, self._run, x, numbers)

    def _run(self, x: Tensor) -> Tensor:
        """(M, T, C) -> (M, T, 2C)."""
        rebuilt = self.rebuild(x, self.dictionary)
        return self.gate(
            self.dropout(self.video(x)), self.dropout(self.rebuilt(rebuilt))
        )
