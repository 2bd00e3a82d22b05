"""The training that :func:`measure_store_training` starts and watches.

Run as a program, with the arguments of :func:`train` as JSON.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Dict, List

from mmaction.registry import HOOKS
from mmengine.config import Config
from mmengine.hooks import Hook

import rtfm_mmaction  # noqa: F401  repairs the stack, registers components

from ...apis import build_runner, load_config
from .data import source_config
from .store_training import STARTED


@HOOKS.register_module()
class WatchHook(Hook):
    """Notes the time of the first batch, and memory after each step.

    Args:
        out_file (str): JSON file to write.
    """

    def __init__(self, out_file: str) -> None:
        self.out_file = Path(out_file)
        self.figures: Dict[str, float] = {}

    def before_train_iter(self, runner, batch_idx, data_batch=None) -> None:
        """Note how long the start of the process is ago."""
        self.figures.setdefault(
            'first batch', time.time() - float(os.environ[STARTED])
        )

    def after_train_iter(self, runner, *args, **kwargs) -> None:
        """Note the loader's processes, which are gone at the end."""
        workers = sum(map(resident_bytes, children_of(os.getpid())))
        self.figures['workers'] = max(self.figures.get('workers', 0), workers)

    def after_train(self, runner) -> None:
        """Write down what was seen."""
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.figures['trainer'] = usage * 1024
        self.out_file.write_text(json.dumps(self.figures))


def children_of(process: int) -> List[int]:
    """Processes that a process has started (Linux)."""
    folder = Path(f'/proc/{process}/task')
    return [
        int(child)
        for task in folder.glob('*/children')
        for child in task.read_text().split()
    ]


def resident_bytes(process: int) -> int:
    """Memory of a process, shared pages by its share of them (Linux)."""
    rollup = Path(f'/proc/{process}/smaps_rollup').read_text()
    return (
        next(
            int(line.split()[1])
            for line in rollup.splitlines()
            if line.startswith('Pss:')
        )
        * 1024
    )


def train(folder: str, channels: int, pairs: int, steps: int) -> None:
    """Train on the store with the settings of ``rtfm_i3d_ucf.py``."""
    config = Config(
        dict(
            default_scope='mmaction',
            work_dir=folder,
            model=dict(
                type='AnomalyDetector',
                in_channels=channels,
                neck=dict(type='MTN'),
                head=dict(type='RTFMHead'),
            ),
            train_dataloader=dict(
                batch_size=pairs,
                num_workers=2,
                persistent_workers=True,
                sampler=dict(type='PairedInfiniteSampler'),
                dataset=dict(
                    type='PairedWeakLabelDataset',
                    dataset=dict(**source_config(folder, 32), store='store'),
                ),
            ),
            train_cfg=dict(type='IterBasedTrainLoop', max_iters=steps),
            optim_wrapper=dict(
                type='OptimWrapper',
                optimizer=dict(
                    type='Adam', lr=1e-3, weight_decay=5e-3, fused=True
                ),
            ),
            custom_hooks=[
                dict(
                    type='WatchHook',
                    out_file=os.path.join(folder, 'figures.json'),
                )
            ],
            default_hooks=dict(checkpoint=None),
            log_level='WARNING',
            randomness=dict(seed=0),
        )
    )
    build_runner(load_config(config)).train()


if __name__ == '__main__':
    train(**json.loads(sys.argv[1]))
