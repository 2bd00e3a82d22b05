"""A head and a neck as somebody writes them who has read the contract."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import nn


@MODELS.register_module(force=True)
class LinearHead(nn.Module):
    """Scores snippets by one layer; the highest one stands for its video."""

    def __init__(self, in_channels):
        super().__init__()
        self.layer = nn.Linear(in_channels, 1)

    def forward(self, x):  # (B, N, T, D) -> (B, T)
        return self.layer(x)[..., 0].mean(1)

    def predict(self, x):
        return dict(scores=self(x).sigmoid())

    def loss(self, x, labels):
        highest, wanted = self(x).amax(1), labels.float()
        return dict(
            loss_cls=F.binary_cross_entropy_with_logits(highest, wanted)
        )


@MODELS.register_module(force=True)
class GRUNeck(nn.Module):
    """Tells each snippet what came before it."""

    def __init__(self, in_channels):
        super().__init__()
        self.gru = nn.GRU(in_channels, in_channels, batch_first=True)

    def forward(self, x):  # (B, N, T, C) -> (B, N, T, C)
        return self.gru(x.flatten(0, 1))[0].view_as(x)
