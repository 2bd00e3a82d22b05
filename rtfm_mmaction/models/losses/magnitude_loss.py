"""Feature magnitude ranking.

Shapes: P pairs, G crops that are averaged, K selected snippets, C channels.
"""

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..precision import at_least_float32
from ..ranks import rows_of_all_ranks

FORMS = ('released', 'hinge')
PAIRINGS = ('aligned', 'all')


def released_magnitude_loss(
    abnormal: Tensor, normal: Tensor, margin: float
) -> Tensor:
    """Squared sum of missing abnormal and present normal magnitude.

    mean over pairs and crops of ``(abs(m - ||mean_K a||) + ||mean_K n||)^2``,
    the norm of the mean feature, as RTFM's released program computes it.

    Args:
        abnormal (Tensor): Selected features (..., K, C) of abnormal videos.
        normal (Tensor): The same of normal videos; the shapes broadcast.
        margin (float): m, in units of the feature's norm.

    Returns:
        Tensor: Scalar >= 0. ||a|| = 60, ||n|| = 30, m = 100 gives 4900.

    Examples:
        >>> import torch
        >>> a, n = torch.full((1, 1), 60.0), torch.full((1, 1), 30.0)
        >>> released_magnitude_loss(a, n, margin=100).item()
        4900.0
    """
    magnitude_a = abnormal.mean(-2).norm(dim=-1)
    magnitude_n = normal.mean(-2).norm(dim=-1)
    return ((margin - magnitude_a).abs() + magnitude_n).square().mean()


def hinge_magnitude_loss(
    abnormal: Tensor, normal: Tensor, margin: float
) -> Tensor:
    """Hinge on the separability of Eq. 3, Eq. 6 of the paper.

    mean over pairs of max(0, m - (mean_K ||a|| - mean_K ||n||)), magnitudes
    averaged over crops.

    Args:
        abnormal (Tensor): Selected features (..., G, K, C) of abnormal videos.
        normal (Tensor): The same of normal videos; the shapes broadcast.
        margin (float): m, in units of the feature's norm.

    Returns:
        Tensor: Scalar >= 0. ||a|| = 60, ||n|| = 30, m = 100 gives 70.

    Examples:
        >>> import torch
        >>> a, n = torch.full((1, 1, 1), 60.0), torch.full((1, 1, 1), 30.0)
        >>> hinge_magnitude_loss(a, n, margin=100).item()
        70.0
    """
    separability = abnormal.norm(dim=-1).mean((-1, -2)) - normal.norm(
        dim=-1
    ).mean((-1, -2))
    return (margin - separability).clamp(min=0).mean()


@MODELS.register_module()
class MagnitudeLoss(nn.Module):
    """Ranks the magnitudes of abnormal videos above those of normal ones.

    Args:
        form (str): 'released' or 'hinge' (Eq. 6 of the paper). Defaults to
            'released'.
        margin (float): Parameter m. Defaults to 100.
        pairing (str): 'aligned' compares the i-th abnormal with the i-th
            normal video, as the release does; 'all' each abnormal with each
            normal one (Eq. 1 sums over all pairs), those of other processes
            too. Defaults to 'aligned'.
        loss_weight (float): Factor of the term. Defaults to 1e-4.

    Examples:
        >>> import torch
        >>> a = torch.full((1, 1, 1, 1), 60.0)
        >>> round(MagnitudeLoss(margin=100)(a, a / 2).item(), 6)
        0.49
    """

    def __init__(
        self,
        form: str = 'released',
        margin: float = 100.0,
        pairing: str = 'aligned',
        loss_weight: float = 1e-4,
    ) -> None:
        super().__init__()
        if form not in FORMS:
            raise ValueError(
                f'MagnitudeLoss: form must be one of {FORMS}, got {form!r}'
            )
        if pairing not in PAIRINGS:
            raise ValueError(
                'MagnitudeLoss: pairing must be one of '
                f'{PAIRINGS}, got {pairing!r}'
            )
        self.function = (
            released_magnitude_loss
            if form == 'released'
            else hinge_magnitude_loss
        )
        self.margin = margin
        self.pairing = pairing
        self.loss_weight = loss_weight

    def forward(self, abnormal: Tensor, normal: Tensor) -> Tensor:
        """Compute the weighted term.

        Args:
            abnormal (Tensor): (P, G, K, C) selected features.
            normal (Tensor): (P, G, K, C).

        Returns:
            Tensor: Scalar.
        """
        abnormal = at_least_float32(abnormal)
        normal = at_least_float32(normal)
        if self.pairing == 'all':
            normal = rows_of_all_ranks(normal)
            abnormal, normal = abnormal[:, None], normal[None]
        return self.loss_weight * self.function(abnormal, normal, self.margin)
