"""Reading checkpoints, and nothing that a file could run."""

import os

import torch

from ..compat import checkpoint_globals


def load_checkpoint_safely(filename, map_location=None):
    """Load a local checkpoint without running code that it may contain.

    Since torch 2.6 ``torch.load`` refuses every class that it does not know,
    mmengine's own ``HistoryBuffer`` in each Runner checkpoint among them.
    This loader names the few classes that such a checkpoint needs and stays
    strict for the rest. Can go when mmengine declares them itself.

    Args:
        filename (str): Path of the checkpoint.
        map_location: As of :func:`torch.load`.

    Returns:
        dict: What was saved.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged or needs classes that are not known
            to be harmless. ``TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1`` in the
            environment (torch's own switch) turns the check off for files
            that you trust.
    """
    filename = os.path.expanduser(str(filename))
    if not os.path.isfile(filename):
        raise FileNotFoundError(f'{filename} can not be found.')
    if os.environ.get('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD') in (
        '1',
        'y',
        'yes',
        'true',
    ):
        return torch.load(filename, map_location=map_location)
    try:
        with torch.serialization.safe_globals(checkpoint_globals()):
            return torch.load(
                filename, map_location=map_location, weights_only=True
            )
    except Exception as error:  # torch raises half a dozen kinds here
        reason = str(error).strip().splitlines()
        detail = next(
            (
                line
                for line in reason
                if 'GLOBAL' in line or 'Unsupported' in line
            ),
            reason[0] if reason else '',
        )
        raise ValueError(
            f'{filename}: expected a checkpoint of tensors and plain values, '
            f'found one that cannot be read safely ({type(error).__name__}: '
            f'{detail}). A damaged file has to be made again; if the file is '
            'whole and you trust whoever made it, set '
            'TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1 to load it all the '
            'same.'
        ) from error


def load_runner_checkpoints() -> None:
    """Make mmengine read local checkpoints by our strict loader."""
    from mmengine.runner.checkpoint import CheckpointLoader

    if hasattr(torch.serialization, 'safe_globals'):
        CheckpointLoader.register_scheme(
            prefixes='', loader=load_checkpoint_safely, force=True
        )
