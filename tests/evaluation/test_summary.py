"""Figures over seeds, by hand."""

import json
import runpy

import numpy as np
import pytest

from rtfm_mmaction.evaluation.summary import summarize_results
from tests.support.helpers import ROOT


def write(path, last, best):
    path.write_text(
        json.dumps(
            dict(last={'anomaly/AUC': last}, best={'anomaly/AUC': best})
        )
    )
    return path


def test_values_by_checkpoint(tmp_path):
    """Last 0.5 and null, best 0.75 and 0.25."""
    paths = [
        write(tmp_path / 'a', 0.5, 0.75),
        write(tmp_path / 'b', None, 0.25),
    ]
    values = summarize_results(paths, ['anomaly/AUC'])
    assert values['best', 'anomaly/AUC'].tolist() == [0.75, 0.25]
    assert np.isnan(values['last', 'anomaly/AUC'][1])


def write_held_out(path, last, selected):
    """Held-out figures at the top, as ``FinalTestHook`` writes them."""
    held_out = {'iteration': 2, 'anomaly/video_AUC': 1.0}
    path.write_text(
        json.dumps(
            dict(
                key='anomaly/video_AUC',
                last=held_out,
                best=held_out,
                test_last={'anomaly/AUC': last},
                test_selected={'anomaly/AUC': selected},
            )
        )
    )
    return path


def test_held_out_runs_give_their_test_figures(tmp_path):
    """Last 0.5 and 0.25, selected 0.75 and 1; nothing of held-out videos."""
    paths = [
        write_held_out(tmp_path / 'a', 0.5, 0.75),
        write_held_out(tmp_path / 'b', 0.25, 1.0),
    ]
    values = summarize_results(paths, ['anomaly/AUC'])
    assert {name: list(value) for name, value in values.items()} == {
        ('test_last', 'anomaly/AUC'): [0.5, 0.25],
        ('test_selected', 'anomaly/AUC'): [0.75, 1.0],
    }


def test_protocols_are_not_averaged(tmp_path):
    """Best on the test set and selected by held-out videos differ."""
    paths = [
        write(tmp_path / 'a', 0.5, 0.75),
        write_held_out(tmp_path / 'b', 0.5, 0.75),
    ]
    with pytest.raises(
        ValueError,
        match='b: expected .*last and best as in '
        '.*a, found those of test_last and test_selected',
    ):
        summarize_results(paths, ['anomaly/AUC'])


def test_the_tool_says_how_the_checkpoint_was_chosen(tmp_path, capsys):
    """Mean 0.875 of 0.75 and 1, deviation sqrt(2) / 8."""
    tool = runpy.run_path(str(ROOT / 'tools/analysis/summarize.py'))['main']
    tool(
        [
            str(write_held_out(tmp_path / 'a', 0.5, 0.75)),
            str(write_held_out(tmp_path / 'b', 0.25, 1.0)),
            '--keys',
            'anomaly/AUC',
        ]
    )
    printed = capsys.readouterr().out
    assert '0.8750' in printed and '0.1768' in printed
    assert 'chosen on held-out training videos' in printed
    tool([str(write(tmp_path / 'c', 0.5, 0.75)), '--keys', 'anomaly/AUC'])
    assert 'chosen on the data' in capsys.readouterr().out


def test_bad_files_are_named(tmp_path):
    """Missing file, missing figure, no JSON."""
    with pytest.raises(FileNotFoundError, match='none.json'):
        summarize_results([tmp_path / 'none.json'], ['anomaly/AUC'])
    path = write(tmp_path / 'a', 0.5, 0.5)
    with pytest.raises(ValueError, match='a: .*anomaly/AP.*KeyError'):
        summarize_results([path], ['anomaly/AP'])
    path.write_text('{')
    with pytest.raises(ValueError, match='a: expected JSON, found'):
        summarize_results([path], ['anomaly/AUC'])
