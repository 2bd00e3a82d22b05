"""From a config file and command-line choices to a runner."""

import copy
import difflib
import gc
import itertools
import os
import os.path as osp
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import ContextManager, Optional, Union

import torch
from mmaction.registry import DATASETS, RUNNERS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner, find_latest_checkpoint

from ..datasets.checking import check_data
from ..engine.log_files import quiet_logging, tell_once
from ..engine.runner import AnomalyRunner
from ..io.folder_lock import lock_folder
from ..io.names import printable
from .config_names import read_config
from .epochs import set_epochs
from .model_keys import check_model_keys
from .vis_backends import set_vis_backends

# What mmengine's Runner reads from a config; see Runner.from_cfg.
RUNNER_KEYS = (
    'model',
    'work_dir',
    'train_dataloader',
    'val_dataloader',
    'test_dataloader',
    'train_cfg',
    'val_cfg',
    'test_cfg',
    'auto_scale_lr',
    'optim_wrapper',
    'param_scheduler',
    'val_evaluator',
    'test_evaluator',
    'default_hooks',
    'custom_hooks',
    'data_preprocessor',
    'load_from',
    'resume',
    'launcher',
    'env_cfg',
    'log_processor',
    'log_level',
    'visualizer',
    'default_scope',
    'randomness',
    'experiment_name',
    'custom_imports',
    'model_wrapper_cfg',
    'sync_bn',
    'compile',
    'activation_checkpointing',
    'efficient_conv_bn_eval',
    'runner_type',
)

# Names of checkpoints to go on from.
CHECKPOINT = re.compile(r'(?:iter|epoch)_(\d+)\.pth')

_runs = itertools.count(1)


def load_config(
    config: Union[str, Config],
    cfg_options: Optional[dict] = None,
    work_dir: Optional[str] = None,
    launcher: str = 'none',
    fill_channels: bool = True,
) -> Config:
    """Read a config and what the command line says to it.

    Args:
        config (str or Config): Config file, by path or shipped name (see
            :func:`.config_names.find_config`), or a config.
        cfg_options (dict, optional): Keys to override, the last word.
        work_dir (str, optional): Where logs and checkpoints go; else the
            config's ``work_dir``, else ``work_dirs/<config's name>``.
        launcher (str): 'none', 'pytorch', 'slurm' or 'mpi'.
        fill_channels (bool): Whether to read the model's C from the features
            where the config leaves it open; else :func:`set_channels` does.
            Defaults to True.

    Returns:
        Config: Complete.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no config of a detector, a key looks like a
            misspelt one, or two contradict.
    """
    if not isinstance(config, Config):
        config = read_config(config, 'model')
    config.launcher = launcher
    if cfg_options:
        config.merge_from_dict(cfg_options)
    check_keys(config)
    check_numbers(config)
    if config.get('model'):
        check_model_keys(config.model)
    set_epochs(config)
    set_vis_backends(config)
    if work_dir is not None:
        config.work_dir = work_dir
    elif config.get('work_dir') is None:
        name = osp.splitext(osp.basename(config.filename))[0]
        config.work_dir = osp.join('work_dirs', name)
    if fill_channels:
        set_channels(config)
    return config


def check_keys(config: Config) -> None:
    """Refuse top-level keys that look like misspelt ones of the Runner.

    mmengine reads the keys that it knows and passes over the rest, since a
    config may define variables; ``optim_wraper`` would train with whatever
    the base says. :func:`~.model_keys.check_model_keys` looks at those inside
    ``model``.

    Args:
        config (Config): The config.

    Raises:
        ValueError: Names the key and what was probably meant.
    """
    for key in config:
        close = difflib.get_close_matches(key, RUNNER_KEYS, 1, cutoff=0.85)
        if key not in RUNNER_KEYS and close:
            raise ValueError(
                f'config key {key!r} is not known; did you mean {close[0]!r}?'
            )


def check_numbers(config: Config) -> None:
    """Refuse what is no number where the training counts.

    Args:
        config (Config): The config.

    Raises:
        ValueError: Names the key.
    """
    counts = config.get('train_cfg') or {}
    for key in ('max_iters', 'max_epochs', 'val_begin', 'val_interval'):
        value = counts.get(key)
        if value is not None and type(value) is not int:
            raise ValueError(
                f'train_cfg.{key}: expected a whole number, found {value!r}'
            )


def set_channels(config: Config) -> None:
    """Take the model's C from the features, where the config leaves it open.

    Args:
        config (Config): Changed in place.
    """
    # Videos do not tell what a backbone makes of them.
    if config.model.get('in_channels', 0) is None and not config.model.get(
        'backbone'
    ):
        config.model.in_channels = channels_of_data(config)


def channels_of_data(config: Config) -> int:
    """Read C from the features that a config names.

    Args:
        config (Config): With ``test_dataloader`` or ``train_dataloader``.

    Returns:
        int: C.
    """
    init_default_scope(config.get('default_scope', 'mmaction'))
    loader = config.get('train_dataloader') or config.test_dataloader
    dataset = loader.dataset.get('dataset', loader.dataset)
    return DATASETS.build(dataset).get_data_info(0)['num_channels']


def refuse_bad_data(config: Config) -> None:
    """Look at annotations, names and headers before a training starts.

    Warnings are printed. Every process of a distributed run looks for
    itself, since none may go on alone, and the first one speaks.

    Args:
        config (Config): Of the training; the data sets that it reads are
            checked: that of training, that of validation, if any, and that
            of a test at its end.

    Raises:
        SystemExit: If there are errors, with what ``tools/data/check.py``
            prints of them.
    """
    if config.model.get('backbone'):
        return  # data sets of videos open each of them when they are built
    loaders = ['train', 'val']
    if any(
        _type_name(hook) == 'FinalTestHook'
        for hook in config.get('custom_hooks') or []
    ):
        loaders.append('test')
    report = check_data(config, values=False, loaders=loaders)
    is_first = is_first_process()
    words = '\n'.join([*report.lines(), report.verdict])
    if not report.ready:
        raise SystemExit(words if is_first else 1)
    if report.findings and is_first:
        print(printable(words, keep='\n'), file=sys.stderr)


def is_first_process() -> bool:
    """Whether this is the first process of a run, or the only one.

    Before torch.distributed starts, the launchers' variables tell.
    """
    ranks = (
        os.environ.get(name)
        for name in ('RANK', 'SLURM_PROCID', 'OMPI_COMM_WORLD_RANK')
    )
    return next(filter(None, ranks), '0') == '0'


def lock_run(folder: str, what: str, instead: str) -> ContextManager[None]:
    """Have a folder to oneself and one's ranks; see :func:`lock_folder`.

    Args:
        folder (str): Made if it is missing.
        what (str): As there.
        instead (str): As there.

    Returns:
        ContextManager: Holds the lock in the first process of a run; the
        others do nothing, since they live and end with the first.
    """
    if is_first_process():
        return lock_folder(folder, what, instead)
    return nullcontext()


def _type_name(options: dict) -> str:
    kind = options.get('type')
    return getattr(kind, '__name__', str(kind))


def latest_checkpoint(work_dir: str) -> Optional[str]:
    """Find the checkpoint to resume from.

    Args:
        work_dir (str): Where a run was before.

    Returns:
        str or None: The one that the run noted last, in this folder, which
        may have been copied or moved meanwhile; the newest there, where the
        note was torn by a kill; where there is none, the noted one of the
        folder that ``out_dir`` of the ``CheckpointHook`` names, if any.
    """
    noted = find_latest_checkpoint(work_dir)
    if noted and (own := Path(work_dir) / Path(noted).name).is_file():
        return str(own)
    found = sorted(
        (int(match[1]), str(path))
        for path in Path(work_dir).glob('*.pth')
        if (match := CHECKPOINT.fullmatch(path.name))
    )
    if found:
        return found[-1][1]
    if not noted or not osp.isfile(noted):
        return None
    # The folder that this one is a copy of goes on by itself.
    is_work_dir = osp.isfile(Path(noted).with_name('last_checkpoint'))
    return None if is_work_dir else noted


def set_resume(config: Config, resume: Optional[str]) -> None:
    """Say where training goes on.

    Args:
        config (Config): Changed in place.
        resume (str, optional): 'auto' for the latest checkpoint in the work
            directory, if any; a path; None to leave the config as it is.
    """
    if resume == 'auto':
        resume = latest_checkpoint(config.work_dir)
        config.load_from = None
    if resume is not None:
        config.resume = True
        config.load_from = resume


def set_amp(config: Config) -> None:
    """Train in mixed precision, in the way that the machine can.

    A GPU gets mmengine's ``AmpOptimWrapper``, which refuses to run on a CPU;
    there the model casts to bfloat16 itself.

    Args:
        config (Config): Changed in place.
    """
    if not torch.cuda.is_available():
        config.model.autocast = True
        return
    kind = config.optim_wrapper.get('type', 'OptimWrapper')
    if kind not in ('OptimWrapper', 'AmpOptimWrapper'):
        raise ValueError(f'--amp does not go with the optim_wrapper {kind!r}')
    config.optim_wrapper.type = 'AmpOptimWrapper'
    config.optim_wrapper.setdefault('loss_scale', 'dynamic')


def build_runner(config: Config) -> Runner:
    """Build the runner that a config asks for.

    mmengine finds log and visualizer by the experiment's name, which it makes
    of the config's name and the second; a later run of a process gets a name
    of its own, or it would write into the folders of one that began in the
    same second.

    Args:
        config (Config): Complete.

    Returns:
        Runner: :class:`AnomalyRunner`, or what ``runner_type`` names.
    """
    run = next(_runs)
    if run > 1:
        name = (
            config.get('experiment_name')
            or Path(config.filename or 'run').stem
        )
        config = copy.copy(config)
        config.experiment_name = f'{name}-{run}'
    with quiet_logging():
        if 'runner_type' in config:
            runner = RUNNERS.build(config)
        else:
            runner = AnomalyRunner.from_cfg(config)
    tell_once(runner.logger)
    return runner


def leave_distributed() -> None:
    """End the process group; without it gloo aborts when Python exits."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        # A wrapped model that is still waiting for collection keeps the group.
        gc.collect()
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()
