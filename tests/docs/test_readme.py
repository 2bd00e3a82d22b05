"""README.md: its commands are run, the long ones on small data."""

import re
import subprocess
from importlib import import_module

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from rtfm_mmaction.apis.running import load_config
from tests.support.brightness import make_place, write_video
from tests.support.fenced import blocks, commands
from tests.support.fitting import take_few_steps
from tests.support.forked_grid import forked_grid
from tests.support.forking import run_script
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config

BLOCKS = blocks(ROOT / 'README.md')
RTFM = ROOT / 'rtfm_command.py'
BRIGHT = 250
# What stands in for what takes long or is not here: pattern -> words.
SMALL = (
    (r'^fit .*', r'\g<0> --folds 2 --device cpu --dtype fp32'),
    (r'^(fit|infer|stream) .*', r'\g<0> --extractor extractor.py'),
    (r'rtsp://camera/stream', 'new_videos/v0.mp4'),
    (r'inception-i3d_kinetics400_10crop', 'extractor.py'),
    (r'rtfm_i3d_ucf(?= |$)', 'rtfm_i3d_ucf.py'),
    (r'iter_15000', 'iter_3'),
)


def write_videos(folder, bright, count=4):
    """Videos of greys, with a bright snippet or without."""
    rng = np.random.default_rng(bright)
    folder.mkdir(parents=True)
    for index in range(count):
        runs = [(16, int(grey)) for grey in rng.integers(0, 60, 9)]
        if bright:
            runs[4] = (16, BRIGHT)
        write_video(folder / f'v{index}.mp4', *runs)


@pytest.fixture(scope='module')
def place(module_path):
    """A folder in which all of the page's commands have run."""
    make_place(module_path)
    write_videos(module_path / 'videos/with', True)
    write_videos(module_path / 'videos/without', False)
    write_videos(module_path / 'new_videos', True, count=1)
    config = small_config(
        make_data(module_path / 'data'),
        'rtfm_i3d_ucf',
        train_cfg__max_iters=3,
    )
    config.pop('work_dir')
    config.dump(module_path / 'rtfm_i3d_ucf.py')
    with forked_grid() as patch:
        take_few_steps(patch)
        for block in BLOCKS:
            if block.kind != 'bash':
                continue
            for program, *words in commands(block.text):
                if program == 'make':
                    continue
                assert program == 'rtfm'
                line = ' '.join(words)
                for pattern, small in SMALL:
                    line = re.sub(pattern, small, line)
                code, said = run_script(RTFM, *line.split(), cwd=module_path)
                assert code == 0, f'{line}\n{said}'
    return module_path


def test_the_commands_leave_what_the_page_says(place):
    """Oracle: the names in its text."""
    for name in (
        'detector/README.md',
        'detector/report.html',
        'results/report.html',
        'results/events.csv',
        'events.jsonl',
        'predictions.json',
    ):
        assert (place / name).stat().st_size, name
    assert len(list((place / 'features/i3d').rglob('*.npy'))) == 8


def test_make_has_the_targets_and_gives_tools_what_they_take():
    """Oracle: make itself, which prints what it would run, and the parsers of
    the tools that it would call."""
    wanted = [
        words[1]
        for block in BLOCKS
        if block.kind == 'bash'
        for words in commands(block.text)
        if words[0] == 'make'
    ]
    assert wanted == ['demo', 'test']
    for target in wanted:
        printed = subprocess.run(
            ['make', '--dry-run', target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = [
            words
            for words in commands(printed)
            if len(words) > 1 and words[1].startswith('tools/')
        ]
        assert len(found) == (3 if target == 'demo' else 0)
        for _, tool, *arguments in found:
            text = (ROOT / tool).read_text()
            module = re.match(r'from (\S+) import main', text)[1]
            import_module(module).make_parser().parse_args(arguments)


def test_the_loss_of_its_own_is_in_the_model(tmp_path, monkeypatch):
    """Oracle: by hand, ||n|| / ||a|| = 1 / 2."""
    for block in BLOCKS:
        if block.kind == 'python':
            (tmp_path / block.name).write_text(block.text)
    monkeypatch.syspath_prepend(str(tmp_path))
    config = load_config(str(tmp_path / 'my_config.py'), fill_channels=False)
    loss = MODELS.build(config.model.head.loss_magnitude)
    normal = torch.ones(1, 1, 3, 4)
    assert loss(2 * normal, normal).item() == 0.5
