"""What is exported: networks from plain arrays to plain arrays.

Shapes: T snippets of a video, N crops, C channels, D channels of the neck's
output; B clips, L frames of a snippet, H and W rows and columns of pixels.
"""

import copy
from abc import ABC, abstractmethod
from typing import Any, Dict, Tuple

import torch
from torch import Tensor, nn

from ..extraction.clip_extractor import ARGUMENTS
from ..extraction.extractor import FeatureExtractor
from ..models import AnomalyDetector
from ..models.contracts import predict_snippets, scores_only_rank


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
    """

    kind: str
    input_name: str
    output_names: Tuple[str, ...]
    axes: Dict[int, str]
    least_scale: float

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


class DetectorGraph(Graph):
    """Neck and head, and the standardisation before them.

    Args:
        detector (AnomalyDetector): On features; copied.

    Attributes:
        output_names (tuple[str, ...]): Those of ``contracts.PREDICTED`` that
            the head gives.

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
        self.output_names = tuple(
            predict_snippets(self.head, self._context(self.example(2, 1)))
        )

    def forward(self, features: Tensor) -> Tuple[Tensor, ...]:
        """Score a video.

        Args:
            features (Tensor): (T, N, C) float32 as extracted.

        Returns:
            tuple[Tensor, ...]: By :attr:`output_names`, float32: scores (T,)
            in [0, 1], and what the head gives of magnitudes (T,) >= 0, scores
            of the crops (T, N) and logits (T,).
        """
        # Without the checks of predict_snippets, which no graph can make.
        result = self.head.predict(self._context(features))
        return tuple(result[name][0].float() for name in self.output_names)

    def _context(self, features: Tensor) -> Tensor:
        """F (T, N, C) to X (1, N, T, D)."""
        if self.standardize:
            features = (features - self.mean) / self.std
        return self.neck(features.transpose(0, 1)[None])

    def facts(self) -> Dict[str, Any]:
        """C, the outputs' names in order, whether scores rank and no more, and
        what it was trained on.
        """
        return dict(
            in_channels=self.in_channels,
            outputs=list(self.output_names),
            scores_only_rank=scores_only_rank(self.head),
            features=self.trained_on and self.trained_on.to_dict(),
        )

    def example(self, *sizes: int, seed: int = 0) -> Tensor:
        """Features (T, N, C), spread as those of the training or >= 0."""
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(*sizes, self.in_channels, generator=generator)
        return (
            self.mean + self.std * noise if self.standardize else noise.abs()
        )


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
