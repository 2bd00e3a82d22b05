"""From clips to features, in chunks.

A clip is one crop of one snippet. Shapes: M clips, L frames of a clip, C
channels, H and W rows and columns of pixels.
"""

from itertools import chain, islice
from typing import Callable, Iterable, Iterator, List, Optional

import numpy as np
import torch
from mmengine.utils.dl_utils.parrots_wrapper import _BatchNorm
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .deep_conv3d import DeepConv3dInFloat32

# Turns clips of 0 to 255 into what the backbone expects.
Normalize = Callable[[Tensor], Tensor]


def is_frozen(backbone: nn.Module) -> bool:
    """Whether nothing of a backbone is trained."""
    return not any(p.requires_grad for p in backbone.parameters())


def fix_batch_norms(backbone: nn.Module) -> None:
    """Let batch norms use their running statistics, in training too.

    Those of a chunk are not those of the batch, and a chunk that is computed
    twice would count twice.
    """
    for module in backbone.modules():
        if isinstance(module, _BatchNorm):
            module.eval()


def encode_clips(
    backbone: nn.Module,
    clips: Tensor,
    normalize: Normalize,
    chunk: Optional[int] = None,
    recompute: bool = True,
) -> Tensor:
    """Features of clips: the backbone's output averaged over time and place.

    Args:
        backbone (nn.Module): Maps (M, 3, L, H, W) to (M, C, ...). No graph is
            kept where all of it is frozen.
        clips (Tensor): (M, L, H, W, 3) uint8.
        normalize (Callable): See :data:`Normalize`.
        chunk (int, optional): Clips of one pass. Defaults to None: all.
        recompute (bool): Whether a chunk's activations are thrown away and
            computed again for the gradients, so that those of one chunk
            are there at a time; of no concern where ``chunk`` is None.
            Defaults to True.

    Returns:
        Tensor: (M, C) float32, or float64 of a backbone in it.

    Raises:
        ValueError: If the backbone's output is something else.
    """

    def encode(part: Tensor) -> Tensor:
        return _encode(backbone, normalize(part))

    trained = torch.is_grad_enabled() and not is_frozen(backbone)
    with torch.set_grad_enabled(trained):
        if chunk is None:
            return encode(clips)
        if trained and recompute:
            parts = [
                checkpoint(encode, part, use_reentrant=False)
                for part in clips.split(chunk)
            ]
        else:
            parts = [encode(part) for part in clips.split(chunk)]
        return torch.cat(parts)


def _encode(backbone: nn.Module, clips: Tensor) -> Tensor:
    """(M, L, H, W, 3) numbers -> (M, C)."""
    with DeepConv3dInFloat32():
        # With the channels last in memory, this is channels_last_3d as it is.
        outputs = backbone(clips.permute(0, 4, 1, 2, 3))
    if not isinstance(outputs, Tensor) or outputs.ndim < 2:
        raise ValueError(
            f'{type(backbone).__name__}: expected an output of '
            f'(B, C, ...), found {type(outputs).__name__}'
        )
    if outputs.dtype in (torch.float16, torch.bfloat16):
        outputs = outputs.float()
    return outputs.flatten(2).mean(2) if outputs.ndim > 2 else outputs


def read_chunks(
    snippets: Iterable[List[np.ndarray]], chunk: Optional[int]
) -> Iterator[Tensor]:
    """Put the clips of a video into chunks, across its snippets.

    Args:
        snippets (Iterable): Such as a ``SnippetReader``: the crops of each
            snippet, (L, H, W, 3) uint8.
        chunk (int, optional): Clips of a chunk; None: a snippet's crops.

    Yields:
        Tensor: (M, L, H, W, 3) uint8, M <= ``chunk``.
    """
    if chunk is None:
        for crops in snippets:
            yield torch.from_numpy(np.stack(crops))
        return
    clips = chain.from_iterable(snippets)
    while batch := list(islice(clips, chunk)):
        yield torch.from_numpy(np.stack(batch))
