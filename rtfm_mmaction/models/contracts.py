"""What other rooms of the package know of a detector's parts, and no more.

A **temporal neck** makes X of the features F, a **MIL head** judges X. Both
are registered in ``mmaction.registry.MODELS`` and built by what the config
says and ``in_channels``, C of the features (a head behind a neck whose D is
not C says its own ``in_channels`` in the config). Device, C and
standardisation are the detector's and its data preprocessor's to know.

A part that has ``forward``, ``loss`` and ``predict`` as below trains, tests,
scores files and is explained. What more it offers, it says by the optional
protocols: :class:`PiecewiseNeck` for videos of any length in fixed memory and
for streams; :class:`MagnitudeHead`, :class:`SelectingHead`,
:class:`CropHead` for explanations; :class:`WholeVideoPart` to be kept from
pieces; :class:`RankingHead` where no threshold is known beforehand.

Shapes: B videos, N crops, T snippets, C channels of the features, D channels
of the neck's output.

Example:
    A neck that adds the mean of the video, and a head of one layer:

    >>> class MeanNeck(nn.Module):
    ...     def __init__(self, in_channels):
    ...         super().__init__()
    ...
    ...     def forward(self, x):
    ...         return x + x.mean(2, keepdim=True)
    >>> class LinearHead(nn.Module):
    ...     def __init__(self, in_channels):
    ...         super().__init__()
    ...         self.score = nn.Linear(in_channels, 1)
    ...
    ...     def predict(self, x):
    ...         return dict(scores=self.score(x)[..., 0].sigmoid().mean(1))
    ...
    ...     def loss(self, x, labels):
    ...         highest = self.predict(x)['scores'].amax(1)
    ...         return dict(loss_cls=nn.functional.binary_cross_entropy(
    ...             highest, labels.float()))
    >>> neck, head = MeanNeck(5), LinearHead(5)
    >>> x = torch.rand(2, 10, 7, 5)  # B, N, T, C
    >>> {key: tuple(value.shape)
    ...  for key, value in predict_snippets(head, neck(x)).items()}
    {'scores': (2, 7)}
    >>> isinstance(head, MILHead), isinstance(neck, PiecewiseNeck)
    (True, False)
"""

from typing import (
    Any,
    Dict,
    Mapping,
    Optional,
    Protocol,
    Tuple,
    runtime_checkable,
)

import torch  # noqa: F401  the example at the top
from torch import Tensor, nn  # noqa: F401

# What a head may say of snippets; other keys are its own affair.
PREDICTED = ('scores', 'magnitudes', 'crop_scores', 'logits')
# By so much may a mean of scores leave [0, 1] by rounding.
ROUNDING = 1e-6


@runtime_checkable
class TemporalNeck(Protocol):
    """Adds to the features what the snippets around them tell."""

    def __call__(self, x: Tensor) -> Tensor:
        """Make X of F.

        Args:
            x (Tensor): F, (B, N, T, C) float, standardised where that is on;
                any B, N, T >= 1.

        Returns:
            Tensor: X, (B, N, T, D) float.
        """


@runtime_checkable
class PiecewiseNeck(Protocol):
    """A temporal neck that works on pieces of a video as on the whole.

    Two things are known beside a piece: the :attr:`reach` snippets around it,
    and one sum over the whole video. In evaluation mode, with ``memory`` the
    sum of :meth:`summarize` over all pieces divided by the video's T, the
    snippets of a piece that are :attr:`reach` or more away from cut ends come
    out as if the whole video had been given.
    """

    @property
    def reach(self) -> int:
        """Snippets to either side that an output depends on, >= 0."""

    @property
    def numbers_per_snippet(self) -> int:
        """Numbers held at once, for each snippet and crop, at the highest.

        Long videos are cut into pieces by it.
        """

    def summarize(self, x: Tensor) -> Tensor:
        """Sum up over a piece what the rest of the video has to know of it.

        Args:
            x (Tensor): F of the piece, (1, N, n, C).

        Returns:
            Tensor: Of any shape that does not depend on n, and of size 0
            where nothing has to be known. That of two pieces on end is the
            sum of both.
        """

    def __call__(self, x: Tensor, memory: Optional[Tensor] = None) -> Tensor:
        """Make X of F.

        Args:
            x (Tensor): F of whole videos, (B, N, T, C), or of a piece of one,
                (1, N, n, C).
            memory (Tensor, optional): What is known of the whole video, see
                above. Defaults to None: ``x`` is the whole.

        Returns:
            Tensor: X, (B, N, T, D) or (1, N, n, D).
        """


@runtime_checkable
class MILHead(Protocol):
    """Learns from the labels of videos, and judges snippets."""

    def loss(self, x: Tensor, labels: Tensor) -> Dict[str, Tensor]:
        """Compute the terms of the loss of a batch.

        Args:
            x (Tensor): X, (B, N, T, D).
            labels (Tensor): (B,) int64, 0 (normal) or 1 (abnormal).

        Returns:
            dict[str, Tensor]: Scalars. Those whose key has ``loss`` in it are
            added up, the others are logged.
        """

    def predict(self, x: Tensor) -> Dict[str, Tensor]:
        """Judge snippets, each by its own part of X.

        What snippets know of each other is the neck's affair, so that a piece
        of X is judged as within the whole; see :class:`WholeVideoPart`.

        Args:
            x (Tensor): X, (B, N, T, D).

        Returns:
            dict[str, Tensor]: ``scores`` (B, T) in [0, 1]; and where there
            are such, ``magnitudes`` (B, T) >= 0, ``crop_scores`` (B, T, N) in
            [0, 1], ``logits`` (B, T), of which ``scores`` are the sigmoids
            and which tell apart what their rounding does not. Other keys are
            passed over.
        """


@runtime_checkable
class WholeVideoPart(Protocol):
    """A neck or head that says whether it has to see all snippets at once.

    Attributes:
        needs_whole_video (bool): Of a head, whether a snippet's score depends
            on X of other snippets; of a neck with the interface of
            :class:`PiecewiseNeck`, whether that does not hold, such as of one
            that is made of others. Then no video is scored in pieces, nor any
            stream.
    """

    needs_whole_video: bool


@runtime_checkable
class MagnitudeHead(Protocol):
    """A head whose magnitudes can be explained."""

    def crop_magnitudes(self, x: Tensor) -> Tensor:
        """Tell the magnitude of each crop, with gradients.

        Args:
            x (Tensor): X, (B, N, T, D).

        Returns:
            Tensor: (B, N, T) float32, of which ``predict`` makes the
            ``magnitudes`` of snippets.
        """


@runtime_checkable
class SelectingHead(Protocol):
    """A head that chooses some snippets to stand for a video.

    Attributes:
        num_selected (int): K >= 1; also the name of the config's key, which
            checks of data sets look at.
    """

    num_selected: int


@runtime_checkable
class CropHead(Protocol):
    """A head that says what the crops are to it.

    Attributes:
        crop_mode (str): 'average' for views of one snippet, which is what is
            taken of a head that does not say; 'instance' where the highest
            crop makes the snippet. Also the name of the config's key.
    """

    crop_mode: str


@runtime_checkable
class RankingHead(Protocol):
    """A head whose scores may rank snippets and mean nothing beyond that.

    Attributes:
        scores_only_rank (bool): Whether 0.5 is no more than any other score,
            so that a threshold has to be stated, or learned from normal
            videos.
    """

    scores_only_rank: bool


def piecewise_neck(neck: Any, head: Any) -> Optional[PiecewiseNeck]:
    """Find out whether neck and head can score a video in pieces.

    Args:
        neck (TemporalNeck): Of a detector.
        head (MILHead): Of the same.

    Returns:
        PiecewiseNeck or None: The neck; None where the video has to be there
        as a whole.
    """
    if whole_video(neck) or whole_video(head):
        return None
    return neck


def whole_video(part: Any) -> bool:
    """Tell whether a neck or a head has to see all snippets at once.

    Args:
        part (TemporalNeck or MILHead): Of a detector.

    Returns:
        bool: What it says; else False of a head, and of a neck whether it is
        no :class:`PiecewiseNeck`.
    """
    if isinstance(part, WholeVideoPart):
        return part.needs_whole_video
    return not isinstance(part, (PiecewiseNeck, MILHead))


def crops_compete(head: Any) -> bool:
    """Tell whether the highest crop makes a snippet's score.

    Args:
        head (MILHead): Of a detector.

    Returns:
        bool: False where the head does not say.
    """
    return isinstance(head, CropHead) and head.crop_mode == 'instance'


def scores_only_rank(head: Any) -> bool:
    """Tell whether scores say which snippets are higher, and no more.

    Args:
        head (MILHead): Of a detector.

    Returns:
        bool: False where the head does not say: a score of 0.5 is as likely
        abnormal as not.
    """
    return isinstance(head, RankingHead) and head.scores_only_rank


def predict_snippets(head: MILHead, x: Tensor) -> Dict[str, Tensor]:
    """Run ``predict`` and check that it says what it has to.

    Args:
        head (MILHead): Of a detector.
        x (Tensor): X, (B, N, T, D).

    Returns:
        dict[str, Tensor]: Those of :data:`PREDICTED` that the head gives, in
        that order, float32.

    Raises:
        ValueError: If there are no scores, or a shape or range is another.
    """
    name = f'{type(head).__name__}.predict'
    found = head.predict(x)
    if not isinstance(found, Mapping) or 'scores' not in found:
        what = sorted(found) if isinstance(found, Mapping) else type(found)
        raise ValueError(
            f"{name}: expected a dict with the key 'scores', found {what}"
        )
    videos, crops, length = x.shape[:3]
    result = {}
    for key in PREDICTED:
        if key not in found:
            continue
        shape: Tuple[int, ...] = (videos, length)
        if key == 'crop_scores':
            shape = (videos, length, crops)
        if tuple(found[key].shape) != shape:
            raise ValueError(
                f'{name}: expected {key} of shape {shape}, found '
                f'{tuple(found[key].shape)}'
            )
        result[key] = found[key].float()
    lowest, highest = result['scores'].detach().aminmax()
    if lowest < -ROUNDING or highest > 1 + ROUNDING:
        raise ValueError(
            f'{name}: expected scores in [0, 1], as a sigmoid gives them, '
            f'found {lowest:.4g} to {highest:.4g}'
        )
    return result
