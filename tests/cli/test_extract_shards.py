"""rtfm extract --shard and --merge-report: runs that never meet."""

import os
import runpy
import signal
import subprocess

import pytest
from mmengine.config import Config

from rtfm_mmaction.io.folder_lock import lock_folder
from rtfm_mmaction.io.shards import shard_of
from tests.support.forking import forked_until_killed
from tests.support.helpers import ROOT
from tests.support.opened import opened
from tests.support.tiny import make_video, make_weights, tiny_config

main = runpy.run_path(str(ROOT / 'tools/features/extract.py'))['main']
NAMES = list('abcde')
OF_TWO = {n: [v for v in NAMES if shard_of(v, 2) == n] for n in (1, 2)}


@pytest.fixture
def place(tmp_path):
    """Five short videos and a config."""
    (tmp_path / 'videos').mkdir()
    for index, name in enumerate(NAMES):
        make_video(tmp_path / f'videos/{name}.mp4', 33 + index, seed=index)
    config = tiny_config(make_weights(tmp_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(tmp_path / 'config.py')
    return tmp_path


def run(place, *more, out='out'):
    videos = [place / 'config.py', place / 'videos']
    return main([*map(str, videos), '--out', str(place / out), *more])


def stems(place, out='out'):
    return sorted(path.stem for path in (place / out).glob('[!.]*.json'))


def test_shards_make_what_one_run_makes(place, capsys):
    """Each opens its own videos alone; together they have the bytes of one
    run. Oracles: the kernel's record of what was opened; a run without
    shards."""
    assert OF_TWO[1] and OF_TWO[2]
    for number in (1, 2):
        with opened(place / 'videos') as names:
            assert run(place, '--shard', f'{number}/2') == 0
        assert sorted(names) == [f'{name}.mp4' for name in OF_TWO[number]]
        assert (
            f'shard {number}/2: {len(OF_TWO[number])} videos extracted'
            in capsys.readouterr().out
        )
    assert stems(place) == NAMES
    run(place, out='alone')
    for name in NAMES:
        for kind in ('npy', 'json'):
            file = f'{name}.{kind}'
            assert (place / 'out' / file).read_bytes() == (
                place / 'alone' / file
            ).read_bytes()
    with opened(place / 'videos') as names:
        assert run(place, '--merge-report') == 0
    assert not names
    assert '5 of 5 videos are there, 0 failed' in capsys.readouterr().out


def test_lengths_make_shards_even(place, monkeypatch):
    """Oracle: by hand, a is longer than all others together; the launcher's
    variables say which shard it is."""
    (place / 'lengths.csv').write_text(
        'video,frames\n'
        + ''.join(f'{n},{99 if n == "a" else 9}\n' for n in NAMES)
    )
    monkeypatch.setenv('JOB_COMPLETION_INDEX', '0')
    monkeypatch.setenv('JOB_COMPLETIONS', '2')
    more = ('--lengths', str(place / 'lengths.csv'))
    assert run(place, '--shard', 'auto', *more) == 0
    assert stems(place) == ['a']
    with pytest.raises(SystemExit, match='--lengths: expected --shard'):
        run(place, *more)


def test_a_report_says_what_is_there(place, capsys):
    """Oracle: by hand. A video of the first shard is broken, the second shard
    has not run; then features of another make, and all of it mended."""
    broken = place / f'videos/{OF_TWO[1][0]}.mp4'
    data = broken.read_bytes()
    broken.write_bytes(b'no video')
    assert run(place, '--shard', '1/2') == 1
    capsys.readouterr()
    assert run(place, '--merge-report') == 1
    said = capsys.readouterr().out
    assert (
        f'{len(OF_TWO[1]) - 1} of 5 videos are there, 1 failed, 0 are of '
        f'another make, {len(OF_TWO[2])} are missing\n'
    ) in said
    assert f'failed: {broken}: expected a video' in said
    assert f'missing: {OF_TWO[2][0]}\n' in said
    assert said.endswith('not at their end: shards 2/2\n')
    broken.write_bytes(data)
    assert run(place, '--shard', '2/2', '--dtype', 'bf16') == 0
    capsys.readouterr()
    assert run(place, '--merge-report') == 1
    said = capsys.readouterr().out
    assert 'are of another make' in said and 'dtype: found' in said
    assert 'not at their end' not in said
    for number in (1, 2):
        assert run(place, '--shard', f'{number}/2', '--overwrite') == 0
    assert run(place, '--merge-report') == 0


def test_a_shard_is_run_once_at_a_time(place):
    """Oracle: the sentence names the shard's holder; the other shard goes
    on beside it, and so does the same one after it was killed."""

    def hold(ready):
        with lock_folder(place / 'out', 'rtfm extract', '', 'shard-1-of-2'):
            ready()

    with forked_until_killed(hold) as process:
        with pytest.raises(SystemExit, match=f'process {process.pid} on'):
            run(place, '--shard', '1/2')
        assert run(place, '--shard', '2/2') == 0
    assert run(place, '--shard', '1/2') == 0
    assert stems(place) == NAMES


def test_a_killed_shard_goes_on(place, capsys):
    """Killed by SIGKILL in the middle of its second video: what it had
    finished is not made again. Oracle: times of change; the other shard's
    files."""
    config = Config.fromfile(place / 'config.py')
    config.custom_imports.imports.append('tests.extraction.killing')
    # A video is 2 snippets of 5 crops.
    config.model.update(
        type='KillingBackbone', clips=14, note=str(place / 'killed')
    )
    config.dump(place / 'config.py')
    larger = max(OF_TWO, key=lambda number: len(OF_TWO[number]))
    child = os.fork()
    if child == 0:
        run(place, '--shard', f'{larger}/2')
        os._exit(0)
    assert (
        os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    )
    done = stems(place)
    assert len(done) == 1
    before = (place / f'out/{done[0]}.npy').stat().st_mtime_ns
    assert run(place, '--shard', f'{larger}/2') == 0
    assert f'{len(OF_TWO[larger]) - 1} videos extracted, 1 were there' in (
        capsys.readouterr().out
    )
    assert (place / f'out/{done[0]}.npy').stat().st_mtime_ns == before
    assert stems(place) == OF_TWO[larger]


def test_a_script_starts_a_shard_in_each_process(place):
    """Oracle: what a stand-in for Python is called with, on two machines of
    two processes; the exit code of the one that fails."""
    python = place / 'python'
    python.write_text(
        '#!/bin/sh\necho "$LOCAL_RANK $@" >> calls\n'
        'test "$LOCAL_RANK" = 0 || exit 3\n'
    )
    python.chmod(0o755)
    result = subprocess.run(
        [ROOT / 'tools/dist_extract.sh', 'a config.py', '2', '--out', 'of me'],
        cwd=place,
        env=dict(
            PATH=f'{place}:{os.environ["PATH"]}', NNODES='2', NODE_RANK='1'
        ),
    )
    assert result.returncode == 3
    tool = ROOT / 'tools/features/extract.py'
    assert sorted((place / 'calls').read_text().splitlines()) == [
        f'{rank} {tool} a config.py --out of me --shard {rank + 3}/4'
        for rank in (0, 1)
    ]
