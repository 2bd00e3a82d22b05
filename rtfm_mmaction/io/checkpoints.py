"""Reading checkpoints, and nothing that a file could run.

All tensors that others saved come through :func:`load_checkpoint_safely`:
our own doors and, since :func:`load_runner_checkpoints`, mmengine's, whatever
prefix an address has. Addresses are fetched to a file first, sizes are looked
at before anything is unpacked, torch reads tensors and plain values alone, and
what mmengine would run or delete is taken out.
"""

import os
import re
from pathlib import Path, PurePath
from typing import Any, Optional, Union

import torch
from mmengine.runner import checkpoint as mmengine_checkpoint

from ..compat import checkpoint_globals
from .archives import ZIP_MAGIC, check_zip
from .fetching import CheckpointError, as_file, is_address

SAFETENSORS = '.safetensors'
TRUST = 'TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'
# Texts of configs: mmengine's Runner.resume and BaseInferencer run them.
CONFIGS = ('config', 'cfg')
# Beginning of the notes of the best checkpoint, which CheckpointHook removes,
# a folder with all below it, when it has a better one.
BEST = 'best_ckpt'


def load_checkpoint_safely(
    filename: Union[str, Path], map_location: Any = None
) -> Any:
    """Load a checkpoint without running code that it may contain.

    Since torch 2.6 ``torch.load`` refuses every class that it does not know,
    mmengine's own ``HistoryBuffer`` in each Runner checkpoint among them.
    This loader names the few classes that such a checkpoint needs and stays
    strict for the rest. Can go when mmengine declares them itself.

    Args:
        filename (str or Path): Path of the checkpoint, or an address of any
            kind that mmengine knows, see
            :func:`~rtfm_mmaction.io.fetching.as_file`.
        map_location: Passed to :func:`torch.load`.

    Returns:
        Any: What was saved, as a rule a dict, without what
        :func:`drop_orders` takes out.

    Raises:
        FileNotFoundError: If there is no such file.
        CheckpointError: If nothing can be fetched from an address; if the
            file is damaged, would unpack to far more than its size or needs
            classes that are not known to be harmless.
            ``TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1`` in the environment (torch's
            own switch) turns the checks off for files that you trust; not
            for addresses.
    """
    fetched = is_address(filename)
    with as_file(filename) as path:
        if not path.is_file():
            raise FileNotFoundError(
                f'{filename}: expected a checkpoint, found no such file'
            )
        trusted = os.environ.get(TRUST) in ('1', 'y', 'yes', 'true')
        if trusted and not fetched and path.suffix != SAFETENSORS:
            content = torch.load(path, map_location=map_location)
        else:
            try:
                content = _read(path, map_location)
            # torch raises half a dozen kinds here.
            except Exception as error:
                raise _refusal(str(filename), error, fetched) from error
    if str(filename).startswith('mmcls://'):
        # Recognizers of images, wanted for their backbones.
        content = mmengine_checkpoint._process_mmcls_checkpoint(content)
    folder = None if fetched else Path(filename).expanduser().parent
    return drop_orders(content, folder)


def _read(path: Path, map_location: Any) -> Any:
    if path.suffix == SAFETENSORS:
        from safetensors.torch import load_file

        # Tensors alone, and their places in the file are checked.
        return load_file(path, device=str(map_location or 'cpu'))
    with open(path, 'rb') as file:
        is_zip = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    # Torch's older kind of file is not packed: its tensors are as long as
    # their bytes in the file, or it ends too early.
    if is_zip:
        check_zip(path)
    with torch.serialization.safe_globals(checkpoint_globals()):
        return torch.load(path, map_location=map_location, weights_only=True)


def _refusal(name: str, error: Exception, fetched: bool) -> CheckpointError:
    reason = str(error).strip().splitlines()
    detail = next(
        (line for line in reason if 'GLOBAL' in line or 'Unsupported' in line),
        reason[0] if reason else '',
    )
    trust = 'and you trust whoever made it, '
    trust += 'save it as a file and ' if fetched else ''
    return CheckpointError(
        f'{name}: expected a checkpoint of tensors and plain values, '
        f'found one that cannot be read safely ({type(error).__name__}: '
        f'{detail}). A damaged file has to be made again; if the file is '
        f'whole {trust}set {TRUST}=1 to load it all the same.'
    )


def drop_orders(content: Any, folder: Optional[Path] = None) -> Any:
    """Take out of a checkpoint what mmengine would run or delete.

    Plain values are enough for harm: ``Runner.resume`` runs the text under
    ``meta['config']``, ``BaseInferencer`` those under ``cfg``, and
    ``CheckpointHook`` deletes the file or folder that it finds noted as the
    best checkpoint.

    Args:
        content (Any): What was in the file; changed in place.
        folder (Path, optional): Where the file lies; the best checkpoint is
            one beside it. Defaults to None: elsewhere, so there is none.

    Returns:
        Any: ``content``.
    """
    if not isinstance(content, dict):
        return content
    hub = content.get('message_hub')
    notes = hub.get('runtime_info') if isinstance(hub, dict) else None
    for texts in (content.get('meta'), notes):
        if isinstance(texts, dict):
            for key in CONFIGS:
                texts.pop(key, None)
    if isinstance(notes, dict):
        for key in [key for key in notes if str(key).startswith(BEST)]:
            notes[key] = _beside(notes[key], folder)
        kept = notes.get('keep_ckpt_ids')
        if kept is not None and not (
            isinstance(kept, list) and all(type(step) is int for step in kept)
        ):
            del notes['keep_ckpt_ids']
    return content


def _beside(noted: Any, folder: Optional[Path]) -> Optional[str]:
    """Path of the noted checkpoint, if there can be such in the folder."""
    name = PurePath(noted).name if isinstance(noted, str) else ''
    if folder is None or not re.fullmatch(r'best_.+\.pth', name):
        return None
    path = folder / name
    if path.is_dir():
        return None
    # As it was noted where that is the same, so that runs stay the same.
    same = os.path.abspath(noted) == os.path.abspath(path)
    return noted if same else str(path)


def load_from_strict_loader(filename: str, map_location: Any = None) -> Any:
    """Read a checkpoint for mmengine, whose log calls loaders by such names.

    Args, Returns, Raises: see :func:`load_checkpoint_safely`.
    """
    return load_checkpoint_safely(filename, map_location)


def load_runner_checkpoints() -> None:
    """Make mmengine read all checkpoints by our strict loader."""
    loader = mmengine_checkpoint.CheckpointLoader
    loader.register_scheme(
        list(loader._schemes), load_from_strict_loader, force=True
    )
