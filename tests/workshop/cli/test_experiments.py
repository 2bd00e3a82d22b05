"""tools/analysis/{ablation,sample_efficiency,k_sweep}.py on tiny data."""

import csv
import json
import runpy
from itertools import product

import cv2
import numpy as np
import pytest
from mmaction.registry import DATASETS

from rtfm_mmaction.apis.grid.cells import cell_config
from rtfm_mmaction.io.folder_lock import lock_folder
from rtfm_mmaction.workshop.experiments.ablation import ablation
from rtfm_mmaction.workshop.experiments.ablation_rows import ablation_rows
from rtfm_mmaction.workshop.experiments.comparison import comparison
from rtfm_mmaction.workshop.experiments.sample_efficiency import (
    sample_efficiency,
    subset,
)
from tests.support.forking import forked_until_killed
from tests.support.helpers import ROOT
from tests.support.small_data import make_data, small_config


def tool(name):
    return runpy.run_path(str(ROOT / f'tools/analysis/{name}.py'))['main']


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    root = make_data(tmp_path_factory.mktemp('experiments'))
    for name in ('config', 'other'):
        small_config(
            root, train_cfg__max_iters=1, train_cfg__val_interval=1
        ).dump(root / f'{name}.py')
    return root


def read_csv(path):
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def assert_picture(path):
    picture = cv2.imread(str(path))
    assert picture.shape[1] > 400 and picture.std() > 5


def test_ablation_has_eight_rows(root, tmp_path):
    """Oracle: the paper's Table 4, all combinations of three parts; the
    networks that the configs build have just those."""
    experiment = ablation(str(root / 'config.py'), [3, 4], {})
    assert len(experiment.cells) == 16
    found = set()
    for cell in experiment.cells[:8]:
        config = cell_config(cell, tmp_path)
        assert config.randomness.seed == 3
        found.add(
            (
                cell.row,
                config.model.neck.with_pdc,
                config.model.neck.with_tsa,
                config.model.head.loss_magnitude is not None,
            )
        )
    parts = list(product([False, True], repeat=3))
    assert found == {
        (
            '+'.join(
                name for name, used in zip(('pdc', 'tsa', 'fm'), part) if used
            )
            or 'baseline',
            *part,
        )
        for part in parts
    }
    assert [list(labels.values()) for labels in experiment.labels.values()][
        1
    ] == ['pdc', '✓', '', '']


def test_ablation_draws_and_writes(root, tmp_path, monkeypatch, capsys):
    """Oracle: files and numbers of the first two rows, a run each."""
    two = ablation_rows()[:2]
    monkeypatch.setattr(
        'rtfm_mmaction.workshop.experiments.ablation.ablation_rows',
        lambda: two,
    )
    assert (
        tool('ablation')(
            [
                str(root / 'config.py'),
                '--seeds',
                '3',
                '--jobs',
                '2',
                '--out',
                str(tmp_path),
            ]
        )
        == 0
    )
    rows = read_csv(tmp_path / 'table.csv')
    for row, name in zip(rows, ('baseline', 'pdc')):
        path = tmp_path / name / 'seed3/result.json'
        result = json.loads(path.read_text())
        assert (row['method'], row['runs']) == (name, '1')
        assert float(row['AUC, last, mean']) == pytest.approx(
            result['last']['anomaly/AUC'], abs=1e-6
        )
        assert float(row['seconds a run, mean']) > 0
    assert (tmp_path / 'table.md').read_text() in capsys.readouterr().out
    assert_picture(tmp_path / 'chart.png')


def test_a_second_experiment_in_the_folder_is_told(root, tmp_path):
    """E3: it names the folder and the process, and runs nothing."""

    def hold(ready):
        with lock_folder(tmp_path / 'out', 'an experiment', ''):
            ready()

    command = [str(root / 'config.py'), '--k', '2', '--seeds', '0', '--out']
    with forked_until_killed(hold) as process:
        with pytest.raises(SystemExit) as caught:
            tool('k_sweep')([*command, str(tmp_path / 'out')])
        assert f'process {process.pid} on' in str(caught.value)
    assert f'{tmp_path / "out"}: another run' in str(caught.value)
    assert not list((tmp_path / 'out').glob('k2*'))


def test_sweep_tells_what_failed(root, tmp_path, capsys):
    """Oracle: exit code and table, with a fault and once it is repaired."""
    command = [
        str(root / 'config.py'),
        '--k',
        '2',
        '1',
        '--margin',
        '50',
        '--seeds',
        '0',
        '--out',
        str(tmp_path),
        '--keys',
        'anomaly/AP',
    ]
    main = tool('k_sweep')
    assert main([*command, '--cfg-options', 'model.head.select_by=luck']) == 1
    printed = capsys.readouterr().out
    assert 'failed: k2-m50/seed0: exit code 1, the end of' in printed
    assert not (tmp_path / 'table.csv').exists()
    assert main(command) == 0
    rows = read_csv(tmp_path / 'table.csv')
    assert [(row['k'], row['m']) for row in rows] == [('1', '50'), ('2', '50')]
    assert set(rows[0]) == {
        'k',
        'm',
        'AP, last, mean',
        'AP, last, std',
        'AP, best, mean',
        'AP, best, std',
        'runs',
        'seconds a run, mean',
    }
    assert_picture(tmp_path / 'chart.png')


def test_sample_efficiency_has_a_point_a_count(root, tmp_path):
    """Oracle: the list of rows; the chart is a picture."""
    assert (
        tool('sample_efficiency')(
            [
                str(root / 'config.py'),
                '--counts',
                '3',
                '1',
                '--seeds',
                '0',
                '--out',
                str(tmp_path),
            ]
        )
        == 0
    )
    rows = read_csv(tmp_path / 'table.csv')
    assert [
        (row['method'], row['abnormal training videos']) for row in rows
    ] == [('config', '1'), ('config', '3')]
    assert_picture(tmp_path / 'chart.png')


def test_methods_share_their_videos(root):
    """Oracle: equality of what is drawn for each seed and count."""
    experiment = sample_efficiency(
        [str(root / f'{name}.py') for name in ('config', 'other')],
        [1, 2],
        [0, 1],
        {},
    )
    drawn = {cell.name: cell.overrides for cell in experiment.cells}
    assert len(drawn) == 8
    for name, overrides in drawn.items():
        assert overrides == drawn[name.replace('other', 'config')]
    assert drawn['config-1/seed0'] != drawn['config-1/seed1']


def test_runs_train_on_their_part_alone(root, tmp_path):
    """Oracle: the annotations: of three abnormal videos so many, of two
    normal ones both, in the data set that a run's config builds."""
    experiment = sample_efficiency(
        [str(root / 'config.py')], [1, 2, 3], [0, 1], {}
    )
    for cell in experiment.cells:
        config = cell_config(cell, tmp_path)
        pairs = DATASETS.build(config.train_dataloader.dataset)
        assert f'config-{len(pairs.abnormal_indices)}' == cell.row
        assert len(pairs.normal_indices) == 2
        videos = [
            video['video']
            for video in map(
                pairs.dataset.get_data_info, range(len(pairs.dataset))
            )
        ]
        assert {'train3', 'train4'} <= set(videos)


def test_parts_are_nested_and_follow_names():
    """Oracle: properties. More videos contain the fewer, all normal ones are
    there, the order of the videos changes nothing, a seed does."""
    rng = np.random.default_rng(0)
    names = np.array([f'v{index}' for index in range(30)])
    abnormal = np.arange(30) < 20
    drawn = {}
    for seed in (0, 1):
        parts = [set(subset(names, abnormal, n, seed)) for n in (1, 5, 12, 20)]
        assert [len(part) for part in parts] == [11, 15, 22, 30]
        assert all(a < b for a, b in zip(parts, parts[1:]))
        assert set(range(20, 30)) < parts[0]
        drawn[seed] = parts[1]
    assert drawn[0] != drawn[1]
    order = rng.permutation(30)
    shuffled = subset(names[order], abnormal[order], 5, 0)
    assert set(names[order][shuffled]) == {f'v{i}' for i in drawn[0]}


@pytest.mark.parametrize(
    'name, arguments, error',
    [
        (
            'sample_efficiency',
            ['--counts', '2', '4'],
            'counts: found 4, expected 1 to 3, the abnormal training videos of .*py',
        ),
        (
            'sample_efficiency',
            [
                '--counts',
                '1',
                '--cfg-options',
                'train_dataloader.dataset.dataset.indices=3',
            ],
            'expected all training videos',
        ),
        (
            'k_sweep',
            ['--cfg-options', 'model.head.loss_magnitude=None'],
            'found model.head.loss_magnitude=None',
        ),
        ('k_sweep', ['--k', '0'], 'k: found 0, expected more than 0'),
        ('ablation', ['--jobs', '0'], 'jobs: found 0'),
        ('ablation', ['--seeds', '1', '1'], 'found baseline/seed1 twice'),
        (
            'ablation',
            ['--cfg-options', 'optim_wraper.type=x'],
            "'optim_wraper' is not known; did you mean",
        ),
    ],
)
def test_bad_arguments_are_told(root, tmp_path, name, arguments, error):
    """Oracle: one sentence, no traceback, nothing written."""
    with pytest.raises(SystemExit, match=f'{name}: .*{error}'):
        tool(name)(
            [
                str(root / 'config.py'),
                '--out',
                str(tmp_path / 'out'),
                *arguments,
            ]
        )
    assert not (tmp_path / 'out').exists()


def test_compare_runs_each_config_with_each_variation(root, tmp_path, capsys):
    """Oracle: the configs of the cells, and the table's rows."""
    assert (
        tool('compare')(
            [
                str(root / 'config.py'),
                str(root / 'other.py'),
                '--seeds',
                '3',
                '--jobs',
                '2',
                '--out',
                str(tmp_path),
                '--vary',
                'k1',
                'model.head.num_selected=1',
                '--vary',
                'wd',
                'optim_wrapper.optimizer.weight_decay=0.5',
                'optim_wrapper.optimizer.lr=1e-5',
            ]
        )
        == 0
    )
    rows = read_csv(tmp_path / 'table.csv')
    assert [(row['config'], row['variation']) for row in rows] == [
        (config, name)
        for config in ('config', 'other')
        for name in ('–', 'k1', 'wd')
    ]
    settings = {
        name: json.loads((tmp_path / name / 'seed3/cell.json').read_text())[
            'settings'
        ]
        for name in ('config', 'config_k1', 'other_wd')
    }
    assert [s['model']['head']['num_selected'] for s in settings.values()] == [
        3,
        1,
        3,
    ]
    assert len({tuple(s) for s in settings.values()}) == 1  # no other keys
    optimizer = settings['other_wd']['optim_wrapper']['optimizer']
    assert (optimizer['weight_decay'], optimizer['lr']) == (0.5, 1e-5)
    assert settings['config']['optim_wrapper']['optimizer'] != optimizer
    assert_picture(tmp_path / 'chart.png')
    page = tmp_path / 'page.md'
    page.write_text(f'Before\n<!-- experiment: {tmp_path} -->\n<!-- end -->\n')
    tool('results_page')([str(page)])
    text = page.read_text()
    assert (tmp_path / 'table.md').read_text().strip() in text
    command = f'compare {root}/config.py {root}/other.py --seeds 3'
    assert f'rtfm workshop {command}' in text
    assert_picture(tmp_path / f'pictures/{tmp_path.name}.png')


def test_compare_gives_each_seed_its_split(root, tmp_path):
    """Oracle: the files that the cells' configs name."""
    experiment = comparison(
        [str(root / 'config.py')], [4, 7], {}, splits='annotations/splits'
    )
    for cell, seed in zip(experiment.cells, (4, 7)):
        config = cell_config(cell, tmp_path)
        folder = f'annotations/splits/{seed}'
        source = config.train_dataloader.dataset.dataset
        assert source.ann_file == f'{folder}/train.json'
        for loader in (config.val_dataloader, config.test_dataloader):
            assert loader.dataset.ann_file == f'{folder}/test.json'


def test_a_dictionary_of_other_splits_is_refused():
    """It may have learned from videos that a split tests."""
    with pytest.raises(ValueError, match='expected no --splits'):
        comparison(['s3r_i3d_ped2'], [0], {}, splits='annotations/splits')


@pytest.mark.parametrize(
    'arguments, message',
    [
        (['--vary', 'k1'], 'expected NAME KEY=VALUE'),
        (['--vary', 'k=1', 'k=2'], 'expected NAME KEY=VALUE'),
        (['--vary', 'a/b', 'k=1'], "variation 'a/b': expected a name"),
    ],
)
def test_compare_tells_bad_variations(
    root, tmp_path, capsys, arguments, message
):
    """Oracle: one sentence, and nothing runs."""
    with pytest.raises(SystemExit) as error:
        tool('compare')(
            [str(root / 'config.py'), '--out', str(tmp_path / 'x'), *arguments]
        )
    assert message in capsys.readouterr().err + str(error.value)
    assert not (tmp_path / 'x').exists()
