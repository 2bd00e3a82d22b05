"""rtfm fit on small videos: bright for a second in the middle, or never.

The backbone gives the brightness. Oracle: what was drawn.
"""

import json
import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from rtfm_mmaction.apis import AnomalyInferencer
from rtfm_mmaction.apis.detector_folder import (
    read_detector_folder,
    write_detector_folder,
)
from rtfm_mmaction.apis.fitting.alarms import RULE
from rtfm_mmaction.apis.fitting.members import (
    Branch,
    Member,
    Scaled,
    assemble,
)
from rtfm_mmaction.apis.loading import load_detector
from rtfm_mmaction.engine.detector_record import DetectorRecord
from rtfm_mmaction.export import OnnxDetector
from rtfm_mmaction.models.long_video import score_in_chunks
from tests.support.brightness import make_place, write_video
from tests.support.fitting import take_few_steps
from tests.support.forked_grid import forked_grid
from tests.support.helpers import ROOT
from tests.support.streaming import lines_of

fit, infer, stream, export, train = (
    runpy.run_path(str(ROOT / f'tools/{name}.py'))['main']
    for name in ('fit', 'infer', 'stream', 'export', 'train')
)
BRIGHT = 250
# Snippets of 16 frames at 25 frames/s.
SNIPPET = 16 / 25


@pytest.fixture(scope='module')
def few_steps():
    """Trainings of a few steps, with one dropout."""
    with forked_grid() as patch:
        take_few_steps(patch, steps=12)
        yield


def flashes(folder, count, bright):
    """Videos of a grey that changes each snippet, some with a flash."""
    rng = np.random.default_rng(bright)
    folder.mkdir()
    for index in range(count):
        length = int(rng.integers(9, 13))
        runs = [(16, int(value)) for value in rng.integers(0, 60, length)]
        if bright:
            runs[length // 2] = (16, BRIGHT)
        write_video(folder / f'v{index}.mp4', *runs)


def arguments(place, *more):
    # The precision that each machine has, so that all find the same.
    return [
        '--abnormal',
        str(place / 'with'),
        '--normal',
        str(place / 'without'),
        '--extractor',
        str(place / 'extractor.py'),
        '--out',
        str(place / 'detector'),
        '--folds',
        '2',
        '--device',
        'cpu',
        '--dtype',
        'fp32',
        *more,
    ]


@pytest.fixture(scope='module')
def place(module_path, few_steps):
    """Two folders, a new video, and the detector that was fitted."""
    make_place(module_path)
    flashes(module_path / 'with', 4, bright=True)
    flashes(module_path / 'without', 4, bright=False)
    write_video(
        module_path / 'new.mp4', (96, 30), (16, BRIGHT), (80, 10), (3, 10)
    )
    fit(arguments(module_path))
    return module_path


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob('*')
        if path.is_file()
    }


def of_new_video(place, out, *more, detector=None):
    """Arguments of commands that score the new video by the folder."""
    return [
        str(place / 'new.mp4'),
        '--detector',
        str(detector or place / 'detector'),
        '--extractor',
        str(place / 'extractor.py'),
        '--out',
        str(out),
        *more,
    ]


def test_a_new_video_is_scored_by_the_folder_alone(place, tmp_path):
    infer(of_new_video(place, tmp_path))
    content = json.loads((tmp_path / 'new.json').read_text())
    (event,) = content['events']
    assert event['peak_time'] == pytest.approx(6.5 * SNIPPET)
    assert content['threshold'] == 0.5
    others = np.delete(content['scores'], [5, 6, 7])
    assert others.max() < 0.5


def test_a_stream_takes_the_folder(place, tmp_path):
    out = tmp_path / 'lines'
    stream(of_new_video(place, out))
    start, end = lines_of(out)
    assert end['peak_time'] == pytest.approx(6.5 * SNIPPET)


def test_the_rule_of_the_folder_holds(place, tmp_path):
    """Oracle: the rule that was written into a copy; what the command line
    states comes before it."""
    shutil.copytree(place / 'detector', tmp_path / 'detector')
    file = tmp_path / 'detector/detector.json'
    facts = json.loads(file.read_text())
    facts['rule'].update(high=0.999999, max_gap=7.0)
    file.write_text(json.dumps(facts))
    for more, threshold, gap in (
        ([], 0.999999, 7.0),
        (['--threshold', '0.5'], 0.5, 7.0),
        (['--max-gap', '1'], 0.999999, 1.0),
    ):
        infer(
            of_new_video(
                place,
                tmp_path / 'out',
                *more,
                '--formats',
                'json',
                detector=tmp_path / 'detector',
            )
        )
        content = json.loads((tmp_path / 'out/new.json').read_text())
        assert content['rule']['high'] == threshold
        assert content['rule']['max_gap'] == gap
        assert content['threshold'] == threshold
    inferencer = AnomalyInferencer(
        weights=str(tmp_path / 'detector'), show_progress=False
    )
    assert inferencer.rule.max_gap == 7.0


def test_what_the_folder_says(place):
    """Oracle: by hand: 4 + 4 videos, all found, none of them false; each is
    held out once, and the card, the page and the curve are there."""
    found = read_detector_folder(place / 'detector')
    judged = found.facts['judgement']
    assert judged['video_AUC'] == judged['video_AP'] == 1
    threshold = found.facts['threshold']
    assert threshold['found'] == threshold['abnormal_videos'] == 4
    assert threshold['events'] == 0 and not threshold['is_shown']
    videos = found.facts['training']['videos']
    assert sorted(video['fold'] for video in videos) == [0] * 4 + [1] * 4
    card = (place / 'detector/README.md').read_text()
    assert 'it found 4 of the 4 with something in them' in card
    page = (place / 'detector/report.html').read_text()
    for video in videos:
        assert video['video'] in page
    assert not any(
        path.suffix in ('.py', '.pth', '.pkl')
        for path in (place / 'detector').rglob('*')
    )


def learned(detector):
    """Fold -> names of the videos that its trainings had."""
    config = json.loads((detector / 'config.json').read_text())
    dataset = config['train_dataloader']['dataset']['dataset']
    return {
        int(path.stem): {
            video['video']
            for video in json.loads(path.read_text())['data_list']
        }
        for path in Path(dataset['ann_file']).parent.glob('folds/*.json')
    }


def judged_by(detector):
    """Fold -> names of the videos that others than its own judge."""
    facts = read_detector_folder(detector).facts
    videos = facts['training']['videos']
    return {
        fold: {one['video'] for one in videos if one['fold'] != fold}
        for fold in {one['fold'] for one in videos}
    }


def test_models_learn_from_the_other_folds_alone(place):
    """Property: models learn from all videos that they do not judge; each
    network of the mean has a neck of its own."""
    assert learned(place / 'detector') == judged_by(place / 'detector')
    facts = read_detector_folder(place / 'detector').facts
    branches = [
        head['branch']
        for head in facts['detector']['model']['head']['heads']
        if head['type'] == 'RTFMHead'
    ]
    assert len(set(branches)) == len(branches)


def test_the_same_command_gives_the_same_bytes(place, capsys):
    """Oracle: the bytes before a kill that left a training and a video's
    features undone."""
    before = contents(place / 'detector')
    work = place / 'detector_work'
    shutil.rmtree(place / 'detector')
    (training,) = (work / 'training').iterdir()
    shutil.rmtree(training / 'runs/dropout0.3_fold1')
    lost = next((work / 'features').rglob('v2.npy'))
    lost.unlink()
    kept = next((work / 'features').rglob('v1.npy'))
    stamp = kept.stat().st_mtime_ns
    fit(arguments(place))
    assert contents(place / 'detector') == before
    assert kept.stat().st_mtime_ns == stamp and lost.exists()


def test_the_exported_file_scores_alike(tmp_path):
    """A folder with linear machines alone has a small graph; that of all parts
    is in tests/models. Oracle: the detector itself, within 1e-5."""
    members = [
        Member(
            Branch(str(fold), dict(type='IdentityNeck'), {}, mean, 1 + mean),
            dict(type='LinearSVMHead'),
            dict(weight=torch.rand(4), bias=torch.rand(())),
        )
        for fold, mean in enumerate(torch.rand(2, 4))
    ]
    detector, config = assemble(
        [Scaled(member, weight=0.5) for member in members], 4, 'average', 0.3
    )
    write_detector_folder(
        tmp_path / 'detector', detector, DetectorRecord(config), RULE, {}
    )
    out = tmp_path / 'detector.onnx'
    export([str(tmp_path / 'detector'), '--out', str(out)])
    features = np.random.default_rng(0).random((9, 5, 4), np.float32)
    expected = score_in_chunks(
        load_detector(None, str(tmp_path / 'detector')), features
    )
    found = OnnxDetector(out).score(features)
    for key in ('scores', 'crop_scores', 'logits'):
        np.testing.assert_allclose(found[key], expected[key], atol=1e-5)
    with pytest.raises(SystemExit, match='what its features were made'):
        export([str(tmp_path / 'detector'), '--out', str(tmp_path / 'both')])


def test_the_config_trains(place, tmp_path):
    """What was trained, on all videos, as a config for rtfm train."""
    train(
        [
            str(place / 'detector/config.json'),
            '--work-dir',
            str(tmp_path),
            '--cfg-options',
            'train_cfg.max_iters=2',
        ]
    )
    assert (tmp_path / 'iter_2.pth').is_file()


def test_verdicts_are_learned_from(place, tmp_path):
    """A flash of a normal video is refused: it alarms no more, and no figure
    gets worse. Oracle: what was drawn and said."""
    flashy = place / 'flashy'
    shutil.copytree(place / 'without', flashy)
    for index in range(3):
        runs = (80, 30), (16, BRIGHT), (64 + 16 * index, 10)
        write_video(flashy / f'v{index}.mp4', *runs)
    options = arguments(place)
    options[3] = str(flashy)
    options[7] = str(tmp_path / 'first')
    fit(options)
    first = read_detector_folder(tmp_path / 'first').facts
    verdicts = tmp_path / 'verdicts.json'
    entry = dict(start=3.2, end=3.84, verdict='wrong', note='a flash')
    content = dict(
        format='rtfm_mmaction.verdicts/1',
        detector=None,
        verdicts=[
            dict(
                entry,
                video=f'normal/v{index}',
                source=str(flashy / f'v{index}.mp4'),
            )
            for index in range(3)
        ],
    )
    verdicts.write_text(json.dumps(content))
    made = contents(tmp_path / 'first_work/features')
    options[7] = str(tmp_path / 'second')
    options += ['--work', str(tmp_path / 'first_work')]
    options += ['--verdicts', str(verdicts), '--from', str(tmp_path / 'first')]
    file = known(tmp_path / 'known.json', 'abnormal/v0', 1, [[64, 80]])
    options += ['--annotations', str(file)]
    fit(options)
    again = contents(tmp_path / 'first_work/features')
    assert made.items() <= again.items()
    # In the same --work; nothing of the trainings before is taken for these.
    for name in ('first', 'second'):
        assert learned(tmp_path / name) == judged_by(tmp_path / name)
    facts = read_detector_folder(tmp_path / 'second').facts
    judged = [
        video
        for video in facts['training']['videos']
        if video['video'].startswith('judged/')
    ]
    assert [video['label'] for video in judged] == [0] * 3
    groups = {
        video['video']: (video['group'], video['fold'])
        for video in facts['training']['videos']
    }
    for video in judged:
        whole = video['video'].split('/', 1)[1].split('@')[0]
        assert groups[video['video']] == groups[whole]
    # Its models were trained anew, on these bags as well.
    assert len(list((tmp_path / 'first_work/training').iterdir())) == 2
    card = (tmp_path / 'second/README.md').read_text()
    assert '0 events confirmed and 3 refused' in card
    assert '## What changed' in card
    assert (
        'no intervals of 3 of 4 abnormal videos, such as abnormal/v1' in card
    )
    assert facts['threshold']['events'] <= first['threshold']['events']


@pytest.mark.parametrize(
    ('name', 'words'),
    [
        ('detector.json', 'expected the format rtfm_mmaction.detector/1'),
        ('model.safetensors', 'expected the weights that .* is of'),
    ],
)
def test_files_of_others_are_told(place, tmp_path, name, words):
    folder = tmp_path / 'detector'
    shutil.copytree(place / 'detector', folder)
    if name.endswith('.json'):
        (folder / name).write_text('{"format": "other"}')
    else:
        (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    with pytest.raises(ValueError, match=words):
        load_detector(None, str(folder))


@pytest.mark.parametrize(
    ('more', 'words'),
    [
        (['--false-alarms-per-day', '0'], 'expected more than 0'),
        (['--false-alarms-per-day', 'inf'], 'more than 0, found inf'),
        (['--folds', '1'], 'folds: expected 2 or more'),
        (['--fps', '-5'], 'fps: expected more than 0, found -5'),
        (['--fps', 'nan'], 'fps: expected more than 0, found nan'),
        (['--jobs', '0'], 'jobs: expected 1 or more, found 0'),
        (['--seed', '-1'], 'seed: expected 0 or more, up to 4294967295'),
        (['--seed', '4294967296'], 'seed: .* found 4294967296'),
        (['--annotations', 'nowhere.json'], 'nowhere.json'),
        (['--from', 'nowhere'], 'expected the folder of a detector'),
        (['--verdicts', 'nowhere.json'], 'nowhere.json'),
    ],
)
def test_options_that_cannot_be(place, tmp_path, more, words, capsys):
    """One sentence, before anything slow; the folder is as it was."""
    before, work = contents(place / 'detector'), tmp_path / 'work'
    with pytest.raises(SystemExit, match=words):
        fit(arguments(place, '--work', str(work), *more))
    assert contents(place / 'detector') == before and not work.exists()


def known(path, name, label, intervals):
    """An annotation file of one video."""
    video = {
        'video': name,
        'label': label,
        'class': 'Flash' if label else 'Normal',
        'frames': None,
        'abnormal_intervals': intervals,
    }
    path.write_text(json.dumps(dict(metainfo={}, data_list=[video])))
    return path


def test_times_that_contradict_a_folder_are_told(place, tmp_path, capsys):
    file = known(tmp_path / 'known.json', 'abnormal/v0', 0, [])
    work = tmp_path / 'work'
    options = '--work', str(work), '--annotations', str(file)
    with pytest.raises(SystemExit, match='to be abnormal, as its folder'):
        fit(arguments(place, *options))
    assert not work.exists()


def test_a_folder_that_cannot_be_written_is_told(place, tmp_path, capsys):
    """Oracle: the sentence, before anything slow."""
    options = arguments(place)
    options[7] = str(tmp_path / 'out')
    (tmp_path / 'out/detector.json').mkdir(parents=True)
    with pytest.raises(SystemExit, match='expected the name of a file'):
        fit(options)
    assert not (tmp_path / 'out_work').exists()
