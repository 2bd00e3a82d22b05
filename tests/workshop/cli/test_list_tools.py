"""tools/data/{rtfm_lists,plain_text}.py, and bad files in all such tools."""

import shutil

import numpy as np
import pytest
from scipy.io import savemat

from tests.support.forbidding import forbid
from tests.workshop.cli.test_data_tools import UCF, read, run, write

LISTS = dict(
    train_list='/x/Abuse001_x264_i3d.npy\n'
    'D:\\x\\Normal_Videos001_x264_i3d.npy',
    test_list='/y/Arson011_x264_i3d.npy\r\n/y/Normal_Videos_003_x264_i3d.npy',
)
PLAIN = dict(
    train_list='"a b" Fighting\nc normal', test_annotations='d 1 5 9\n#e 0'
)


def mat(folder):
    path = folder / 'mats' / 'Arson011_x264.mat'
    path.parent.mkdir()
    savemat(
        path,
        {
            'Annotation_file': dict(
                VideoName='Arson011_x264.mp4',
                EventName='Arson',
                Anno=np.array([[11, 41], [-1, -1]], np.int16),
            )
        },
    )
    return path


def ucf_text(folder):
    return write(folder, **UCF)


def ucf_mat(folder):
    mat(folder)
    files = write(
        folder,
        train_list=UCF['train_list'],
        test_list='Normal_Videos_003_x264.mp4',
    )
    return dict(files, test_annotations=folder / 'mats')


def shanghaitech(folder):
    (folder / 'masks').mkdir()
    np.save(folder / 'masks/01_0014.npy', np.array([0, 1], np.uint8))
    return dict(
        write(folder, train_list='01_0014', test_list='01_001'),
        masks=folder / 'masks',
    )


def xd_violence(folder):
    return write(
        folder,
        train_list='a_label_A',
        test_list='b_label_G',
        test_annotations='b_label_G 1 5',
    )


def ucsd_ped2(folder):
    return write(folder, annotations='a train 0\nb test 1 3 12')


def rtfm_lists(folder):
    (folder / 'features').mkdir()
    for name, count in (('Arson011_x264', 3), ('Normal_Videos_003_x264', 2)):
        np.save(
            folder / f'features/{name}_i3d.npy',
            np.ones((count, 10, 4), np.float32),
        )
    np.save(folder / 'gt.npy', np.repeat([0.0, 1.0, 0.0], [20, 20, 40]))
    return dict(
        write(folder, **LISTS),
        ground_truth=folder / 'gt.npy',
        features=folder / 'features',
        dataset='mine',
        layout='rtfm',
    )


def plain_text(folder):
    counts = 'video,frames\n' + ''.join(
        f'{name},20\n' for name in ('a b', 'c', 'd', '#e')
    )
    return dict(write(folder, **PLAIN, frame_counts=counts), dataset='mine')


# Case -> tool, what makes its input, and the files of each sort in it.
TOOLS = dict(
    ucf_text=(
        'ucf_crime',
        ucf_text,
        ['train_list', 'test_annotations', 'frame_counts'],
        [],
    ),
    ucf_mat=('ucf_crime', ucf_mat, ['test_list'], ['mats/Arson011_x264.mat']),
    shanghaitech=(
        'shanghaitech',
        shanghaitech,
        ['train_list', 'test_list'],
        ['masks/01_0014.npy'],
    ),
    xd_violence=(
        'xd_violence',
        xd_violence,
        ['train_list', 'test_list', 'test_annotations'],
        [],
    ),
    ucsd_ped2=('ucsd_ped2', ucsd_ped2, ['annotations'], []),
    rtfm_lists=(
        'rtfm_lists',
        rtfm_lists,
        ['train_list', 'test_list'],
        ['gt.npy', 'features/Arson011_x264_i3d.npy'],
    ),
    plain_text=(
        'plain_text',
        plain_text,
        ['train_list', 'test_annotations', 'frame_counts'],
        [],
    ),
)


def test_rtfm_lists(tmp_path, capsys):
    """Oracle: by hand. 5 snippets are 80 frames, 20 of them marked."""
    options = rtfm_lists(tmp_path)
    options.pop('layout')
    run('rtfm_lists', tmp_path / 'out', **options)
    printed = capsys.readouterr()
    assert [line.split() for line in printed.out.split('\n')[2:4]] == [
        ['train', '2', '1', '1', '-', '-', '-'],
        ['test', '2', '1', '1', '80', '20', '25.00%'],
    ]
    assert "layout='auto' found 'rtfm'" in printed.err
    metainfo, subsets = read(tmp_path / 'out')
    assert metainfo == dict(
        dataset='mine', subset='test', classes=['Abuse', 'Arson']
    )
    assert subsets['test'][0]['abnormal_intervals'] == [[20, 40]]


def test_rtfm_lists_by_the_order(tmp_path):
    """Names that tell nothing need two numbers."""
    files = rtfm_lists(tmp_path)
    for name in ('train_list', 'test_list'):
        text = files[name].read_text()
        files[name].write_text(
            text.replace('Normal_', 'n')
            .replace('Arson011', 'a')
            .replace('Abuse', 'b')
        )
    for path in (tmp_path / 'features').iterdir():
        path.rename(str(path).replace('Normal_', 'n').replace('Arson011', 'a'))
    with pytest.raises(SystemExit, match='mine: .*train_list:1: .*--abnorm'):
        run('rtfm_lists', tmp_path / 'out', **files)
    assert not (tmp_path / 'out').exists()
    run('rtfm_lists', tmp_path / 'out', **files, abnormal_first=(1, 1))
    metainfo, subsets = read(tmp_path / 'out')
    assert metainfo['classes'] == ['Abnormal']
    assert [video['label'] for video in subsets['train']] == [1, 0]


def test_plain_text(tmp_path, capsys):
    """Oracle: by hand. 5 to 9 are 4 frames of 40, 5 with both ends."""
    options = plain_text(tmp_path)
    run('plain_text', tmp_path / 'out', **options)
    assert capsys.readouterr().out.split('\n')[3].split() == [
        'test',
        '2',
        '1',
        '1',
        '40',
        '4',
        '10.00%',
    ]
    metainfo, subsets = read(tmp_path / 'out')
    assert metainfo == dict(
        dataset='mine', subset='test', classes=['Abnormal', 'Fighting']
    )
    assert [video['video'] for video in subsets['train']] == ['a b', 'c']
    run('plain_text', tmp_path / 'out', **options, one_based=True)
    assert read(tmp_path / 'out')[1]['test'][0]['abnormal_intervals'] == [
        [4, 9]
    ]


def test_plain_text_without_test_videos(tmp_path, capsys):
    """Only what there is, is written."""
    options = plain_text(tmp_path)
    options.pop('test_annotations')
    run('plain_text', tmp_path / 'out', **options)
    assert [path.name for path in (tmp_path / 'out').iterdir()] == [
        'train.json'
    ]
    assert len(capsys.readouterr().out.strip().split('\n')) == 3


def test_plain_text_says_how_a_line_looks(tmp_path, capsys):
    """Oracle: the grammar, word for word, in the help."""
    with pytest.raises(SystemExit):
        run('plain_text', tmp_path, help=True)
    printed = capsys.readouterr().out
    assert 'name label [start end]*\n' in printed
    assert '    "front door 2.mp4" abnormal  120 260  400 480\n' in printed


def test_ucf_crime_from_mat_files(tmp_path, capsys):
    """11 to 41 with both ends are 31 frames."""
    run('ucf_crime', tmp_path / 'out', **ucf_mat(tmp_path))
    assert capsys.readouterr().out.split('\n')[3].split() == [
        'test',
        '2',
        '1',
        '1',
        '-',
        '31',
        '-',
    ]
    _, subsets = read(tmp_path / 'out')
    assert [video['video'] for video in subsets['test']] == [
        'Arson011_x264',
        'Normal_Videos_003_x264',
    ]


def break_it(fault, path, monkeypatch):
    """Do a fault to a good file; what the error says then."""
    content = path.read_bytes()
    if fault == 'denied':
        forbid(monkeypatch, path)
        return 'Permission denied'
    path.unlink()
    if fault == 'folder':
        path.mkdir()
        return 'found a folder'
    if fault == 'loop':
        path.symlink_to(path)
        return 'symbolic links'
    if fault == 'not UTF-8':
        path.write_bytes('é'.encode('latin-1') + content)
        return "can't decode byte 0xe9"
    if fault == 'truncated':
        path.write_bytes(content[:-20])
        return ''
    if fault == 'wrong magic':
        # A MATLAB file has its own behind 124 bytes of any text.
        path.write_bytes(b'PK\x03\x04' * 32 + content[128:])
        return "begins with b'PK\\x03\\x04"
    if fault == 'empty':
        path.write_bytes(b'')
        return ''
    array = {
        'objects': np.array([{}], object),
        'wrong rank': np.ones((1, 1, 1, 3), np.float32),
        'zero rows': np.ones((0, 4), np.float32),
    }[fault]
    if path.suffix == '.mat':
        savemat(path, {'Annotation_file': array})
    else:
        np.save(path, array, allow_pickle=True)
    return ''


# What can be wrong with any file, and each file once with one of them: all go
# through the readers of io/reading.py, whose own tests have the rest.
ANY_FAULTS = ('denied', 'not UTF-8', 'folder', 'loop')
TEXT_FILES = [
    (case, option)
    for case, (_, _, options, _) in TOOLS.items()
    for option in options
]
TEXT_CASES = [
    (*file, ANY_FAULTS[index % len(ANY_FAULTS)])
    for index, file in enumerate(TEXT_FILES)
] + [(*file, 'empty') for file in TEXT_FILES]
# What a tool has to check of an array by itself; the reader of MATLAB files
# and the layouts of features are no readers of arrays alone.
OWN_FAULTS = ('truncated', 'wrong rank', 'zero rows')
ALL_FAULTS = (*OWN_FAULTS, 'empty', 'wrong magic', 'objects')
ARRAY_CASES = [
    (case, name, fault)
    for case, name, faults in (
        ('ucf_mat', 'mats/Arson011_x264.mat', (*ALL_FAULTS, 'denied')),
        ('shanghaitech', 'masks/01_0014.npy', (*OWN_FAULTS, 'folder')),
        ('rtfm_lists', 'gt.npy', (*OWN_FAULTS, 'wrong magic', 'loop')),
        (
            'rtfm_lists',
            'features/Arson011_x264_i3d.npy',
            (*ALL_FAULTS, 'denied', 'folder'),
        ),
    )
    for fault in faults
]


@pytest.mark.parametrize('case', TOOLS)
def test_good_files_are_good(tmp_path, case):
    """So that what the next test refuses is refused for its fault."""
    tool, make, options, names = TOOLS[case]
    inputs = make(tmp_path)
    assert set(options) <= set(inputs)
    assert all((tmp_path / name).is_file() for name in names)
    run(tool, tmp_path / 'out', **inputs)
    assert len(read(tmp_path / 'out')[1]) == 2


@pytest.mark.parametrize(
    'case, name, fault',
    TEXT_CASES
    # There a folder is one of .mat files, without any.
    + [('ucf_text', 'test_annotations', 'folder')]
    + ARRAY_CASES,
)
def test_bad_file_is_one_sentence_and_writes_nothing(
    tmp_path, monkeypatch, case, name, fault
):
    """Oracle: SystemExit with one line that names the file, what was found
    and what was expected; no folder. Each file of each tool is empty once,
    which the tool tells, and once what its reader tells."""
    tool, make, _, _ = TOOLS[case]
    inputs = make(tmp_path)
    path = inputs.get(name, tmp_path / name)
    found = break_it(fault, path, monkeypatch)
    if case == 'ucf_text' and (name, fault) == ('test_annotations', 'folder'):
        found = 'found no .mat file'
    with pytest.raises(SystemExit) as caught:
        run(tool, tmp_path / 'out', **inputs)
    message = str(caught.value)
    assert message.count(str(path)) and '\n' not in message
    assert 'expected' in message and 'found' in message and found in message
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize(
    'tool, make, name',
    [
        ('ucf_crime', ucf_mat, 'mats'),
        ('shanghaitech', shanghaitech, 'masks'),
        ('rtfm_lists', rtfm_lists, 'features'),
    ],
)
@pytest.mark.parametrize('fault', ['none', 'a file', 'loop', 'empty'])
def test_bad_folder(tmp_path, tool, make, name, fault):
    """Oracle: as above."""
    inputs = make(tmp_path)
    path = tmp_path / name
    shutil.rmtree(path)
    if fault == 'a file':
        path.write_text('')
    elif fault == 'loop':
        path.symlink_to(path)
    elif fault == 'empty':
        path.mkdir()
    with pytest.raises(SystemExit, match=f'{path}.*expected|expected.*{path}'):
        run(tool, tmp_path / 'out', **inputs)
    assert not (tmp_path / 'out').exists()


def test_nothing_is_written_if_one_subset_breaks_the_format(tmp_path):
    """The data set's name is checked for both files before the first."""
    options = plain_text(tmp_path)
    with pytest.raises(SystemExit, match='dataset must be a name'):
        run('plain_text', tmp_path / 'out', **dict(options, dataset=' '))
    assert not (tmp_path / 'out').exists()


def test_text_is_read_before_videos_are_counted(tmp_path, monkeypatch):
    """Oracle: by hand (faults.md, C7). Counting takes hours, a fault of the
    list is told before; a good list is counted."""
    counted = []

    def count_frames(folder):
        counted.append(folder)
        return {'a b': 20, 'c': 20, 'd': 20, '#e': 20}

    monkeypatch.setattr(
        'rtfm_mmaction.workshop.cli.converter_options.count_frames',
        count_frames,
    )
    options = plain_text(tmp_path)
    del options['frame_counts']
    options['videos'] = tmp_path
    good = options['test_annotations'].read_text()
    options['test_annotations'].write_text(good + '\nx noFight')
    with pytest.raises(SystemExit, match='--normal-class noFight'):
        run('plain_text', tmp_path / 'out', **options)
    assert not counted
    options['test_annotations'].write_text(good)
    run('plain_text', tmp_path / 'out', **options)
    assert counted == [str(tmp_path)]
    assert read(tmp_path / 'out')[1]['test'][0]['frames'] == 20


def test_what_was_asked_back_is_written(tmp_path, capsys):
    """Oracle: by hand (faults.md, C6). Several lists one behind another; the
    class that is an anomaly in spite of its name goes into metainfo, for
    tools/data/check.py."""
    write(
        tmp_path,
        one='a noFight\nb Fight',
        two='x/c.mp4 55 NoHelmet',
        three='d Fight\ne 0',
    )
    run(
        'plain_text',
        tmp_path / 'out',
        dataset='mine',
        train_list=(tmp_path / 'one', tmp_path / 'two'),
        test_annotations=tmp_path / 'three',
        normal_class='noFight',
        abnormal_class='NoHelmet',
    )
    metainfo, subsets = read(tmp_path / 'out')
    assert metainfo['abnormal_classes'] == ['NoHelmet']
    assert metainfo['classes'] == ['Fight', 'NoHelmet']
    assert [video['label'] for video in subsets['train']] == [0, 1, 1]
    printed = capsys.readouterr().err
    assert printed.count('read as path frames class') == 1
    assert printed.count('no intervals of the 1 abnormal test videos') == 1
