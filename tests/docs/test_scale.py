"""docs/scale.md and its recipes: what they call is there, shards are whole."""

import re
import shlex
import subprocess

import pytest
import yaml

from rtfm_mmaction.cli import extract
from rtfm_mmaction.io.shards import parse_shard
from rtfm_mmaction.workshop.benchmark.machine_hours import (
    hours_table,
    machine_hours,
)
from tests.support.helpers import ROOT

PAGE = (ROOT / 'docs/scale.md').read_text(encoding='utf-8')
SLURM = ROOT / 'docs/scale/slurm_array.sh'
JOB = ROOT / 'docs/scale/kubernetes_job.yaml'


def parsed(command):
    """What rtfm extract makes of a line; it exits at an unknown option."""
    assert command[:2] == ['rtfm', 'extract']
    return extract.make_parser().parse_args(command[2:])


def assert_whole(environments):
    """Each shard once, of as many as there are."""
    shards = [parse_shard('auto', environ) for environ in environments]
    assert {shard.count for shard in shards} == {len(shards)}
    assert sorted(shard.number for shard in shards) == [
        *range(1, len(shards) + 1)
    ]


def test_the_slurm_script():
    """Oracles: bash's own parser; sbatch's options, by its manual; the
    command's parser."""
    subprocess.run(['bash', '-n', SLURM], check=True)
    lines = SLURM.read_text().splitlines()
    assert lines[0].startswith('#!')
    options = dict(
        re.fullmatch(r'#SBATCH --([a-z-]+)(?:=(\S+))?', line).groups()
        for line in lines
        if line.startswith('#SBATCH')
    )
    assert options.keys() <= {
        *('job-name', 'array', 'cpus-per-task', 'mem', 'time'),
        *('requeue', 'output'),
    }
    # sbatch looks no further than the first command.
    first = next(n for n, line in enumerate(lines) if line[:1] != '#')
    assert all(line[:7] != '#SBATCH' for line in lines[first:])
    low, high = map(int, options['array'].split('-'))
    assert_whole(
        dict(
            SLURM_ARRAY_TASK_ID=str(task),
            SLURM_ARRAY_TASK_MIN=str(low),
            SLURM_ARRAY_TASK_COUNT=str(high - low + 1),
            SLURM_ARRAY_TASK_STEP='1',
        )
        for task in range(low, high + 1)
    )
    args = parsed(shlex.split(lines[-1]))
    assert args.shard == 'auto' and str(args.out) == '$FEATURES'


def test_the_kubernetes_job():
    """Oracles: the fields that the API of batch/v1 asks of an indexed job, by
    its reference; the command's parser."""
    job = yaml.safe_load(JOB.read_text())
    assert (job['apiVersion'], job['kind']) == ('batch/v1', 'Job')
    spec = job['spec']
    assert spec['completionMode'] == 'Indexed'
    assert spec['parallelism'] <= spec['completions']
    pod = spec['template']['spec']
    # What backoffLimitPerIndex asks for.
    assert pod['restartPolicy'] == 'Never'
    (container,) = pod['containers']
    environ = {entry['name']: entry['value'] for entry in container['env']}
    assert all(isinstance(value, str) for value in environ.values())
    assert_whole(
        dict(environ, JOB_COMPLETION_INDEX=str(index))
        for index in range(spec['completions'])
    )
    args = parsed(container['command'] + container['args'])
    mounts = {mount['mountPath'] for mount in container['volumeMounts']}
    assert args.shard == 'auto'
    assert mounts == {str(args.out), *args.videos}
    assert {mount['name'] for mount in container['volumeMounts']} == {
        volume['name'] for volume in pod['volumes']
    }


def test_the_table_is_computed():
    """Oracle: the function of the table; test_pages.py has the commands."""
    assert hours_table() in PAGE


def test_machine_hours_by_hand():
    """An hour of 25 frames/s has 5625 snippets of 16 frames; at 0.5 s each
    they take 2812.5 s, and half of that with every second frame."""
    assert machine_hours(1, 0.5) == pytest.approx(2812.5 / 3600)
    assert machine_hours(1, 0.5, step=2) == pytest.approx(1406.25 / 3600)
