"""Distributed runs on machines without a GPU, by mmengine alone."""

import socket

import pytest
import torch
from mmengine.model import BaseModel, MMDistributedDataParallel
from mmengine.runner import Runner
from torch import nn

from rtfm_mmaction import compat


class Halving(BaseModel):
    """(B, 4) -> (B, 2), the mean of the first and of the second half."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2, bias=False)
        self.linear.weight.data = torch.tensor(
            [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]
        )

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return self.linear(inputs)


@pytest.mark.skipif(torch.cuda.is_available(), reason='this machine has a GPU')
@pytest.mark.parametrize('wrapping', [None, dict(find_unused_parameters=True)])
def test_runner_wraps_the_model(wrapping, tmp_path, monkeypatch):
    """As ``mim train mmaction … --launcher pytorch`` has it, whether or not
    the config says how to wrap. Oracle: the model's output, by hand."""
    compat.apply()
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    for name, value in dict(
        RANK=0,
        LOCAL_RANK=0,
        WORLD_SIZE=1,
        MASTER_ADDR='127.0.0.1',
        MASTER_PORT=port,
    ).items():
        monkeypatch.setenv(name, str(value))
    runner = None
    try:
        runner = Runner(
            Halving(),
            str(tmp_path),
            launcher='pytorch',
            env_cfg=dict(dist_cfg=dict(backend='nccl')),
            cfg=dict(model_wrapper_cfg=wrapping),
            experiment_name=f'without_gpu-{wrapping is None}',
        )
        assert isinstance(runner.model, MMDistributedDataParallel)
        found = runner.model(torch.tensor([[1.0, 3.0, 5.0, 9.0]]))
        assert found.tolist() == [[2.0, 7.0]]
    finally:
        # First: the last one to hold the group waits for its thread, and the
        # wrapper would hold Python's lock meanwhile, which that thread wants.
        runner = None
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()
