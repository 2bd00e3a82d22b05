"""The whole model.

Shapes: B videos, N crops, T snippets, C channels.
"""
from contextlib import nullcontext
from typing import Dict, List, Optional, Union

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor

Inputs = Union[Tensor, List[Tensor]]


@MODELS.register_module()
class AnomalyDetector(BaseModel):
    """Weakly supervised video anomaly detector: neck, then head.

    Args:
        in_channels (int): C of the features; handed to neck, head and data
            preprocessor.
        neck (dict): Config of the temporal network; maps (B, N, T, C) to the
            same shape.
        head (dict): Config of the head.
        data_preprocessor (dict, optional): Config of the preprocessor.
            Defaults to ``AnomalyDataPreprocessor``.
        autocast (bool): Whether the forward pass runs in bfloat16 where that
            loses nothing, for CPUs: mmengine's ``AmpOptimWrapper`` refuses to
            run on them. Defaults to False.
        init_cfg (dict, optional): Initialisation config.
    """

    def __init__(self,
                 in_channels: int,
                 neck: dict,
                 head: dict,
                 data_preprocessor: Optional[dict] = None,
                 autocast: bool = False,
                 init_cfg: Optional[dict] = None) -> None:
        if not isinstance(in_channels, int):
            raise TypeError(
                'AnomalyDetector: in_channels must be the C of the features '
                f'(an int), got {in_channels!r}; tools/train.py and '
                'tools/test.py read it from the data where it is None')
        shared = dict(in_channels=in_channels)
        preprocessor = {
            'type': 'AnomalyDataPreprocessor',
            **shared,
            **(data_preprocessor or {})
        }
        super().__init__(preprocessor, init_cfg)
        self.neck = MODELS.build({**shared, **neck})
        self.head = MODELS.build({**shared, **head})
        self.autocast = autocast

    def forward(self,
                inputs: Inputs,
                data_samples: Optional[list] = None,
                mode: str = 'tensor') -> Union[Dict[str, Tensor], list]:
        """Run in one of mmengine's three modes.

        Args:
            inputs (Tensor or list[Tensor]): (B, N, T, C), or bags (N, T, C)
                of any length each.
            data_samples (list, optional): One ``ActionDataSample`` a video;
                'loss' reads its ``gt_label``.
            mode (str): 'tensor' gives the neck's features, 'loss' the terms
                of the loss (stacked inputs only), 'predict' the data samples
                with ``snippet_scores`` (T,), ``snippet_magnitudes`` (T,) and
                ``crop_scores`` (T, N).

        Returns:
            Tensor or list or dict: By ``mode``.
        """
        device = self.head.classifier[-1].weight.device.type
        context = torch.autocast(
            device, dtype=torch.bfloat16) if self.autocast else nullcontext()
        with context:
            if mode == 'tensor':
                return self.extract_feat(inputs)
            if mode == 'loss':
                return self.loss(inputs, data_samples)
            if mode == 'predict':
                return self.predict(inputs, data_samples)
        raise ValueError("AnomalyDetector: mode must be 'tensor', 'loss' or "
                         f"'predict', got {mode!r}")

    def extract_feat(self, inputs: Inputs) -> Inputs:
        """Run the neck: X of (B, N, T, C), or one a bag."""
        if isinstance(inputs, Tensor):
            return self.neck(inputs)
        return [self.neck(bag[None])[0] for bag in inputs]

    def loss(self, inputs: Tensor, data_samples: list) -> Dict[str, Tensor]:
        """Compute the terms of the loss of a batch of pairs."""
        labels = torch.cat([sample.gt_label for sample in data_samples])
        return self.head.loss(
            self.extract_feat(inputs), labels.to(inputs.device))

    def predict(self, inputs: Inputs, data_samples: list) -> list:
        """Write scores and magnitudes into the data samples."""
        for bag, sample in zip(inputs, data_samples):
            result = self.head.predict(self.extract_feat(bag[None]))
            for field, key in (('snippet_scores', 'scores'),
                               ('snippet_magnitudes', 'magnitudes'),
                               ('crop_scores', 'crop_scores')):
                sample.set_field(result[key][0], field)
        return data_samples
