"""Who extracts what, and several processes at once."""

import os
import runpy
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from mmengine.config import Config

from rtfm_mmaction.extraction import balanced_shares
from tests.support.helpers import ROOT
from tests.support.ranks import run_in_ranks
from tests.support.tiny import make_video, make_weights, tiny_config


@given(
    lengths=st.lists(st.integers(0, 1000), max_size=40),
    ranks=st.integers(1, 9),
)
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


main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']


def run(place, *args):
    result = subprocess.run(
        [
            ROOT / 'tools/dist_extract.sh',
            place / 'config.py',
            '2',
            place / 'videos',
            '--out',
            place / 'out',
            *args,
        ],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            'PYTHONPATH': str(ROOT),
            'PORT': str(29500 + os.getpid() % 1000),
            'PATH': f'{os.path.dirname(sys.executable)}:{os.environ["PATH"]}',
        },
    )
    return result.returncode, result.stdout + result.stderr


def extract(place):
    """What dist_extract.sh starts in each process."""
    arguments = [place / 'config.py', place / 'videos', '--out', place / 'out']
    sys.exit(main([*map(str, arguments), '--launcher', 'pytorch']))


def times(place):
    """Name -> time of change of what is no temporary file."""
    return {
        path.name: path.stat().st_mtime_ns
        for path in (place / 'out').glob('[!.]*')
    }


def test_two_processes_extract_what_one_would(tmp_path):
    """Even if one is killed by SIGKILL in the middle of its second video.

    What was finished then is whole and not made again; the same command makes
    the rest, with one report for both processes, also of the video that is
    broken; then there is nothing left to do. Oracle: a run of one process
    that nobody disturbs; the exit codes.
    """
    (tmp_path / 'videos').mkdir()
    for index in range(6):
        make_video(tmp_path / f'videos/v{index}.mp4', 90 + index, seed=index)
    broken = tmp_path / 'videos/broken.mp4'
    broken.write_bytes(b'no video')
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.extraction.killing'])
    # A video is 5 snippets of 5 crops.
    config['model'].update(
        type='KillingBackbone', rank=1, clips=40, note=str(tmp_path / 'killed')
    )
    Config(config).dump(tmp_path / 'config.py')

    code, printed = run(tmp_path)
    assert code != 0 and (tmp_path / 'killed').exists(), printed
    before = times(tmp_path)
    finished = {name[:-5] for name in before if name.endswith('.json')}
    assert 1 <= len(finished) < 6

    codes = run_in_ranks(2, extract, tmp_path, log=tmp_path / 'log')
    printed = (tmp_path / 'log').read_text()
    assert max(codes) == 1, printed  # then the launcher says so, too
    assert (
        f'{6 - len(finished)} videos extracted, {len(finished)} were '
        'there, 1 failed'
    ) in printed
    assert 'failed: ' in printed and 'broken.mp4' in printed
    after = times(tmp_path)
    assert len(after) == 12
    for name in finished:
        for file in (f'{name}.npy', f'{name}.json'):
            assert after[file] == before[file]

    broken.unlink()
    codes = run_in_ranks(2, extract, tmp_path, log=tmp_path / 'log')
    printed = (tmp_path / 'log').read_text()
    assert codes == [0, 0], printed
    assert '0 videos extracted, 6 were there, 0 failed' in printed
    assert times(tmp_path) == after
    assert (
        main(
            [
                str(tmp_path / 'config.py'),
                str(tmp_path / 'videos'),
                '--out',
                str(tmp_path / 'alone'),
            ]
        )
        == 0
    )
    for path in (tmp_path / 'alone').glob('*.npy'):
        assert np.array_equal(
            np.load(path), np.load(tmp_path / 'out' / path.name)
        )
