"""One batch that lies on several processes (ranks).

DDP averages the ranks' gradients. A term that is a mean over pairs is right by
that; one that sums over the batch, or crosses from pair to pair, has to see
the pairs of all ranks.
"""

from mmengine.dist import get_rank, get_world_size
from torch import Tensor
from torch.distributed.nn.functional import all_reduce


def rows_of_all_ranks(rows: Tensor) -> Tensor:
    """Put the rows of all ranks together, in the order of one process.

    Pair n of a batch lies on rank n mod W, as
    :class:`~rtfm_mmaction.datasets.samplers.PairedInfiniteSampler` deals them
    out. Gradients go back to the ranks; each rank's loss of all rows, averaged
    by DDP, has the gradient of one process's loss.

    Args:
        rows (Tensor): (P, ...), a row a pair, P the same on all W ranks.

    Returns:
        Tensor: (P x W, ...); ``rows`` themselves in a single process, and
        where no gradient is wanted, so that one rank alone may ask.
    """
    ranks = get_world_size()
    if ranks == 1 or not rows.requires_grad:
        return rows
    together = rows.new_zeros(len(rows) * ranks, *rows.shape[1:])
    together[get_rank() :: ranks] = rows
    return all_reduce(together)
