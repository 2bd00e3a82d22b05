"""tools/analysis/cross_fit.py from the command line on."""

import json
import runpy

import pytest

from rtfm_mmaction.workshop.benchmark.watched_fit import fit_random
from tests.support.fitting import take_few_steps, try_one_dropout
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config

main = runpy.run_path(str(ROOT / 'tools/analysis/cross_fit.py'))['main']

RATE = 'optim_wrapper.optimizer.lr'


def test_a_benchmark_is_fitted_and_tested_once(tmp_path, monkeypatch, capsys):
    """Oracle: abnormal snippets are larger by far, so that what is far from
    normal ones finds each; one pair of figures for a mean, and one a fold for
    single models; a second call does nothing anew."""
    take_few_steps(monkeypatch)
    make_data(tmp_path / 'data', abnormal=4, normal=4)
    small_config(tmp_path / 'elsewhere').dump(tmp_path / 'config.py')
    out = tmp_path / 'out'
    command = [str(tmp_path / 'config.py'), '--out', str(out), '--cfg-options']
    for dataset in (
        'train_dataloader.dataset.dataset',
        'test_dataloader.dataset',
    ):
        command.append(f'{dataset}.data_root={tmp_path / "data"}')
    command += ['--seeds', '3', '--folds', '2']
    main(command)
    figures = json.loads((out / '3/figures.json').read_text())
    assert figures['test']['nearest neighbours, mean of folds'] == [[1, 1]]
    assert len(figures['test']['RTFM, dropout 0.3, single folds']) == 2
    assert figures['held_out']['AUC'] is None  # weak labels
    assert figures['chosen'] in figures['candidates']
    said = capsys.readouterr().out
    assert '| what fit chooses | ' in said
    assert (out / 'table.md').read_text() in said
    before = (out / '3/figures.json').stat().st_mtime_ns
    main(command)
    assert (out / '3/figures.json').stat().st_mtime_ns == before
    assert capsys.readouterr().out == said[said.index('| method') :]
    with pytest.raises(SystemExit, match="'folds': 3.*found .*'folds': 2"):
        main([*command[:-1], '3'])


def test_settings_are_chosen_by_held_out_videos(tmp_path, monkeypatch, capsys):
    """Property: the row of the chosen setting has the figures of the one of
    higher merit; figures of other settings are not taken for these."""
    take_few_steps(monkeypatch)
    make_data(tmp_path, abnormal=4, normal=4)
    small_config(tmp_path).dump(tmp_path / 'config.py')
    out = tmp_path / 'out'
    command = [str(tmp_path / 'config.py'), '--out', str(out), '--seeds', '0']
    command += ['--folds', '2', '--vary', 'slow', f'{RATE}=1e-9']
    main([*command, '--vary', 'usual', f'{RATE}=1e-3'])
    figures = json.loads((out / '0/figures.json').read_text())
    assert figures['settings'] == {
        'slow': {RATE: 1e-9},
        'usual': {RATE: 1e-3},
    }
    merits = {
        name: figures['candidates'][f'RTFM, {name}']['merit']
        for name in ('slow', 'usual')
    }
    best = max(merits, key=merits.get)
    test = figures['test']
    assert (
        test['RTFM, chosen setting, mean of folds']
        == (test[f'RTFM, {best}, mean of folds'])
    )
    assert '| RTFM, slow, mean of folds | ' in capsys.readouterr().out
    with pytest.raises(SystemExit, match='choose another --out'):
        main(command)


def test_too_few_videos_are_told(tmp_path):
    make_data(tmp_path / 'data', abnormal=1, normal=4)
    small_config(tmp_path / 'data').dump(tmp_path / 'config.py')
    with pytest.raises(SystemExit, match='found 1 and 4 groups'):
        main([str(tmp_path / 'config.py'), '--out', str(tmp_path / 'out')])


def test_the_benchmark_of_a_fit(tmp_path, monkeypatch):
    """Oracle: the schedule, and that there is a time for each stage."""
    try_one_dropout(monkeypatch)
    figures = fit_random(str(tmp_path), 8, 9, 6, number=2)
    assert figures.pop('fit of 8 videos: steps of a training') == 150
    assert len(figures) == 4 and min(figures.values()) > 0
