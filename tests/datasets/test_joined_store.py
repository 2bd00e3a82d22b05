"""Stores of shards: the bags of the files, and each fault by its name."""

import json
import os
import shutil

import pytest
from mmaction.registry import DATASETS

from rtfm_mmaction.apis.packing import pack_config
from rtfm_mmaction.cli import pack
from rtfm_mmaction.datasets.joined_store import open_store
from rtfm_mmaction.io.shards import Shard, shard_of
from tests.support.opened import opened
from tests.support.small_data import make_data, small_config

OF_TWO = {
    number: [
        f'train{i}' for i in range(5) if shard_of(f'train{i}', 2) == number
    ]
    for number in (1, 2)
}


def bags(root, **source):
    """Bags of the small set, in the order of its annotations."""
    dataset = small_config(root).train_dataloader.dataset.dataset
    dataset.update(source)
    return [bag['inputs'] for bag in DATASETS.build(dataset)]


def pack_shards(root, count=2, **options):
    for number in range(1, count + 1):
        pack_config(
            small_config(root),
            str(root / 'store'),
            shard=Shard(number, count),
            **options,
        )


@pytest.fixture
def root(tmp_path):
    """Five videos, packed by two shards."""
    make_data(tmp_path)
    pack_shards(tmp_path)
    return tmp_path


def test_shards_are_read_as_one(root):
    """Oracles: the bags of the files, bit by bit; by hand, which video is
    where; nothing but the shards is in the folder."""
    assert OF_TWO[1] and OF_TWO[2]
    for bag, expected in zip(bags(root, store='store'), bags(root)):
        assert bag.equal(expected)
    for number, names in OF_TWO.items():
        index = root / f'store/shard-{number}-of-2/index.json'
        assert sorted(json.loads(index.read_text())['videos']) == names
    assert sorted(path.name for path in (root / 'store').iterdir()) == [
        'shard-1-of-2',
        'shard-2-of-2',
    ]


def test_a_shard_opens_its_own_features_alone(tmp_path):
    """Oracle: the kernel's record; and the others' files need not be here."""
    make_data(tmp_path)
    with opened(tmp_path / 'features') as names:
        pack_config(
            small_config(tmp_path), str(tmp_path / 'store'), shard=Shard(1, 2)
        )
    assert {name.split('.')[0] for name in names} == set(OF_TWO[1])
    for name in OF_TWO[1]:
        (tmp_path / f'features/{name}.npy').unlink()
    pack_config(
        small_config(tmp_path), str(tmp_path / 'store'), shard=Shard(2, 2)
    )


def test_the_command_packs_shards(tmp_path, capsys, monkeypatch):
    """By number and by the launcher; again, and all is there."""
    make_data(tmp_path)
    small_config(tmp_path).dump(tmp_path / 'config.py')
    command = [str(tmp_path / 'config.py'), '--out', str(tmp_path / 'store')]
    pack.main([*command, '--shard', '1/2', '--dtype', 'float16'])
    monkeypatch.setenv('RANK', '1')
    monkeypatch.setenv('WORLD_SIZE', '2')
    for said in ('2 videos packed, 0 were', '0 videos packed, 2 were'):
        pack.main([*command, '--shard', 'auto', '--dtype', 'float16'])
        printed = capsys.readouterr().out
        count = len(OF_TWO[2])
        assert f'shard 2/2: {said.replace("2", str(count))}' in printed
    for bag, expected in zip(bags(tmp_path, store='store'), bags(tmp_path)):
        assert bag.equal(expected.half().float())
        assert bag.dtype == expected.dtype


def test_more_shards_than_videos(tmp_path):
    """Some of 16 have none of five videos, and are no fault."""
    make_data(tmp_path)
    pack_shards(tmp_path, 16)
    for bag, expected in zip(bags(tmp_path, store='store'), bags(tmp_path)):
        assert bag.equal(expected)


def test_a_stale_shard_is_refused(root):
    """It is the source of its own video that is looked at."""
    os.utime(root / f'features/{OF_TWO[2][0]}.npy', ns=(1, 1))
    with pytest.raises(
        ValueError, match=f'shard-2-of-2: stale: video .{OF_TWO[2][0]}'
    ):
        bags(root, store='store')


def missing(store):
    shutil.rmtree(store / 'shard-2-of-2')
    return (
        FileNotFoundError,
        r'2 finished shards, found 1; missing: 2/2: .*2/2',
    )


def unfinished(store):
    (store / 'shard-1-of-2/index.json').unlink()
    return FileNotFoundError, r'2 finished shards, found 1; missing: 1/2'


def of_another_row(store):
    shutil.copytree(store / 'shard-1-of-2', store / 'shard-1-of-3')
    return ValueError, 'one row, found some of 2 and some of 3'


def in_one_piece_too(store):
    for path in (store / 'shard-1-of-2').iterdir():
        shutil.copy(path, store)
    return ValueError, 'in one piece or in shards, found both'


def cut(store):
    os.truncate(next((store / 'shard-2-of-2').glob('*.npy')), 300)
    return ValueError, r'shard-2-of-2.*npy: .* cannot be read'


def damaged(store):
    (store / 'shard-2-of-2/index.json').write_text('{')
    return ValueError, r'shard-2-of-2/index\.json: expected the index'


def twice(store):
    shutil.rmtree(store / 'shard-2-of-2')
    shutil.copytree(store / 'shard-1-of-2', store / 'shard-2-of-2')
    return ValueError, (
        f"found '{OF_TWO[1][0]}' in shard-1-of-2 and shard-2-of-2"
    )


@pytest.mark.parametrize(
    'damage',
    [
        missing,
        unfinished,
        of_another_row,
        in_one_piece_too,
        cut,
        damaged,
        twice,
    ],
)
def test_damaged_rows_are_told(root, damage):
    """One error: folder, found, expected."""
    kind, message = damage(root / 'store')
    with pytest.raises(kind, match=f'store.*{message}'):
        open_store(root / 'store')


@pytest.mark.parametrize(
    'shape, options, message',
    [
        (dict(channels=9), {}, 'expected channels 9 .*found 8'),
        (dict(crops=3), {}, 'expected crops 3 .*found 2'),
        ({}, dict(dtype='float16'), 'expected type float16 .*found float32'),
    ],
)
def test_shards_of_several_makes_are_told(root, shape, options, message):
    """The first shard is packed again in another way."""
    make_data(root, **shape)
    pack_config(
        small_config(root),
        str(root / 'store'),
        shard=Shard(1, 2),
        **options,
    )
    with pytest.raises(ValueError, match=f'shard-2-of-2: {message}'):
        open_store(root / 'store')


def test_a_video_in_no_shard_is_told(root):
    """The list has grown since."""
    shutil.copy(root / 'features/train0.npy', root / 'features/new.npy')
    annotations = root / 'annotations/train.json'
    content = json.loads(annotations.read_text())
    content['data_list'].append({**content['data_list'][0], 'video': 'new'})
    annotations.write_text(json.dumps(content))
    with pytest.raises(
        ValueError, match="store: expected video 'new', found 5 others: pack"
    ):
        bags(root, store='store')


@pytest.mark.parametrize(
    'first, then', [(None, (1, 2)), ((1, 2), None), ((1, 2), (1, 3))]
)
def test_kinds_of_stores_do_not_mix(tmp_path, first, then):
    """Refused before anything is read."""
    make_data(tmp_path)
    out = str(tmp_path / 'store')
    pack_config(small_config(tmp_path), out, shard=first and Shard(*first))
    with pytest.raises(ValueError, match='store: expected .*choose another'):
        pack_config(small_config(tmp_path), out, shard=then and Shard(*then))


def test_unknown_names_of_only_are_told(tmp_path):
    """Names come from a config, too."""
    make_data(tmp_path)
    assert len(bags(tmp_path, only=['train1', 'train4'])) == 2
    with pytest.raises(ValueError, match=r"train\.json: expected video 'no'"):
        bags(tmp_path, only=['train1', 'no'])
