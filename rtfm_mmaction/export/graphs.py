"""What is exported: networks from plain arrays to plain arrays.

Shapes: T snippets of a video, N crops, C channels, D channels of the neck's
output; B clips, L frames of a snippet, H and W rows and columns of pixels.
"""

import copy
from abc import ABC, abstractmethod
from typing import Any, Dict, Optional, Tuple

import torch
from torch import Tensor, nn

from ..extraction.clip_extractor import ARGUMENTS
from ..extraction.extractor import FeatureExtractor
from ..models import AnomalyDetector
from ..models.contracts import (
    piecewise_neck,
    predict_snippets,
    scores_only_rank,
    whole_video,
)


class Graph(nn.Module, ABC):
    """A network with what an export has to know of it.

    Attributes:
        kind (str): What it is in a file's metadata.
        input_name (str): Of its one input.
        output_names (tuple[str, ...]): Of its outputs.
        axes (dict[int, str]): The input's axes of any length from 1 on, by
            name.
        least_scale (float): Differences of outputs are measured against the
            largest value expected, or this where that is smaller.
        defaults (dict[str, float]): Of further inputs, which a file need not
            be given: name -> what they are filled with then.
        more_outputs (tuple[str, ...]): Outputs beside those, where there are
            further inputs.
    """

    kind: str
    input_name: str
    output_names: Tuple[str, ...]
    axes: Dict[int, str]
    least_scale: float
    defaults: Dict[str, float] = {}
    more_outputs: Tuple[str, ...] = ()

    @abstractmethod
    def facts(self) -> Dict[str, Any]:
        """What a file says of it, see :mod:`.metadata`."""

    @abstractmethod
    def example(self, *sizes: int, seed: int = 0) -> Tensor:
        """Random input of the kind that it is for.

        Args:
            *sizes (int): Of :attr:`axes`.
            seed (int): Defaults to 0.
        """

    def more_inputs(self, *sizes: int, seed: int = 0) -> Dict[str, Tensor]:
        """Give further inputs, other than their defaults.

        Args:
            *sizes (int): Of :attr:`axes`.
            seed (int): Defaults to 0.

        Returns:
            dict[str, Tensor]: By the names in :attr:`defaults`; a size is
            fixed or a multiple of the last one of ``sizes``.
        """
        return {}


class DetectorGraph(Graph):
    """Neck and head, and the standardisation before them.

    Where neck and head score a video in pieces (``PiecewiseNeck``), its
    ``memory`` can be given, with ``own`` = 0, and the snippets are a piece of
    that video; by their defaults, 0 and 1, they are a video of their own. The
    output ``summary`` is what the neck sums up of them.

    Args:
        detector (AnomalyDetector): On features; copied.

    Attributes:
        output_names (tuple[str, ...]): Those of ``contracts.PREDICTED`` that
            the head gives.
        reach (int, optional): Of the neck; None where the video has to be
            there as a whole.
        part (str): Name of the neck, or of the part that asks for the whole.

    Raises:
        ValueError: If it has a backbone, statistics are missing, or the head
            does not say what it has to.
    """

    kind = 'detector'
    input_name = 'features'
    axes = {0: 'T', 1: 'N'}
    # Scores are in [0, 1].
    least_scale = 1.0

    def __init__(self, detector: AnomalyDetector) -> None:
        super().__init__()
        if detector.backbone is not None:
            raise ValueError(
                f'{type(detector).__name__}: expected a detector on features, '
                'found one with a backbone of its own'
            )
        self.in_channels = detector.in_channels
        self.trained_on = detector.trained_on
        preprocessor = detector.data_preprocessor
        self.standardize = preprocessor.standardize
        if self.standardize:
            # It asks whether the statistics are there, which no graph can.
            preprocessor.standardize_features(
                preprocessor.feature_mean.new_zeros(1, self.in_channels)
            )
            self.register_buffer('mean', preprocessor.feature_mean.clone())
            self.register_buffer('std', preprocessor.feature_std.clone())
        self.neck = copy.deepcopy(detector.neck)
        self.head = copy.deepcopy(detector.head)
        self.eval().requires_grad_(False).cpu()
        rows = self._sequences(self.example(2, 1))
        self.output_names = tuple(predict_snippets(self.head, self.neck(rows)))
        piecewise = piecewise_neck(self.neck, self.head)
        part = self.neck
        if piecewise is None and not whole_video(self.neck):
            part = self.head
        self.part = type(part).__name__
        self.reach = None if piecewise is None else piecewise.reach
        if piecewise is not None and piecewise.summarize(rows).numel():
            self.defaults = dict(memory=0.0, own=1.0)
            self.more_outputs = ('summary',)

    def forward(
        self,
        features: Tensor,
        memory: Optional[Tensor] = None,
        own: Optional[Tensor] = None,
    ) -> Tuple[Tensor, ...]:
        """Score a video, or a piece of one.

        Args:
            features (Tensor): (T, N, C) float32 as extracted.
            memory (Tensor, optional): What the neck has to know of the whole
                video, float32, of the shape of its ``summarize``. Defaults to
                None: there are no further inputs and outputs.
            own (Tensor, optional): (), what of these snippets is added to it:
                0 for none, 1 where they are the video and the memory is 0.

        Returns:
            tuple[Tensor, ...]: By :attr:`output_names`, float32: scores (T,)
            in [0, 1], and what the head gives of magnitudes (T,) >= 0, scores
            of the crops (T, N) and logits (T,); behind a memory also the sum
            of these snippets, which is not divided by T.
        """
        rows = self._sequences(features)
        more: Tuple[Tensor, ...] = ()
        if memory is None:
            context = self.neck(rows)
        else:
            summary = self.neck.summarize(rows)
            known = own * summary / features.shape[0] + memory
            context = self.neck(rows, known)
            more = (summary,)
        # Without the checks of predict_snippets, which no graph can make.
        result = self.head.predict(context)
        scores = (result[name][0].float() for name in self.output_names)
        return (*scores, *more)

    def _sequences(self, features: Tensor) -> Tensor:
        """F (T, N, C) as the neck takes it, (1, N, T, C)."""
        if self.standardize:
            features = (features - self.mean) / self.std
        return features.transpose(0, 1)[None]

    def facts(self) -> Dict[str, Any]:
        """C, the outputs' names in order, whether scores rank and no more,
        what streams have to know, and what it was trained on.
        """
        return dict(
            in_channels=self.in_channels,
            outputs=list(self.output_names),
            scores_only_rank=scores_only_rank(self.head),
            stream=dict(reach=self.reach, part=self.part),
            features=self.trained_on and self.trained_on.to_dict(),
        )

    def example(self, *sizes: int, seed: int = 0) -> Tensor:
        """Features (T, N, C), spread as those of the training or >= 0."""
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(*sizes, self.in_channels, generator=generator)
        return (
            self.mean + self.std * noise if self.standardize else noise.abs()
        )

    def more_inputs(self, *sizes: int, seed: int = 0) -> Dict[str, Tensor]:
        """The memory of another video of so many snippets, and no own."""
        if not self.defaults:
            return {}
        rows = self._sequences(self.example(*sizes, seed=seed + 1))
        memory = self.neck.summarize(rows) / sizes[0]
        return dict(memory=memory, own=torch.zeros(()))


class BackboneGraph(Graph):
    """An extractor's network, with pixels' numbers and the mean around it.

    Args:
        extractor (FeatureExtractor): In float32; its network is copied.

    Raises:
        ValueError: If it runs in bfloat16.
    """

    kind = 'backbone'
    input_name = 'clips'
    output_names = ('features',)
    axes = {0: 'B'}
    # Features have a scale of their own, which may be small.
    least_scale = 0.0

    def __init__(self, extractor: FeatureExtractor) -> None:
        super().__init__()
        if extractor.settings['dtype'] != 'fp32':
            raise ValueError(
                "dtype: expected 'fp32' for an export, found "
                f'{extractor.settings["dtype"]!r}'
            )
        self.clip_shape = (
            extractor.snippet_len,
            extractor.crop_size,
            extractor.crop_size,
            3,
        )
        self.settings = extractor.settings
        self.weights_file = extractor.weights_file
        network = extractor.network
        self.register_buffer('mean', network.mean.clone())
        self.register_buffer('std', network.std.clone())
        # Files know nothing of the order in memory that is fast here.
        self.network = copy.deepcopy(network.network).to(
            memory_format=torch.contiguous_format
        )
        self.eval().requires_grad_(False).cpu()

    def forward(self, clips: Tensor) -> Tensor:
        """Turn clips into features.

        Args:
            clips (Tensor): (B, L, H, W, 3) uint8, RGB.

        Returns:
            Tensor: (B, C) float32, the mean over time and place.

        Raises:
            ValueError: If the network's output is no (B, C, ...).
        """
        inputs = (clips.float() - self.mean) / self.std
        outputs = self.network(inputs.permute(0, 4, 1, 2, 3))
        if not isinstance(outputs, Tensor) or outputs.ndim < 2:
            raise ValueError(
                f'{type(self.network).__name__}: expected an output of '
                f'(B, C, ...), found {type(outputs).__name__}'
            )
        return outputs if outputs.ndim == 2 else outputs.flatten(2).mean(2)

    def facts(self) -> Dict[str, Any]:
        """The extractor's arguments, and what its side-cars say."""
        extractor = {key: self.settings[key] for key in ARGUMENTS}
        return dict(
            extractor=extractor,
            config=self.settings['backbone'],
            weights_file=self.weights_file,
            weights_sha256=self.settings['weights_sha256'],
        )

    def example(self, *sizes: int, seed: int = 0) -> Tensor:
        """Noise (B, L, H, W, 3)."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randint(
            256,
            (*sizes, *self.clip_shape),
            dtype=torch.uint8,
            generator=generator,
        )
