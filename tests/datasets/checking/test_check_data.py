"""Data sets of a config, checked together."""

import json
import shutil

import numpy as np
import pytest
from mmengine.config import ConfigDict

from rtfm_mmaction.apis.packing import pack_config
from rtfm_mmaction.datasets import feature_folder
from rtfm_mmaction.datasets.annotations import (
    load_annotations,
    save_annotations,
)
from rtfm_mmaction.datasets.checking import check_data
from tests.support.small_data import annotation, make_data, small_config

TRAIN = 'train_dataloader__dataset__dataset'


@pytest.fixture
def root(tmp_path):
    return make_data(tmp_path, abnormal=6, normal=5)


def check(root, values=False, loaders=('train', 'val', 'test'), **options):
    return check_data(
        small_config(root, **options), values=values, loaders=loaders
    )


def found(report):
    return [(f.severity, f.kind, f.subset, f.video) for f in report.findings]


def rewrite(root, subset, change):
    """Change metainfo and videos of an annotation file in place."""
    path = root / f'annotations/{subset}.json'
    metainfo, videos = load_annotations(path)
    change(metainfo, videos)
    save_annotations(path, metainfo, videos)


def rename(root, old, new):
    def change(metainfo, videos):
        next(v for v in videos if v['video'] == old)['video'] = new

    rewrite(root, old[:-1], change)
    (root / f'features/{old}.npy').rename(root / f'features/{new}.npy')


def test_figures(root):
    """Oracle: make_data's numbers; T = 5, 8, … of 2 crops and C = 8, test
    intervals of 32 frames; magnitudes of all vectors at once."""
    report = check(root, values=True)
    train, test = report.subsets
    assert report.findings == report.notes == []
    assert [train.name, test.name] == ['train', 'val and test']
    assert (train.abnormal, train.normal, train.sound) == (6, 5, 11)
    assert train.classes == {'Abnormal': 6, 'Normal': 5}
    assert (train.snippets, test.snippets) == ((5, 20, 35), (5, 9.5, 14))
    assert (train.crops, train.channels, train.dtypes) == (
        [2],
        [8],
        ['float32'],
    )
    assert (train.frames, train.abnormal_frames) == (None, None)
    assert (test.frames, test.abnormal_frames) == (16 * (5 + 8 + 11 + 14), 64)
    norms = [
        np.linalg.norm(np.load(root / f'features/train{i}.npy'), axis=-1)
        for i in range(11)
    ]
    flat = np.concatenate([array.ravel() for array in norms])
    abnormal = np.concatenate([array.ravel() for array in norms[:6]])
    assert [
        train.magnitudes[key]
        for key in ('mean', 'std', 'min', 'max', 'abnormal')
    ] == pytest.approx(
        [flat.mean(), flat.std(), flat.min(), flat.max(), abnormal.mean()]
    )


def test_without_values(root):
    """No figure of values is made up."""
    train = check(root).subsets[0]
    assert (train.magnitudes, train.dtypes) == (None, [])


def test_held_out_videos_are_a_subset_of_their_own(root):
    """2 of 6 abnormal, 2 of 5 normal videos by the ratio; with another seed
    the parts overlap, and those to choose by must not be trained on."""
    val = 'val_dataloader__dataset'
    options = {
        f'{TRAIN}__val_ratio': 0.34,
        f'{val}__val_ratio': 0.34,
        f'{val}__val_part': 'val',
        f'{val}__ann_file': 'annotations/train.json',
        f'{val}__test_mode': False,
    }
    report = check(root, **options)
    assert [(s.name, s.abnormal, s.normal) for s in report.subsets] == [
        ('train', 4, 3),
        ('val', 2, 2),
        ('test', 2, 2),
    ]
    assert report.findings == []
    options[f'{val}__val_seed'] = 1
    findings = check(root, **options).findings
    assert findings
    assert {f[:3] for f in findings} == {('error', 'overlap', 'val')}


def test_a_video_to_train_and_to_test_on_is_an_error(root):
    """By name, and by the values of a copy under another name."""
    rewrite(
        root,
        'test',
        lambda _, videos: videos.append(
            annotation('train1', 1, 128, [[0, 16]])
        ),
    )
    shutil.copy(root / 'features/train0.npy', root / 'features/test0.npy')
    report = check(root, values=True)
    assert found(report) == [
        ('error', 'overlap', 'val and test', 'train1'),
        ('error', 'duplicate', 'val and test', 'test0'),
    ]
    assert "video 'train1': found in train (" in report.findings[0].message
    assert (
        f'test0.npy: found the values of {root}/features/train0.npy (train)'
    ) in report.findings[1].message


def test_copies_within_a_subset_are_a_warning(root):
    """Two copies of one video; equal constants are no copies."""
    for i in (2, 3):
        shutil.copy(
            root / 'features/train0.npy', root / f'features/train{i}.npy'
        )
    for i in (4, 5):
        np.save(root / f'features/train{i}.npy', np.ones((7, 2, 8), 'f4'))
    assert found(check(root, values=True)) == [
        ('warning', 'constant', 'train', 'train4'),
        ('warning', 'constant', 'train', 'train5'),
        ('warning', 'duplicate', 'train', 'train2'),
        ('warning', 'duplicate', 'train', 'train3'),
    ]


def test_validating_on_a_part_of_the_test_set_is_a_warning(root):
    """Both have ground truth; nothing is trained on."""
    _, videos = load_annotations(root / 'annotations/test.json')
    save_annotations(root / 'annotations/part.json', {}, videos[1:2])
    report = check(
        root, val_dataloader__dataset__ann_file='annotations/part.json'
    )
    assert found(report) == [('warning', 'overlap', 'test', 'test1')]


def test_channels_against_the_model(root):
    """C of the files is 8; None takes it from the first."""
    assert check(root, model__in_channels=None).ready
    report = check(root, model__in_channels=16)
    assert found(report) == [
        ('error', 'channels', 'train', ''),
        ('error', 'channels', 'val and test', ''),
    ]
    assert (
        'train.json: found features of C = 8, expected 16, as '
        'model.in_channels'
    ) in report.findings[0].message


def test_subsets_of_other_shapes(root):
    """C has to be that of training, the number of crops should be."""
    for path in (root / 'features').glob('test*.npy'):
        np.save(path, np.ones((len(np.load(path)), 5, 4), np.float32))
    assert found(check(root, model__in_channels=None)) == [
        ('error', 'channels', 'val and test', ''),
        ('warning', 'crops', 'val and test', ''),
    ]


def test_training_on_one_label(root):
    """The words of PairedWeakLabelDataset."""
    rewrite(root, 'train', lambda _, videos: videos.__delitem__(slice(6, 11)))
    findings = check(root, loaders=['train']).findings
    assert [(f.severity, f.kind) for f in findings] == [('error', 'labels')]
    assert findings[0].message.endswith(
        'training needs abnormal and normal videos, found 6 abnormal and 0 '
        'normal'
    )


def test_names_against_labels(root):
    """The error names the annotation file."""
    rename(root, 'train0', 'Normal_Videos001_x264')
    report = check(root)
    assert found(report) == [
        ('error', 'label against name', 'train', 'Normal_Videos001_x264')
    ]
    assert 'annotations/train.json' in report.findings[0].message


@pytest.mark.parametrize(
    'dataset, expected',
    [
        (
            'ucf-crime',
            {'train': '1610 = 810 + 800', 'test': '290 = 140 + 150'},
        ),
        (
            'shanghaitech',
            {'train': '238 = 63 + 175', 'test': '199 = 44 + 155'},
        ),
        (
            'xd-violence',
            {'train': '3954 = 1905 + 2049', 'test': '800 = 500 + 300'},
        ),
        ('small', {}),
    ],
)
def test_counts_of_the_benchmarks(root, dataset, expected):
    """Oracle: the published numbers; both are said, once a file, also where
    videos are held out of it."""
    for subset in ('train', 'test'):
        rewrite(
            root, subset, lambda metainfo, _: metainfo.update(dataset=dataset)
        )
    report = check(root, **{f'{TRAIN}__val_ratio': 0.34})
    assert report.ready
    assert [f.message.partition(': ')[2] for f in report.findings] == [
        f'found {counts} videos, expected {expected[subset]} (abnormal + '
        f'normal) as published of {dataset!r}'
        for subset, counts in (('train', '11 = 6 + 5'), ('test', '4 = 2 + 2'))
        if expected
    ]
    assert bool(report.notes) == bool(expected)


def test_ground_truth_beside_the_totals_in_circulation(root):
    """608 frames, 64 of them abnormal: 10.53%."""
    rewrite(
        root, 'test', lambda metainfo, _: metainfo.update(dataset='ucf-crime')
    )
    (note,) = check(root).notes
    assert note.startswith(
        'val and test: ground truth of 608 frames, 64 of '
        'them (10.53%) abnormal; in circulation: 1114144 '
    )


def test_lengths_of_training_videos(root):
    """T = 5 for 640 frames: told, but one can train."""
    rewrite(root, 'train', lambda _, videos: videos[0].update(frames=640))
    report = check(root)
    assert found(report) == [('warning', 'length', 'train', 'train0')]
    assert 'train0.npy: video' in report.findings[0].message
    assert 'found T = 5' in report.findings[0].message


def test_fewer_snippets_than_are_selected(root):
    """K = T then; a note."""
    assert check(root, model__head__num_selected=6).notes == [
        f'{name}: fewer than 6 snippets (model.head.num_selected) in 1 of '
        f'{videos} videos, where K is T'
        for name, videos in (('train', 11), ('val and test', 4))
    ]
    # A head of one's own may mean something else by it, or have none.
    for other in ('auto', 0.2, None):
        assert check(root, model__head__num_selected=other).notes == []


def test_stray_files(root):
    """Two of no video; text files and the test videos' are none."""
    for name in ('a[1].npy', 'b.npy', 'readme.txt'):
        shutil.copy(root / 'features/train0.npy', root / f'features/{name}')
    report = check(root)
    assert found(report) == [('warning', 'stray files', '', '')]
    assert "no annotated video: found 2, 'a[1].npy' the first" in (
        report.findings[0].message
    )
    assert check(root, loaders=['train']).findings == []


def test_one_annotation_file_is_missing_another_damaged(root):
    """An error each; the third data set is checked."""
    shutil.copy(root / 'annotations/test.json', root / 'annotations/ok.json')
    (root / 'annotations/train.json').unlink()
    (root / 'annotations/test.json').write_text('{"metainfo"')
    report = check(
        root, test_dataloader__dataset__ann_file='annotations/ok.json'
    )
    assert found(report) == [
        ('error', 'annotations', 'train', ''),
        ('error', 'annotations', 'val', ''),
    ]
    assert [subset.sound for subset in report.subsets] == [0, 0, 4]


def test_other_data_sets_are_passed_over(root):
    """Named in a note; a loader may be None; nothing left is a warning."""
    config = small_config(root)
    config.val_dataloader = None
    config.train_dataloader.dataset = ConfigDict(
        type='VideoDataset', ann_file='a', pipeline=[]
    )
    report = check_data(config, values=False)
    assert [subset.name for subset in report.subsets] == ['test']
    assert report.ready
    assert 'train_dataloader.dataset: passed over' in report.notes[0]
    assert 'VideoDataset' in report.notes[0]
    config.test_dataloader = None
    assert found(check_data(config)) == [('warning', 'config', '', '')]


@pytest.mark.parametrize(
    'option, value, message',
    [
        (f'{TRAIN}__layot', 'packed', 'layot'),
        (f'{TRAIN}__layout', 'i3d', "found 'i3d', expected one of"),
        (f'{TRAIN}__type', 'WeekLabelDataset', 'WeekLabelDataset'),
    ],
)
def test_data_sets_that_cannot_be_built(root, option, value, message):
    """A misspelt key is an error; the others are checked."""
    report = check(root, **{option: value})
    assert found(report) == [('error', 'config', 'train', '')]
    assert message in report.findings[0].message
    assert 'train_dataloader.dataset.dataset:' in report.findings[0].message
    assert [subset.name for subset in report.subsets] == ['val and test']


def test_a_fault_of_all_videos_is_told_once(root, monkeypatch):
    """A folder of features that is not there, one that cannot be listed."""
    report = check(root, **{f'{TRAIN}__data_prefix': dict(features='gone')})
    assert [f.kind for f in report.findings if f.subset == 'train'] == [
        'missing'
    ]
    assert report.subsets[0].abnormal == 6

    def walk(folder, onerror, **kwargs):
        onerror(PermissionError(13, 'Permission denied', folder))

    monkeypatch.setattr(feature_folder.os, 'walk', walk)
    report = check(root)
    assert [f[:3] for f in report.findings] == [
        ('error', 'unreadable', 'train'),
        ('error', 'unreadable', 'val and test'),
    ]


def test_from_a_store(root):
    """Training's values are those of the store, where the files are gone."""
    store = str(root / 'store')
    pack_config(small_config(root, model__in_channels=8), store)
    (root / 'moved').mkdir()
    for path in (root / 'features').glob('test*'):
        path.rename(root / 'moved' / path.name)
    shutil.rmtree(root / 'features')
    options = {
        f'{TRAIN}__store': store,
        'test_dataloader__dataset__data_prefix': dict(features='moved'),
        'val_dataloader': None,
    }
    report = check(root, values=True, **options)
    assert report.findings == []
    assert report.subsets[0].sound == 11
    assert report.subsets[0].magnitudes['mean'] > 0
    (data,) = (root / 'store').glob('*.npy')
    rows = np.load(data, mmap_mode='r+')
    rows[3, 0, 2, 0] = np.nan
    rows.flush()
    report = check(root, values=True, **options)
    assert found(report) == [('error', 'not finite', 'train', 'train3')]
    assert "video 'train3': expected finite values, found 1" in (
        report.findings[0].message
    )


def test_report_is_strict_json(root):
    """Without a value, with one NaN too many, and with odd letters."""
    np.save(root / 'features/train0.npy', np.full((3, 2, 8), np.nan, 'f4'))
    rename(root, 'train1', 'ü[b]#1')
    for options in (dict(values=True), dict(loaders=[])):
        report = check(root, **options)
        content = json.loads(json.dumps(report.as_dict(), allow_nan=False))
        assert content['verdict'] == report.verdict
        assert len(content['findings']) == len(report.findings)


def test_a_class_that_reads_as_normal(root):
    """Oracle: by hand (faults.md, C6). Not ready; ready as soon as the
    annotation file says that it is an anomaly."""

    def change(metainfo, videos):
        videos[0]['class'] = 'noFight'

    rewrite(root, 'train', change)
    report = check(root)
    assert found(report) == [('error', 'normal by name', 'train', '')]
    assert not report.ready

    def decide(metainfo, videos):
        metainfo['abnormal_classes'] = ['noFight']

    rewrite(root, 'train', decide)
    assert check(root).findings == []


def test_vectors_that_are_too_long(root):
    """Oracle: by hand (faults.md, C10). 1e20 squared is no float32; check.py
    says so before training and testing do."""
    path = root / 'features/train2.npy'
    array = np.load(path)
    array[1, 0, 3] = 1e20
    np.save(path, array)
    report = check(root, values=True)
    (finding,) = report.findings
    assert finding[:4] == ('error', 'too large', 'train', 'train2')
    assert 'train2.npy: expected vectors' in finding.message
    assert 'found 1 longer ones, up to 1e+20' in finding.message
