"""Configs by path or by shipped name, in each command that takes one."""

import importlib
import os

import pytest
from mmengine.config import Config

from rtfm_command import MAIN, WORKSHOP
from rtfm_mmaction.apis.config_names import (
    find_config,
    read_config,
    shipped_names,
)
from rtfm_mmaction.apis.running import load_config
from rtfm_mmaction.cli.options import FEATURES, TRAINING
from tests.support.helpers import ROOT


def test_names_are_those_of_the_files():
    """Oracle: the folder of configs; no name stands for two files."""
    training, features = shipped_names(TRAINING), shipped_names(FEATURES)
    for names, folder in ((training, ''), (features, 'features')):
        paths = (ROOT / 'configs' / folder).glob('*.py')
        assert names == sorted(path.stem for path in paths)
    assert len({*training, *features}) == len(training) + len(features)
    for name in (*training, *features):
        assert os.path.basename(find_config(name)) == f'{name}.py'


def test_a_file_goes_before_a_name(tmp_path, monkeypatch):
    """Property: what lies about is never passed over for what is shipped."""
    monkeypatch.chdir(tmp_path)
    assert find_config('rtfm_demo') != 'rtfm_demo'
    (tmp_path / 'rtfm_demo').mkdir()  # a folder is no config
    assert find_config('rtfm_demo') != 'rtfm_demo'
    (tmp_path / 'rtfm_demo').rmdir()
    (tmp_path / 'rtfm_demo').write_text('model = 1')
    assert find_config('rtfm_demo') == 'rtfm_demo'


def test_a_name_is_as_good_as_its_path(monkeypatch):
    """Oracle: the config of the file, its folder of logs as well."""
    monkeypatch.chdir(ROOT)
    by_name = load_config('rtfm_demo', fill_channels=False)
    by_path = load_config('configs/rtfm_demo.py', fill_channels=False)
    assert by_name.work_dir == os.path.join('work_dirs', 'rtfm_demo')
    assert by_name.to_dict() == by_path.to_dict()


def test_other_files_are_told(tmp_path):
    """One sentence with the file, and what is missing or cannot be read."""
    (tmp_path / 'torn.py').write_text('model = dict(')
    with pytest.raises(ValueError, match='torn.py: expected a config, found'):
        load_config(str(tmp_path / 'torn.py'))
    (tmp_path / 'empty.py').write_text('a = 1')
    with pytest.raises(ValueError, match="empty.py: .*key model, found .'a'"):
        load_config(str(tmp_path / 'empty.py'))
    with pytest.raises(ValueError, match='rtfm_demo.py: .*key extractor'):
        read_config('rtfm_demo', 'extractor')


# Command -> its arguments around a config that does not exist.
ARGUMENTS = {
    'check': ['{}'],
    'dictionary': ['{}', '--out', 'a.npy'],
    'explain': [
        *('a.mp4', '--config', '{}', '--checkpoint', 'a.pth'),
        *('--extractor', 'c3d_sports1m_10crop', '--out', 'a'),
    ],
    'export': ['{}', 'a.pth', '--out', 'a.onnx'],
    'extract': ['{}', '{folder}/a.mp4', '--out', 'a'],
    'fit': [
        *('--abnormal', 'a.mp4', '--normal', 'b', '--extractor', '{}'),
        *('--out', 'a'),
    ],
    'infer': [
        'a.npy',
        '--config',
        '{}',
        '--checkpoint',
        'a.pth',
        '--out',
        'a',
    ],
    'pack': ['{}', '--out', 'a'],
    'released': ['rtfm', 'a.pkl', 'a.pth', '--config', '{}'],
    'stream': [
        *('a.mp4', '--config', '{}', '--checkpoint', 'a.pth'),
        *('--extractor', 'c3d_sports1m_10crop'),
    ],
    'test': ['{}', 'a.pth'],
    'train': ['{}'],
    'ablation': ['{}', '--out', '{folder}/a'],
    'classic-baselines': ['{}', '--method', 'linear-svm'],
    'compare': ['{}', '--out', '{folder}/a'],
    'cross-fit': ['{}', '--out', '{folder}/a'],
    'k-sweep': ['{}', '--out', '{folder}/a'],
    'sample-efficiency': ['{}', '--counts', '4', '--out', '{folder}/a'],
}
COMMANDS = {
    name: room.module(name)
    for room in (MAIN, WORKSHOP)
    for name in room.commands
}


def takes_a_config(name):
    """Whether a command's parser has a config among its arguments."""
    parser = importlib.import_module(COMMANDS[name]).make_parser()
    return any(
        getattr(action, 'complete', None) in (TRAINING, FEATURES)
        for action in parser._actions
    )


def test_the_list_of_such_commands_is_whole():
    """Oracle: the parsers."""
    assert {*ARGUMENTS} == set(filter(takes_a_config, COMMANDS))


@pytest.mark.parametrize('name', ARGUMENTS)
def test_a_misspelt_name_gets_the_nearest(name, tmp_path, monkeypatch):
    """One line from each command that takes a config, and nothing written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'a.mp4').touch()
    arguments = [
        text.replace('{folder}', str(tmp_path)).replace('{}', 'sultani_dmo')
        for text in ARGUMENTS[name]
    ]
    main = importlib.import_module(COMMANDS[name]).main
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    words = str(ended.value.code)
    assert words.count('\n') == 0
    assert words.startswith(f'{name.replace("-", "_")}: sultani_dmo: expected')
    assert 'did you mean sultani_demo' in words
    assert [path.name for path in tmp_path.iterdir()] == ['a.mp4']


def test_train_and_extract_take_the_shipped_one(tmp_path, monkeypatch):
    """E10. Oracle: the config of the file, where the work begins."""
    monkeypatch.chdir(tmp_path)
    train = importlib.import_module('rtfm_mmaction.cli.train')
    extract = importlib.import_module('rtfm_mmaction.cli.extract')
    seen = []

    def stop(config, *_):
        seen.append(config)
        raise ValueError('far enough')

    monkeypatch.setattr(train, 'refuse_bad_data', stop)
    monkeypatch.setattr(extract, 'build_extractor', stop)
    with pytest.raises(SystemExit, match='train: far enough'):
        train.main(['rtfm_demo'])
    (tmp_path / 'a.mp4').touch()
    name = 'inception-i3d_kinetics400_1crop'
    with pytest.raises(SystemExit, match='extract: far enough'):
        extract.main([name, 'a.mp4', '--out', 'features'])
    assert seen[0].work_dir == os.path.join('work_dirs', 'rtfm_demo')
    for config, path in zip(seen, ('rtfm_demo', f'features/{name}')):
        expected = Config.fromfile(ROOT / f'configs/{path}.py')
        assert config['model'] == expected.model
