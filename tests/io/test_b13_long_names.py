"""Names count in bytes, and what fails for one video is that video's (B13)."""

import errno
import json

import numpy as np
import pytest
from mmengine.config import Config

from rtfm_mmaction.apis import AnomalyInferencer
from rtfm_mmaction.apis.result_files import ResultWriter
from rtfm_mmaction.cli import extract
from rtfm_mmaction.datasets.feature_folder import FeatureFolder
from rtfm_mmaction.datasets.feature_layouts import get_layout
from rtfm_mmaction.extraction import build_extractor, extract_videos
from rtfm_mmaction.io.atomic import atomic_path
from rtfm_mmaction.io.inputs import find_videos
from rtfm_mmaction.io.names import (
    cut_bytes,
    safe_name,
    short_name,
    unique_names,
)
from tests.support.tiny import make_video, make_weights, tiny_config

CJK = '监' * 82  # 246 bytes, and 250 with '.mp4'
LONG = 'x' * 251  # 255 bytes with '.mp4', as many as a name may have


@pytest.mark.parametrize('letter', ['a', 'é', '监', '🚲'])
def test_safe_names_leave_room_for_what_is_put_behind(letter):
    """Oracle: the bytes of the longest file name that tools make of a video;
    names that fit are as they were."""
    taken = set()
    for _ in range(12):
        name = safe_name(letter * 300, taken)
        assert len(f'{name}_annotated.mp4'.encode()) <= 255
    assert safe_name('监' * 70) == '监' * 70
    assert safe_name('a' * 300) == 'a' * 120


def test_whole_letters_are_cut():
    """Oracle: by hand, three bytes a letter."""
    assert cut_bytes('监控室', 9) == '监控室'
    assert cut_bytes('监控室', 8) == '监控' == cut_bytes('监控室', 6)
    assert cut_bytes('a监', 2) == 'a' and cut_bytes('监', 2) == ''


def test_short_names_are_the_same_each_time_and_apart():
    """Oracle: properties; a name that fits is itself."""
    assert short_name(CJK) == CJK
    assert short_name('cam1/' + CJK) == 'cam1/' + CJK
    long = [LONG, LONG[:-1] + 'y', '监' * 100, '监' * 101]
    short = [short_name(name) for name in long]
    assert short == [short_name(name) for name in long]
    assert len(set(short)) == 4
    for name, whole in zip(short, long):
        assert len(f'{name}.json'.encode()) <= 255
        assert whole.startswith(name[:-9])
    assert short_name(f'cam1/{LONG}') == f'cam1/{short[0]}'
    # A Mac decomposes letters; both forms of a name find the same file.
    assert short_name('e\u0301' * 140) == short_name('é' * 140)


@pytest.fixture(scope='module')
def extracted(module_path):
    """Features of videos with the longest names that there can be."""
    (module_path / 'videos').mkdir()
    for index, name in enumerate((CJK, LONG)):
        make_video(module_path / 'v.mp4', 40, seed=index)
        (module_path / 'v.mp4').rename(module_path / f'videos/{name}.mp4')
    config = tiny_config(make_weights(module_path / 'w.pth'))
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(module_path / 'c.py')
    for _ in range(2):  # the second time they are there
        code = extract.main(
            [
                str(module_path / 'c.py'),
                str(module_path / 'videos'),
                '--out',
                str(module_path / 'out'),
            ]
        )
        assert code == 0
    return module_path


def test_features_of_long_names_are_found_again(extracted):
    """Oracle: the files that are there, and the video that each is of."""
    folder = FeatureFolder(str(extracted / 'out'))
    for name in (CJK, LONG):
        (path,) = folder.find(name, 'Normal', get_layout('packed'))
        assert np.load(path).shape == (2, 5, 4)
        record = json.loads(open(path[:-4] + '.json').read())
        assert record['video']['file'] == f'{name}.mp4'
    assert len(list((extracted / 'out').glob('[!.]*'))) == 4


def test_temporary_names_are_short(tmp_path):
    """Oracle: the file; what stands behind its last dot is no extension."""
    path = tmp_path / f'a.{"b" * 250}'
    with atomic_path(path) as temporary:
        temporary.write_text('whole')
    assert path.read_text() == 'whole'


def test_a_name_that_no_file_can_have_is_missing(tmp_path):
    """Oracle: one sentence, and no error number."""
    with pytest.raises(FileNotFoundError, match='xxx.mp4: no such file'):
        find_videos([tmp_path / f'{"x" * 300}.mp4'])
    assert unique_names([]) == []


class Unwritable:
    """Lets files of one name fail; the disk is full from another on."""

    def __init__(self, monkeypatch, names):
        def atomic(target, real=atomic_path):
            for part, number in names.items():
                if part in str(target):
                    raise OSError(number, 'says the system', str(target))
            return real(target)

        monkeypatch.setattr('rtfm_mmaction.io.writing.atomic_path', atomic)


def test_extraction_goes_on_behind_a_video_that_cannot_be_written(
    tmp_path, monkeypatch
):
    """Oracle: the summary by hand; a full disk ends the run, since no other
    video could be written."""
    for name in 'abc':
        make_video(tmp_path / f'{name}.mp4', 20)
    extractor = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))
    videos = [tmp_path / f'{name}.mp4' for name in 'abc']
    Unwritable(monkeypatch, {'/b.npy': errno.ENAMETOOLONG})
    summary = extract_videos(extractor, videos, tmp_path / 'out', quiet=True)
    assert summary.done == ['a', 'c'] and list(summary.failed) == ['b']
    assert 'b.npy' in summary.failed['b']
    Unwritable(monkeypatch, {'/b.npy': errno.ENOSPC})
    with pytest.raises(OSError, match='says the system.*b.npy'):
        extract_videos(extractor, videos, tmp_path / 'full', quiet=True)
    assert (tmp_path / 'full/a.npy').exists()


def test_reading_goes_on_behind_a_video_that_the_system_refuses(
    tmp_path, monkeypatch
):
    """Oracle: the summary by hand."""
    for name in 'ab':
        make_video(tmp_path / f'{name}.mp4', 20)
    extractor = build_extractor(tiny_config(make_weights(tmp_path / 'w.pth')))

    def video(path, *args, real=extract_videos.__globals__['Video']):
        if path.stem == 'a':
            raise OSError(errno.EIO, 'Input/output error', str(path))
        return real(path, *args)

    monkeypatch.setattr('rtfm_mmaction.extraction.passes.Video', video)
    videos = [tmp_path / 'a.mp4', tmp_path / 'b.mp4']
    summary = extract_videos(extractor, videos, tmp_path / 'out', quiet=True)
    assert summary.done == ['b']
    assert 'a.mp4: expected a video' in summary.failed['a']


@pytest.fixture(scope='module')
def inferencer(module_path):
    """A detector of random weights on features of eight channels."""
    import torch
    from mmaction.registry import MODELS

    from tests.support.small_data import make_data, small_config

    config = small_config(make_data(module_path))
    config.dump(module_path / 'model.py')
    model = MODELS.build(config.model.to_dict())
    torch.save(dict(state_dict=model.state_dict()), module_path / 'model.pth')
    return AnomalyInferencer(
        str(module_path / 'model.py'),
        str(module_path / 'model.pth'),
        show_progress=False,
    )


def test_scoring_goes_on_behind_a_video_that_cannot_be_written(
    inferencer, tmp_path, monkeypatch
):
    """Oracle: the outcome by hand; results of long names are there."""
    features = tmp_path / 'features'
    features.mkdir()
    for name in (CJK, LONG, 'bad'):
        np.save(features / 'f.npy', np.ones((3, 2, 8), np.float32))
        (features / 'f.npy').rename(features / f'{name}.npy')
    Unwritable(monkeypatch, {'bad.json': errno.EACCES})
    out = tmp_path / 'out'
    outcome = inferencer(features, out_dir=out, formats=['json', 'csv'])
    assert list(outcome['failed']) == ['bad']
    assert {result['video'] for result in outcome['predictions']} >= {
        CJK,
        LONG,
    }
    assert len(list(out.glob('*.json'))) == 2
    Unwritable(monkeypatch, {'bad.json': errno.ENOSPC})
    with pytest.raises(OSError, match='says the system'):
        inferencer(features, out_dir=tmp_path / 'full', formats=['json'])
    assert ResultWriter(tmp_path / 'last', ['json']).files == []
