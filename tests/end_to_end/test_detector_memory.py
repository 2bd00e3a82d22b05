"""What a detector remembers of its features (faults.md, C4, and C1 to C3).

A detector is trained on features that ``rtfm extract`` made of tiny videos;
its checkpoint is then used alone, and with features of another make.
"""

import json
import shutil

import numpy as np
import pytest
import torch
from mmengine.config import Config

from rtfm_mmaction.apis import chosen_extractor
from rtfm_mmaction.apis.loading import load_detector
from rtfm_mmaction.cli import (
    check,
    explain,
    export,
    extract,
    infer,
    pack,
    stream,
    test,
    train,
)
from rtfm_mmaction.datasets.annotations import save_annotations
from rtfm_mmaction.evaluation.predictions import read_predictions
from tests.support.small_data import annotation, small_config
from tests.support.tiny import make_video, make_weights, tiny_config

SNIPPETS = 6


def run(command, *args):
    return command.main([str(arg) for arg in args])


def write_extractor(root, name, weights, **changes):
    config = tiny_config(root / weights, **changes)
    config['custom_imports'] = dict(imports=['tests.support.tiny'])
    Config(config).dump(root / name)


@pytest.fixture(scope='module')
def root(module_path):
    """A data set of six videos, two extractors and a trained detector."""
    root = module_path
    for name, seed in (('b.pth', 0), ('other.pth', 1)):
        make_weights(root / name, seed)
    write_extractor(root, 'five.py', 'b.pth')
    write_extractor(root, 'other_weights.py', 'other.pth')
    write_extractor(
        root,
        'whole.py',
        'b.pth',
        resize=(32, 32),
        crops=dict(layout='whole', size=32),
    )
    (root / 'videos').mkdir()
    videos = dict(train=[], test=[])
    for subset, count in (('train', 4), ('test', 2)):
        for index in range(count):
            name, label = f'{subset}{index}', index % 2
            make_video(
                root / f'videos/{name}.mp4', 16 * SNIPPETS, seed=10 + index
            )
            known = subset == 'test'
            videos[subset].append(
                annotation(
                    name,
                    label,
                    16 * SNIPPETS if known else None,
                    ([[16, 48]] if label else []) if known else None,
                )
            )
    for subset, entries in videos.items():
        save_annotations(
            root / f'annotations/{subset}.json',
            dict(dataset='small', subset=subset),
            entries,
        )
    run(extract, root / 'five.py', root / 'videos', '--out', root / 'features')
    run(extract, root / 'whole.py', root / 'videos', '--out', root / 'whole')
    # A neck would be of no use here, and takes seconds to export.
    config = small_config(
        root,
        model__in_channels=None,
        model__neck=dict(_delete_=True, type='IdentityNeck'),
    )
    config.train_cfg.max_iters = 2
    config.default_hooks.checkpoint.interval = 2
    config.dump(root / 'config.py')
    run(train, root / 'config.py', '--seed', 0, '--no-validate')
    shutil.copy(root / 'work/iter_2.pth', root / 'd.pth')
    return root


def scores_of(out, name='test0'):
    return json.loads((out / f'{name}.json').read_text())['scores']


def test_the_checkpoint_says_all(root):
    """Oracle: the files that were used."""
    content = torch.load(root / 'd.pth', weights_only=False)
    said = json.loads(json.dumps(content['meta']['detector']))
    assert said == content['meta']['detector']  # plain values
    features = said['features']
    sidecar = json.loads((root / 'features/train0.json').read_text())
    assert features['settings'] == sidecar['settings']
    assert features['weights'] == dict(
        file='b.pth', checkpoint=str(root / 'b.pth')
    )
    assert (features['channels'], features['crops']) == (4, 5)
    assert features['snippet_len'] == 16
    assert features['layout']['name'] == '{video}.npy'
    assert said['model']['in_channels'] == 4


def test_a_checkpoint_alone_scores_videos(root, tmp_path, monkeypatch):
    """Oracle: the run that names config and extractor, bit by bit."""
    video = root / 'videos/test0.mp4'
    named = ['--config', root / 'config.py', '--extractor', root / 'five.py']
    weights = ['--checkpoint', root / 'd.pth', '--formats', 'json']
    run(infer, video, *weights, *named, '--out', tmp_path / 'named')
    monkeypatch.chdir(tmp_path)
    run(infer, video, *weights, '--out', tmp_path / 'alone')
    assert scores_of(tmp_path / 'alone') == scores_of(tmp_path / 'named')
    run(infer, root / 'features', *weights, '--out', tmp_path / 'rows')
    assert scores_of(tmp_path / 'rows') == pytest.approx(
        scores_of(tmp_path / 'named')
    )


OTHERS = dict(
    whole='crops.layout: expected five, found whole',
    other_weights='weights: expected',
)


@pytest.mark.parametrize('name', OTHERS)
def test_another_extractor_is_refused_by_name(root, tmp_path, name, capsys):
    """Oracle: what differs between the configs; and what both say alike."""
    extractor = ['--extractor', root / f'{name}.py']
    weights = ['--checkpoint', root / 'd.pth']
    video = root / 'videos/test0.mp4'
    out = ['--out', tmp_path / 'out']
    for command, args in (
        (infer, [video, *weights, *extractor, *out]),
        (explain, [video, *weights, *extractor, *out]),
        (stream, [video, *weights, *extractor]),
    ):
        with pytest.raises(SystemExit) as stopped:
            run(command, *args)
        words = str(stopped.value)
        assert OTHERS[name] in words and '--other-features' in words
        assert f'{name}.py' in words
    run(infer, video, *weights, *extractor, *out, '--other-features')
    assert OTHERS[name] in capsys.readouterr().err
    assert len(scores_of(tmp_path / 'out')) == SNIPPETS


def test_explain_and_stream_by_the_checkpoint_alone(root, tmp_path):
    """Oracle: the files and the end of both."""
    video = root / 'videos/test1.mp4'
    weights = ['--checkpoint', root / 'd.pth']
    run(explain, video, *weights, '--out', tmp_path)
    assert (tmp_path / 'test1_explained.png').is_file()
    run(stream, video, *weights, '--out', tmp_path / 'events.jsonl')
    assert (tmp_path / 'events.jsonl').is_file()


def test_features_of_another_make(root, tmp_path, capsys):
    """Oracle: the side-cars. One video's fault is that video's."""
    shutil.copytree(root / 'features', tmp_path / 'f')
    for suffix in ('npy', 'json'):
        shutil.copy(root / f'whole/test1.{suffix}', tmp_path / 'f')
    args = [tmp_path / 'f', '--checkpoint', root / 'd.pth']
    args += ['--out', tmp_path / 'out', '--formats', 'json']
    with pytest.raises(SystemExit, match='1 of 6 inputs'):
        run(infer, *args)
    said = capsys.readouterr().out
    assert 'test1.npy: expected features as the detector' in said
    assert OTHERS['whole'] in said
    run(infer, *args, '--other-features')
    assert len(scores_of(tmp_path / 'out', 'test1')) == SNIPPETS


def test_rows_without_a_side_car(root, tmp_path, capsys):
    """Oracle: N of the training, 5. Crops first are doubted, and read in the
    layout that somebody names."""
    rows = np.load(root / 'features/test0.npy')
    for name, array in (
        ('one', rows[:, :1]),
        ('same', rows),
        ('turned_i3d', rows.swapaxes(0, 1)),
    ):
        np.save(tmp_path / f'{name}.npy', array)
    args = ['--checkpoint', root / 'd.pth', '--formats', 'json', '--out']
    with pytest.raises(SystemExit, match='2 of 3 inputs'):
        run(infer, tmp_path, *args, tmp_path / 'out')
    said = ' '.join(capsys.readouterr().out.split())
    assert 'crops: expected 5, found 1' in said
    assert 'first axis, 5, looks like the crops' in said
    expected = scores_of(tmp_path / 'out', 'same')
    run(
        *(infer, tmp_path / 'turned_i3d.npy', *args, tmp_path / 'turned'),
        *('--layout', 'crop_first'),
    )
    assert scores_of(tmp_path / 'turned', 'turned') == expected


def test_tests_compare_too(root, tmp_path, capsys):
    """Oracle: as above; the dump has the digests of both."""
    wrong = [
        '--cfg-options',
        'test_dataloader.dataset.data_prefix.features=' + str(root / 'whole'),
    ]
    args = [root / 'config.py', root / 'd.pth', '--work-dir', tmp_path / 'w']
    with pytest.raises(SystemExit) as stopped:
        run(test, *args, *wrong)
    assert OTHERS['whole'] in str(stopped.value)
    figures = run(test, *args, '--other-features', *wrong)
    assert 0 <= figures['anomaly/AUC'] <= 1
    run(test, *args, '--dump', tmp_path / 'p.json')
    meta, _, _ = read_predictions(tmp_path / 'p.json')
    assert set(meta['made_with']) == {'detector', 'extractor', 'dtype'}
    assert all(meta['made_with'].values())
    with pytest.raises(SystemExit):
        run(check, root / 'config.py', *wrong)
    assert 'of another make than' in capsys.readouterr().out


def test_an_exported_detector_remembers(root, tmp_path):
    """Oracle: the checkpoint's own scores and refusal."""
    onnx = tmp_path / 'd.onnx'
    run(export, root / 'config.py', root / 'd.pth', '--out', onnx)
    video = root / 'videos/test0.mp4'
    args = [video, '--config', onnx, '--formats', 'json', '--out', tmp_path]
    run(infer, *args)
    alone = scores_of(tmp_path)
    run(infer, *args, '--extractor', root / 'five.py')
    assert scores_of(tmp_path) == alone
    with pytest.raises(SystemExit) as stopped:
        run(infer, *args, '--extractor', root / 'whole.py')
    assert OTHERS['whole'] in str(stopped.value)


def test_another_precision_is_told(root, tmp_path, capsys):
    """Oracle: the words, once; it is not refused."""
    run(
        *(infer, root / 'videos/test0.mp4', root / 'videos/test1.mp4'),
        *('--checkpoint', root / 'd.pth', '--formats', 'json', '--dtype'),
        *('bf16', '--out', tmp_path),
    )
    assert capsys.readouterr().err.count('features in bf16') == 1


def test_the_precision_is_that_of_the_training(root, tmp_path, capsys):
    """Oracle: what each combination is said to be, by hand."""
    content = torch.load(root / 'd.pth', weights_only=False)
    record = content['meta']['detector']['features']
    record['settings']['dtype'] = 'bf16'
    torch.save(content, tmp_path / 'd.pth')
    for device_can, more, found in (
        (True, [], 'bf16'),
        (False, [], 'fp32'),
        (True, ['--dtype', 'fp32'], 'fp32'),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                chosen_extractor, 'knows_bfloat16', lambda device: device_can
            )
            run(
                *(infer, root / 'videos/test0.mp4', '--formats', 'json'),
                *('--checkpoint', tmp_path / 'd.pth', '--device', 'cpu'),
                *('--out', tmp_path, *more),
            )
        result = json.loads((tmp_path / 'test0.json').read_text())
        assert result['made_with']['dtype'] == found
        said = 'features in fp32' in capsys.readouterr().err
        assert said == (found == 'fp32')


def test_a_store_remembers_without_the_files(root, tmp_path):
    """Oracle: the record of the training on files."""
    for name in ('annotations', 'features'):
        shutil.copytree(root / name, tmp_path / name)
    config = small_config(tmp_path, model__in_channels=None)
    config.train_cfg.max_iters = 1
    config.train_dataloader.dataset.dataset.store = 'store'
    config.dump(tmp_path / 'config.py')
    run(pack, tmp_path / 'config.py')
    shutil.rmtree(tmp_path / 'features')
    run(train, tmp_path / 'config.py', '--no-validate', '--seed', 0)
    found = load_detector(None, str(tmp_path / 'work/iter_1.pth')).trained_on
    assert found == load_detector(None, str(root / 'd.pth')).trained_on


def changed(root, path, change):
    content = torch.load(root / 'd.pth', weights_only=False)
    change(content['meta'])
    torch.save(content, path)
    return path


def test_an_older_checkpoint_cannot_tell(root, tmp_path, capsys):
    """Oracle: the words, and the scores of the one that can."""
    old = changed(
        root, tmp_path / 'old.pth', lambda meta: meta.pop('detector')
    )
    video = root / 'videos/test0.mp4'
    args = [video, '--checkpoint', old, '--formats', 'json', '--out', tmp_path]
    with pytest.raises(SystemExit, match='since version 0.2.*--config'):
        run(infer, *args)
    args += ['--config', root / 'config.py']
    with pytest.raises(SystemExit, match='--extractor'):
        run(infer, *args)
    run(infer, *args, '--extractor', root / 'whole.py')
    assert 'so other features cannot be told' in capsys.readouterr().err


def order(meta):
    meta['detector']['model']['neck'] = dict(
        type='os.system', command='touch ran'
    )


def hidden_order(meta):
    meta['detector']['features']['settings']['backbone'] = dict(
        type='subprocess.run', args=['touch', 'ran']
    )


def huge(meta):
    meta['detector']['model']['in_channels'] = 10**9


def torn(meta):
    meta['detector']['features']['crops'] = 'many'


@pytest.mark.parametrize(
    'change, words',
    [
        (order, 'found os.system'),
        (hidden_order, 'found subprocess.run'),
        (huge, 'found others'),
        (torn, 'crops: expected int, found many'),
    ],
)
def test_nothing_of_the_file_is_run(
    root, tmp_path, monkeypatch, change, words
):
    """Oracle: the folder; and what is wrong is said."""
    monkeypatch.chdir(tmp_path)
    file = changed(root, tmp_path / 'x.pth', change)
    with pytest.raises(SystemExit) as stopped:
        run(
            *(infer, root / 'videos/test0.mp4', '--checkpoint', file),
            *('--out', tmp_path / 'out'),
        )
    assert words in str(stopped.value) and str(file) in str(stopped.value)
    assert not (tmp_path / 'ran').exists()
