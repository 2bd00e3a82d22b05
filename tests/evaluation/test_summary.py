"""Figures over seeds, by hand."""
import json

import numpy as np
import pytest

from rtfm_mmaction.evaluation.summary import summarize_results


def write(path, last, best):
    path.write_text(
        json.dumps(
            dict(last={'anomaly/AUC': last}, best={'anomaly/AUC': best})))
    return path


def test_values_by_checkpoint(tmp_path):
    """Last 0.5 and null, best 0.75 and 0.25."""
    paths = [
        write(tmp_path / 'a', 0.5, 0.75),
        write(tmp_path / 'b', None, 0.25)
    ]
    values = summarize_results(paths, ['anomaly/AUC'])
    assert values['best', 'anomaly/AUC'].tolist() == [0.75, 0.25]
    assert np.isnan(values['last', 'anomaly/AUC'][1])


def test_bad_files_are_named(tmp_path):
    """Missing file, missing figure, no JSON."""
    with pytest.raises(FileNotFoundError, match='none.json'):
        summarize_results([tmp_path / 'none.json'], ['anomaly/AUC'])
    path = write(tmp_path / 'a', 0.5, 0.5)
    with pytest.raises(ValueError, match="a: .*anomaly/AP.*KeyError"):
        summarize_results([path], ['anomaly/AP'])
    path.write_text('{')
    with pytest.raises(ValueError, match='a: expected the result.json'):
        summarize_results([path], ['anomaly/AUC'])
