"""docs/six_methods: each command of run.sh is one, and show.py reads."""

import json
import os
import runpy
import shlex
import subprocess
import sys
from importlib import import_module

from rtfm_command import MAIN, WORKSHOP
from tests.support.helpers import ROOT

FOLDER = ROOT / 'docs/six_methods'


def recorded(folder):
    """Commands that run.sh gives, each in a list, by an rtfm that notes."""
    fake = folder / 'bin/rtfm'
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {folder}/noted\n')
    fake.chmod(0o755)
    path = f'{fake.parent}{os.pathsep}{os.environ["PATH"]}'
    subprocess.run(
        ['bash', FOLDER / 'run.sh'],
        cwd=folder,
        env=dict(os.environ, PATH=path),
        check=True,
    )
    return [
        shlex.split(line)
        for line in (folder / 'noted').read_text().split('\n')
    ][:-1]


def test_its_commands_are_taken_by_their_parsers(tmp_path):
    """Oracles: each command's own parser, and the shipped configs; six sets
    by seven rows, two machines each, and six cross-fits each."""
    counts = {}
    for command, *words in recorded(tmp_path):
        room = MAIN
        if command == 'workshop':
            room, command, *words = WORKSHOP, *words
        arguments = (
            import_module(room.module(command)).make_parser().parse_args(words)
        )
        configs = arguments.config
        for config in [configs] if isinstance(configs, str) else configs:
            assert (
                os.path.isfile(config)
                or (ROOT / f'configs/{config}.py').is_file()
            ), config
        counts[command] = counts.get(command, 0) + 1
    assert counts == {
        'compare': 42,
        'dictionary': 6,
        'classic-baselines': 12,
        'cross-fit': 36,
    }


def test_tables_and_picture_are_of_what_is_there(
    tmp_path, monkeypatch, capsys
):
    """Oracle: mean and sample deviation of two numbers, by hand; one printed
    figure; dashes for all else."""
    for seed, auc in ((0, 0.5), (1, 0.7)):
        file = tmp_path / f'easy/mgfn/mgfn_i3d_composed/seed{seed}/result.json'
        file.parent.mkdir(parents=True)
        last = {'anomaly/AUC': auc, 'anomaly/AP': 0.25}
        file.write_text(json.dumps(dict(last=last)))
    (tmp_path / 'easy/linear-svm.txt').write_text(
        '│ anomaly/AUC │ 0.7131 │\n│ anomaly/AP  │ 0.3426 │\n'
    )
    out = tmp_path / 'pictures'
    monkeypatch.setattr(
        sys, 'argv', ['show.py', str(tmp_path), '--out', str(out)]
    )
    runpy.run_path(str(FOLDER / 'show.py'), run_name='__main__')
    auc, ap, *_ = capsys.readouterr().out.split('\n\n')
    assert '| MGFN | – | – | – | 0.600 ± 0.141 | – | – |' in auc
    assert '| MGFN | – | – | – | 0.250 ± 0.000 | – | – |' in ap
    assert '| linear SVM | – | – | – | 0.713 | – | – |' in auc
    assert (out / 'six_methods.png').stat().st_size > 10_000
