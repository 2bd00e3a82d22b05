"""Who extracts what, and several processes at once."""
import os
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from mmengine.config import Config

from rtfm_mmaction.features import balanced_shares
from tests.features.tiny import make_video, make_weights, tiny_config
from tests.helpers import ROOT


@given(lengths=st.lists(st.integers(0, 1000), max_size=40),
       ranks=st.integers(1, 9))
def test_shares_are_whole_disjoint_and_balanced(lengths, ranks):
    """Property: each item once; no two ranks apart by more than an item."""
    shares = balanced_shares(lengths, ranks)
    assert len(shares) == ranks
    assert sorted(sum(shares, [])) == list(range(len(lengths)))
    totals = [sum(lengths[item] for item in share) for share in shares]
    assert max(totals) - min(totals) <= max(lengths, default=0)


def test_shares_by_hand():
    """5 + 1 and 3 + 3: the longest first, each to who has least."""
    assert balanced_shares([3, 1, 5, 3], 2) == [[1, 2], [0, 3]]


def run(place, *args):
    result = subprocess.run(
        [
            ROOT / 'tools/dist_extract.sh', place / 'config.py', '2',
            place / 'videos', '--out', place / 'out', *args
        ],
        capture_output=True,
        text=True,
        env={
            **os.environ, 'PYTHONPATH': str(ROOT),
            'PORT': str(29500 + os.getpid() % 1000),
            'PATH': f'{os.path.dirname(sys.executable)}:{os.environ["PATH"]}'
        })
    return result.returncode, result.stdout + result.stderr


def test_two_processes_extract_what_one_would(tmp_path):
    """One report for both, also of the video that is broken.

    Oracle: the features of one process; exit code 1 while one fails, then 0
    and nothing done twice.
    """
    (tmp_path / 'videos').mkdir()
    for index, frames in enumerate((20, 80, 33, 50)):
        make_video(tmp_path / f'videos/v{index}.mp4', frames, seed=index)
    (tmp_path / 'videos/broken.mp4').write_bytes(b'no video')
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.features.tiny'])
    Config(config).dump(tmp_path / 'config.py')
    code, printed = run(tmp_path)
    assert code == 1
    assert '4 videos extracted, 0 were there, 1 failed' in printed
    assert 'failed: ' in printed and 'broken.mp4' in printed
    (tmp_path / 'videos/broken.mp4').unlink()
    code, printed = run(tmp_path)
    assert (code, '0 videos extracted, 4 were there, 0 failed' in printed) == (
        0, True), printed
    subprocess.run([
        sys.executable, ROOT / 'tools/features/extract.py',
        tmp_path / 'config.py', tmp_path / 'videos', '--out',
        tmp_path / 'alone'
    ], check=True, env={**os.environ, 'PYTHONPATH': str(ROOT)})
    for path in (tmp_path / 'alone').glob('*.npy'):
        assert np.array_equal(np.load(path),
                              np.load(tmp_path / 'out' / path.name))
