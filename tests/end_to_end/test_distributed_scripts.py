"""The scripts that start several processes, up to torch's launcher.

What the processes do is run by ``tests/support/ranks.py`` elsewhere.
"""

import os
import subprocess

import pytest
from torch.distributed.run import parse_args

from tests.support.helpers import ROOT


@pytest.fixture
def start(tmp_path):
    """Runs a script; returns what torch's launcher makes of its call."""
    python = tmp_path / 'python'
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)

    def start(*command, **env):
        printed = subprocess.run(
            command,
            cwd=ROOT,
            env={'PATH': f'{tmp_path}:{os.environ["PATH"]}', **env},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        assert printed[:2] == ['-m', 'torch.distributed.run']
        return parse_args(printed[2:])

    return start


SCRIPTS = [
    ('dist_train.sh', ['a config.py'], 'train.py'),
    ('dist_test.sh', ['a config.py', 'w.pth'], 'test.py'),
]


@pytest.mark.parametrize('script, inputs, tool', SCRIPTS)
def test_a_script_starts_its_tool(script, inputs, tool, start):
    """Oracle: the launcher's own parser; arguments stay whole."""
    called = start(f'tools/{script}', *inputs, '3', '--out', 'of mine')
    assert (ROOT / called.training_script).samefile(ROOT / 'tools' / tool)
    assert called.training_script_args == [
        *inputs,
        *('--out', 'of mine', '--launcher', 'pytorch'),
    ]
    assert called.nproc_per_node == '3'
    assert (called.nnodes, called.node_rank) == ('1', 0)
    assert (called.master_addr, called.master_port) == ('127.0.0.1', 29500)


@pytest.mark.parametrize('script, inputs, tool', SCRIPTS)
def test_several_machines(script, inputs, tool, start):
    """Oracle: the launcher's own parser, on the environment's variables."""
    called = start(
        *(f'tools/{script}', *inputs, '2'),
        **dict(NNODES='4', NODE_RANK='1', MASTER_ADDR='10.0.0.1', PORT='77'),
    )
    assert (called.nnodes, called.node_rank) == ('4', 1)
    assert (called.master_addr, called.master_port) == ('10.0.0.1', 77)
