"""rtfm infer --shard: runs that share inputs and a folder of results."""

import csv
import json
import runpy

import pytest

from rtfm_mmaction.io.shards import shard_of
from tests.support.brightness import (
    BRIGHT,
    DARK,
    make_place,
    options,
    write_video,
)
from tests.support.helpers import ROOT
from tests.support.opened import opened

main = runpy.run_path(str(ROOT / 'tools/infer.py'))['main']
# Files of the last two would be called the same.
NAMES = ['a', 'b', 'c d', 'c_d']
OF_TWO = {n: [v for v in NAMES if shard_of(v, 2) == n] for n in (1, 2)}


@pytest.fixture(scope='module')
def place(module_path):
    """Configs, weights and videos."""
    place = make_place(module_path)
    (module_path / 'videos').mkdir()
    for name in NAMES:
        write_video(
            module_path / f'videos/{name}.mp4', (32, DARK), (16, BRIGHT)
        )
    return place


def run(place, videos, out, *more):
    main([str(videos), *options(place), '--out', str(out), *more])


def test_shards_score_what_one_run_scores(
    place, module_path, tmp_path, capsys
):
    """Each opens its own videos alone, and their tables are rows of one
    run's. Run again, a shard reads what is there; with another threshold, or
    where a picture is gone, it scores anew. Oracles: the kernel's record of
    what was opened; a run without shards; times of change."""
    videos = module_path / 'videos'
    out = tmp_path / 'out'
    assert OF_TWO[1] and OF_TWO[2]
    run(place, videos, tmp_path / 'alone')
    rows = {}
    for number in (1, 2):
        with opened(videos) as names:
            run(place, videos, out, '--shard', f'{number}/2')
        own = OF_TWO[number]
        assert sorted(names) == [f'{name}.mp4' for name in own]
        assert f'shard {number}/2: {len(own)} videos, 0 of them were' in (
            capsys.readouterr().out
        )
        with open(out / f'events-{number}-of-2.csv', newline='') as file:
            rows[number] = list(csv.DictReader(file))
        assert [row['video'] for row in rows[number]] == own
        page = (out / f'report-{number}-of-2.html').read_text()
        assert all((f'"{name}"' in page) == (name in own) for name in NAMES)
    with open(tmp_path / 'alone/events.csv', newline='') as file:
        alone = list(csv.DictReader(file))
    assert sorted(map(str, rows[1] + rows[2])) == sorted(map(str, alone))
    written = sorted(path.name for path in (tmp_path / 'alone').glob('*.json'))
    assert 'c_d-2.json' in written
    for name in written:
        assert (out / name).read_bytes() == (
            tmp_path / 'alone' / name
        ).read_bytes()

    number = max(OF_TWO, key=lambda number: len(OF_TWO[number]))
    shard = ('--shard', f'{number}/2')
    count = len(OF_TWO[number])
    before = {path: path.read_bytes() for path in out.glob('*.csv')}
    changed = {path: path.stat().st_mtime_ns for path in out.glob('*.json')}
    run(place, videos, out, *shard)
    assert f'{count} videos, {count} of them' in capsys.readouterr().out
    assert all(path.read_bytes() == data for path, data in before.items())
    assert changed == {path: path.stat().st_mtime_ns for path in changed}
    first = next(
        path for path in out.glob('*.png') if path.stem in OF_TWO[number]
    )
    first.unlink()
    run(place, videos, out, *shard)
    assert f'{count} videos, {count - 1} of them' in capsys.readouterr().out
    assert first.exists()
    brief = (*shard, '--formats', 'json', 'csv', '--fps', '10')
    for more, there in (
        ((), 0),  # as --fps is another
        (('--threshold', '.7'), 0),
        (('--threshold', '.7'), count),
    ):
        run(place, videos, out, *brief, *more)
        assert f'{count} videos, {there} of' in capsys.readouterr().out
    path = out / f'{first.stem}.json'
    path.write_text('{"video": 3}')
    run(place, videos, out, *brief, '--threshold', '.7')
    assert f'{count} videos, {count - 1} of' in capsys.readouterr().out
    assert json.loads(path.read_text())['fps'] == 10
