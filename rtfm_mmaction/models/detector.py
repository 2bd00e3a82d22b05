"""The whole model.

Shapes: B videos, N crops, T snippets, C channels, D channels of the neck's
output, L frames of a snippet, H and W rows and columns of pixels.
"""

from contextlib import nullcontext
from typing import Dict, List, Optional, Union, cast

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from ..datasets.feature_record import FeatureRecord
from ..datasets.snippet_reader import SnippetReader
from .contracts import MILHead, predict_snippets
from .snippet_encoder import encode_clips, fix_batch_norms, read_chunks
from .weights import load_weights

# Key of a head's prediction -> field of a data sample.
FIELDS = dict(
    scores='snippet_scores',
    magnitudes='snippet_magnitudes',
    crop_scores='crop_scores',
    logits='snippet_logits',
)
Inputs = Union[Tensor, List[Union[Tensor, SnippetReader]]]


@MODELS.register_module()
class AnomalyDetector(BaseModel):
    """Weakly supervised video anomaly detector: neck, then head.

    With a backbone before them it takes snippets of videos in place of
    features, and all is trained together. Neck, head and the features'
    statistics have the same names in both, so that ``load_from`` takes a
    checkpoint that was trained on features.

    Args:
        in_channels (int): C of the features; handed to neck, head and data
            preprocessor.
        neck (dict): Config of the temporal network, a
            :class:`~rtfm_mmaction.models.contracts.TemporalNeck`.
        head (dict): Config of the head, a
            :class:`~rtfm_mmaction.models.contracts.MILHead`.
        backbone (dict, optional): Config of a network that maps
            (M, 3, L, H, W) to (M, C, ...), averaged over all axes behind C.
            Weights of an ``init_cfg`` of type 'Pretrained' are loaded as
            extraction does: all of them or none. Defaults to None: features
            come in.
        backbone_chunk (int, optional): Clips (a crop of a snippet each) of
            one pass of the backbone, whose batch norms then keep to their
            running statistics. Defaults to None: in training all of the batch
            at once, in testing the crops of a snippet.
        backbone_checkpoint (bool): Whether the activations of a chunk are
            computed again for the gradients instead of being kept, which
            bounds memory by the chunk. False is faster, and enough where all
            but the last stages are frozen. Defaults to True.
        data_preprocessor (dict, optional): Config of the preprocessor.
            Defaults to ``AnomalyDataPreprocessor``, with a backbone to
            ``AnomalyVideoPreprocessor``.
        autocast (bool): Whether the forward pass runs in bfloat16 where that
            loses nothing, for CPUs: mmengine's ``AmpOptimWrapper`` refuses to
            run on them. Defaults to False.
        init_cfg (dict, optional): Initialisation config.

    Attributes:
        trained_on (FeatureRecord, optional): What the features were made with
            that it was trained on; None where that is not known.
    """

    trained_on: Optional[FeatureRecord] = None

    def __init__(
        self,
        in_channels: int,
        neck: dict,
        head: dict,
        backbone: Optional[dict] = None,
        backbone_chunk: Optional[int] = None,
        backbone_checkpoint: bool = True,
        data_preprocessor: Optional[dict] = None,
        autocast: bool = False,
        init_cfg: Optional[dict] = None,
    ) -> None:
        if not isinstance(in_channels, int):
            raise TypeError(
                'AnomalyDetector: in_channels must be the C of the features '
                f'(an int), got {in_channels!r}; rtfm train and '
                'rtfm test read it from the data where it is None and '
                'there is no backbone'
            )
        if backbone_chunk is not None and backbone_chunk < 1:
            raise ValueError(
                'AnomalyDetector: backbone_chunk must be at '
                f'least 1, found {backbone_chunk}'
            )
        shared = dict(in_channels=in_channels)
        preprocessor = {
            'type': 'AnomalyDataPreprocessor'
            if backbone is None
            else 'AnomalyVideoPreprocessor',
            **shared,
            **(data_preprocessor or {}),
        }
        super().__init__(preprocessor, init_cfg)
        self.in_channels = in_channels
        self.backbone_chunk = backbone_chunk
        self.backbone_checkpoint = backbone_checkpoint
        self.backbone_weights: Optional[dict] = None
        self._has_own_weights = False  # of the backbone
        self.backbone: Optional[nn.Module] = None
        if backbone is not None:
            self.backbone = self._build_backbone(backbone)
        self.neck = MODELS.build({**shared, **neck})
        self.head = MODELS.build({**shared, **head})
        if not isinstance(self.head, MILHead):
            raise TypeError(
                'AnomalyDetector: expected a head with the methods loss and '
                'predict, see rtfm_mmaction.models.contracts, found a '
                f'{type(self.head).__name__}'
            )
        self.autocast = autocast

    def _build_backbone(self, backbone: dict) -> nn.Module:
        backbone = dict(backbone)
        if (backbone.get('init_cfg') or {}).get('type') == 'Pretrained':
            # mmaction2's networks pass over init_cfg, and mmengine only warns
            # of weights that are missing.
            self.backbone_weights = backbone.pop('init_cfg')
            self._has_own_weights = True
        network = MODELS.build(backbone)
        # mmaction2's networks freeze their stages here and not before, and
        # optimizer and DDP have to know.
        network.train()
        return network

    def init_weights(self) -> None:
        """Initialise all parts and load the backbone's weights."""
        super().init_weights()
        self._load_backbone()

    def _load_backbone(self) -> None:
        if self.backbone is not None and self.backbone_weights:
            load_weights(self.backbone, self.backbone_weights)
            self.backbone_weights = None

    def _load_from_state_dict(
        self, state_dict: dict, prefix: str, *args
    ) -> None:
        # A test initialises nothing, so that a checkpoint that was trained on
        # features would be tested with whatever the backbone was made of.
        if not any(key.startswith(f'{prefix}backbone.') for key in state_dict):
            self._load_backbone()
            if self._has_own_weights and self.backbone is not None:
                # Whoever asks for all weights (torch and mmengine hand over a
                # copy) finds these, too.
                own = self.backbone.state_dict(prefix=f'{prefix}backbone.')
                state_dict.update(own)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def train(self, mode: bool = True) -> 'AnomalyDetector':
        """Switch to training, but for batch norms of a backbone in chunks."""
        super().train(mode)
        if self.backbone is not None and self.backbone_chunk is not None:
            fix_batch_norms(self.backbone)
        return self

    def forward(
        self,
        inputs: Inputs,
        data_samples: Optional[list] = None,
        mode: str = 'tensor',
    ) -> Union[Tensor, Dict[str, Tensor], list]:
        """Run in one of mmengine's three modes.

        Args:
            inputs (Tensor or list): (B, N, T, C), or bags (N, T, C) of any
                length each; with a backbone (B, N, T, L, H, W, 3) uint8, or a
                ``SnippetReader`` each.
            data_samples (list, optional): One ``ActionDataSample`` a video;
                'loss' reads its ``gt_label``.
            mode (str): 'tensor' gives the neck's features, 'loss' the terms
                of the loss (stacked inputs only), 'predict' the data samples
                with ``snippet_scores`` (T,) and, of a head that gives them,
                ``snippet_magnitudes`` (T,), ``crop_scores`` (T, N) and
                ``snippet_logits`` (T,).

        Returns:
            Tensor or list or dict: By ``mode``.
        """
        device = self.data_preprocessor.device
        context = (
            torch.autocast(device.type, dtype=torch.bfloat16)
            if self.autocast
            else nullcontext()
        )
        with context:
            if mode == 'tensor':
                return self.extract_feat(inputs)
            if mode == 'loss':
                return self.loss(cast(Tensor, inputs), data_samples or [])
            if mode == 'predict':
                return self.predict(inputs, data_samples or [])
        raise ValueError(
            "AnomalyDetector: mode must be 'tensor', 'loss' or "
            f"'predict', got {mode!r}"
        )

    def extract_feat(self, inputs: Inputs) -> Union[Tensor, List[Tensor]]:
        """Run backbone, if any, and neck: X of (B, N, T, D), or one a bag."""
        if isinstance(inputs, Tensor):
            return self.run_neck(self.encode(inputs))
        return [self.run_neck(self.encode_bag(bag)[None])[0] for bag in inputs]

    def run_neck(self, x: Tensor) -> Tensor:
        """Run the neck on whole videos.

        Args:
            x (Tensor): F, (B, N, T, C), standardised where that is on.

        Returns:
            Tensor: X, (B, N, T, D).

        Raises:
            ValueError: If the neck gives another shape.
        """
        context = self.neck(x)
        if context.ndim != 4 or context.shape[:3] != x.shape[:3]:
            raise ValueError(
                f'{type(self.neck).__name__}: expected (B, N, T, D) with B, '
                f'N, T = {tuple(x.shape[:3])}, found {tuple(context.shape)}'
            )
        return context

    def encode(self, clips: Tensor) -> Tensor:
        """Run the backbone, if any, on stacked bags.

        Args:
            clips (Tensor): (..., L, H, W, 3) uint8; features (..., C) where
                there is no backbone.

        Returns:
            Tensor: (..., C), standardised where that is on.

        Raises:
            ValueError: If C is not that of the config.
        """
        if self.backbone is None:
            return clips
        features = encode_clips(
            self.backbone,
            clips.flatten(0, -5),
            self.data_preprocessor.normalize,
            self.backbone_chunk,
            self.backbone_checkpoint,
        )
        if features.shape[-1] != self.in_channels:
            raise ValueError(
                f'{type(self.backbone).__name__}: found features of C = '
                f'{features.shape[-1]}, but the config says in_channels = '
                f'{self.in_channels}'
            )
        features = self.data_preprocessor.standardize_features(features)
        return features.unflatten(0, clips.shape[:-4])

    def encode_bag(self, bag: Union[Tensor, SnippetReader]) -> Tensor:
        """Features of one bag, read by and by where it is a video.

        Args:
            bag (Tensor or SnippetReader): (N, T, C), or with a backbone
                a reader of T snippets or (N, T, L, H, W, 3) uint8.

        Returns:
            Tensor: (N, T, C).
        """
        if isinstance(bag, Tensor):
            return self.encode(bag)
        device = self.data_preprocessor.device
        rows = torch.cat(
            [
                self.encode(clips.to(device))
                for clips in read_chunks(bag, self.backbone_chunk)
            ]
        )
        return rows.unflatten(0, (-1, len(bag.grid))).transpose(0, 1)

    def loss(self, inputs: Tensor, data_samples: list) -> Dict[str, Tensor]:
        """Compute the terms of the loss of a batch of pairs."""
        labels = torch.cat([sample.gt_label for sample in data_samples])
        return self.head.loss(
            self.extract_feat(inputs), labels.to(inputs.device)
        )

    def predict(self, inputs: Inputs, data_samples: list) -> list:
        """Write what the head says of snippets into the data samples."""
        for bag, sample in zip(inputs, data_samples):
            feature = self.run_neck(self.encode_bag(bag)[None])
            result = predict_snippets(self.head, feature)
            for key, values in result.items():
                sample.set_field(values[0], FIELDS[key])
        return data_samples
