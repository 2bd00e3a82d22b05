"""What people write: lists, tables, annotations, configs."""

from pathlib import Path

import numpy as np

from tests.faults.damaging import (
    behind,
    constant,
    cut,
    damaged,
    nowhere,
    replaced,
    swapped,
)
from tests.faults.fault import RIGHT, TOLD, add
from tests.faults.rows.features import saved

DEEP = b'[' * 200_000
TRAIN, TEST = 'annotations/train.json', 'annotations/test.json'
for name, words, maker in (
    ('empty', 'is empty', constant(b'')),
    ('cut', 'ends in the middle', cut(0.5)),
    ('deep', 'has 200 000 brackets', constant(DEEP)),
    ('latin', 'is of Latin-1', swapped('train0', 'tr\xe4in0')),
    ('list', 'is a list', constant(b'[]')),
    ('null', 'is null', constant(b'null')),
    (
        'nothing',
        'names no video',
        constant(
            b'{"metainfo": {"dataset": "small", "subset": "train"},'
            b' "data_list": []}'
        ),
    ),
    ('key missing', 'lacks a key', swapped('"label"', '"lable"')),
    ('label', 'has a label of 2', swapped('"label": 1', '"label": 2')),
    (
        'label text',
        'has a word for a label',
        swapped('"label": 1', '"label": "1"'),
    ),
    ('double', 'names a video twice', swapped('train1', 'train0')),
    ('unknown', 'names a video without features', swapped('train1', 'train9')),
    ('path', 'names a file elsewhere', swapped('train1', '../../etc/passwd')),
    (
        'key twice',
        'has a key twice',
        swapped('"label": 1', '"label": 1, "label": 0'),
    ),
    (
        'long number',
        'has a number of 5000 digits',
        swapped('"label": 1', '"label": ' + '9' * 5000),
    ),
):
    if name == 'latin':
        maker = lambda content: content.replace(b'train0', b'tr\xe4in0')  # noqa: E731
    add(
        f'annotations/{name}',
        f'annotations whose file {words}',
        'train',
        names=('train',),
        around=damaged(TRAIN, maker),
    )
for name, words, maker in (
    (
        'interval behind',
        'an interval ends before it begins',
        swapped('[32, 64]', '[64, 32]'),
    ),
    (
        'interval beyond',
        'an interval lies behind the end',
        swapped('[32, 64]', '[32, 99999]'),
    ),
    ('interval text', 'an interval is a word', swapped('[32, 64]', '"a"')),
    (
        'interval huge',
        'an interval ends at 1e300',
        swapped('[32, 64]', '[32, 1e300]'),
    ),
    (
        'frames infinite',
        'frames are infinite',
        swapped('"frames": 80', '"frames": Infinity'),
    ),
    (
        'frames negative',
        'frames are negative',
        swapped('"frames": 80', '"frames": -80'),
    ),
    (
        'frames huge',
        'frames are 10**15',
        swapped('"frames": 80', '"frames": 1000000000000000'),
    ),
):
    add(
        f'annotations/{name}',
        f'annotations of the test: {words}',
        'test',
        names=('test',),
        around=damaged(TEST, maker),
    )
add(
    'annotations/infer cut',
    'annotations beside videos end in the middle',
    'infer noted',
    names=(TEST,),
    around=damaged(TEST, cut(0.6)),
)
add(
    'annotations/marked',
    'annotations with a byte order mark and line ends of Windows',
    'test',
    RIGHT,
    around=damaged(
        TEST, lambda content: b'\xef\xbb\xbf' + content.replace(b'\n', b'\r\n')
    ),
)

VIDEOS = 'videos.txt'
for name, words, maker, ends, names in (
    (
        'windows',
        'has line ends of Windows and a mark',
        lambda content: b'\xef\xbb\xbf' + content.replace(b'\n', b'\r\n'),
        RIGHT,
        (),
    ),
    (
        'utf-16',
        'is UTF-16',
        lambda content: content.decode().encode('utf-16'),
        RIGHT,
        (),
    ),
    (
        'blank lines',
        'has blank lines',
        lambda content: b'\n\n' + content.replace(b'\n', b'\n \n'),
        RIGHT,
        (),
    ),
    (
        'twice',
        'names each video twice',
        lambda content: content * 2,
        RIGHT,
        (),
    ),
    ('empty', 'is empty', constant(b''), TOLD, (VIDEOS,)),
    (
        'latin',
        'is Latin-1',
        lambda content: content + 'videos/\xe4.mp4\n'.encode('latin-1'),
        TOLD,
        (VIDEOS,),
    ),
    ('zeros', 'is zeros', lambda content: bytes(99), TOLD, (VIDEOS,)),
    (
        'missing',
        'names a video that is not there',
        lambda content: content + b'videos/three.mp4\n',
        TOLD,
        ('three.mp4', f'{VIDEOS}:3'),
    ),
    (
        'binary',
        'is a video',
        lambda content: b'\0\0\0\x20ftypisom\xff' * 99,
        TOLD,
        (VIDEOS,),
    ),
    (
        'long line',
        'has a line of 100 kB',
        lambda content: content + b'a' * 100_000 + b'\n',
        TOLD,
        (f'{VIDEOS}:3',),
    ),
):
    add(
        f'lists/videos {name}',
        f'a list of videos {words}',
        'extract list',
        ends,
        names=names,
        around=damaged(VIDEOS, maker),
    )
for name, file, words, maker in (
    ('own empty', 'train.txt', 'is empty', constant(b'\n')),
    (
        'own label',
        'train.txt',
        'has a line without a label',
        swapped('train1 1', 'train1'),
    ),
    (
        'own twice',
        'train.txt',
        'names a video twice, otherwise',
        swapped('train4 0', 'train0 0'),
    ),
    (
        'own quote',
        'train.txt',
        'has a quote without its end',
        swapped('train1', '"train1'),
    ),
    (
        'own interval',
        'test.txt',
        'has half an interval',
        swapped('32 64', '32'),
    ),
    (
        'own backward',
        'test.txt',
        'has an interval that ends first',
        swapped('32 64', '64 32'),
    ),
    (
        'own beyond',
        'test.txt',
        'has an interval beyond the end',
        swapped('32 64', '32 100000'),
    ),
    (
        'own huge',
        'test.txt',
        'has a frame of 5000 digits',
        swapped('32 64', '32 ' + '9' * 5000),
    ),
    (
        'own latin',
        'test.txt',
        'is Latin-1',
        lambda content: content + b'\xe4 0\n',
    ),
    (
        'own zeros',
        'test.txt',
        'ends in zeros, as a crash leaves it',
        lambda content: content + bytes(64),
    ),
    (
        'counts head',
        'frames.csv',
        'has no head',
        swapped('video,frames\n', ''),
    ),
    (
        'counts text',
        'frames.csv',
        'has a word for a number',
        swapped(',80', ',many'),
    ),
    (
        'counts negative',
        'frames.csv',
        'has a number below 0',
        swapped(',80', ',-80'),
    ),
    (
        'counts twice',
        'frames.csv',
        'counts a video twice',
        lambda content: content + b'test0,99\n',
    ),
    ('counts cut', 'frames.csv', 'ends in the middle', cut(0.4)),
):
    add(
        f'lists/{name}',
        f'{file} {words}',
        'lists',
        names=('',) if name == 'counts cut' else (f'lists/{file}',),
        around=damaged(f'lists/{file}', maker),
    )
GT = 'lists/gt.npy'
for name, file, words, maker in (
    ('truth cut', 'gt.npy', 'ends in the middle', cut(0.5)),
    ('truth empty', 'gt.npy', 'is empty', constant(b'')),
    (
        'truth short',
        'gt.npy',
        'has too few frames',
        lambda _: saved(np.zeros(300)),
    ),
    (
        'truth words',
        'gt.npy',
        'holds words',
        lambda _: saved(np.array(['a'] * 608)),
    ),
    (
        'truth values',
        'gt.npy',
        'holds sevens',
        lambda _: saved(np.full(608, 7.0)),
    ),
    (
        'truth shape',
        'gt.npy',
        'has three axes',
        lambda _: saved(np.zeros((2, 4, 76))),
    ),
    (
        'truth objects',
        'gt.npy',
        'holds objects',
        lambda _: saved(np.array([{}] * 608)),
    ),
    (
        'truth nan',
        'gt.npy',
        'holds NaN',
        lambda _: saved(np.full(608, np.nan)),
    ),
    ('features empty', 'test.list', 'is empty', constant(b'')),
    (
        'features unknown',
        'test.list',
        'names a video without features',
        swapped('test1', 'test9'),
    ),
    (
        'features twice',
        'test.list',
        'names a video twice',
        swapped('test1', 'test0'),
    ),
    ('features binary', 'test.list', 'is zeros', constant(bytes(99))),
    ('features order', 'train.list', 'lacks a line', cut(0.75)),
):
    add(
        f'lists/{name}',
        f'{file} {words}',
        'rtfm lists',
        names=('test9',) if name == 'features unknown' else (f'lists/{file}',),
        around=damaged(f'lists/{file}', maker),
    )

CONFIG = 'config.py'
for name, words, names, maker in (
    ('empty', 'is empty', CONFIG, constant(b'')),
    ('cut', 'ends in the middle', CONFIG, cut(0.5)),
    ('binary', 'is zeros', CONFIG, constant(bytes(99))),
    ('latin', 'is Latin-1', CONFIG, behind(b'# \xe4')),
    ('fails', 'divides by 0', CONFIG, behind(b'a = 1 / 0')),
    ('model', 'has a number for a model', 'model', behind(b'model = 3')),
    (
        'base',
        'names a base that is not there',
        CONFIG,
        lambda content: b"_base_ = 'nowhere.py'\n" + content,
    ),
    (
        'type',
        'names a detector that is not there',
        'AnomalyDetektor',
        swapped("'AnomalyDetector'", "'AnomalyDetektor'"),
    ),
    (
        'loader',
        'has no data',
        'train_dataloader',
        behind(b'train_dataloader = None'),
    ),
    (
        'dataset',
        'names a data set that is not there',
        'WeekLabelDataset',
        lambda content: content.replace(b'WeakLabelD', b'WeekLabelD'),
    ),
    (
        'steps',
        'has a word for a number of steps',
        'max_iters',
        swapped('max_iters=6', "max_iters='a'"),
    ),
    (
        'batch',
        'has batches of no videos',
        'batch_size',
        behind(b"train_dataloader['batch_size'] = 0"),
    ),
    (
        'rate',
        'has a word for a learning rate',
        'optim_wrapper',
        behind(b"optim_wrapper['optimizer']['lr'] = 'a'"),
    ),
    (
        'layout',
        'names a layout that is not there',
        'layout',
        lambda content: content.replace(
            b"layout='packed'", b"layout='pakced'"
        ),
    ),
    (
        'folder of data',
        'names a folder that is not there',
        'featurse',
        lambda content: content.replace(
            b"features='features'", b"features='featurse'"
        ),
    ),
):
    add(
        f'configs/{name}',
        f'a config {words}',
        'train',
        names=(names,)
        if name in ('folder of data', 'loader', 'layout', 'dataset')
        else ('train: ', names),
        around=damaged(CONFIG, maker),
    )
add(
    'configs/missing',
    'no config of that name',
    'train',
    names=(CONFIG,),
    around=replaced(CONFIG, nowhere),
)
add(
    'configs/folder',
    'a folder of the name of a config',
    'train',
    names=(CONFIG,),
    around=replaced(CONFIG, Path.mkdir),
)
for name, words, maker in (
    ('cut', 'ends in the middle', cut(0.5)),
    ('size', 'has a size of 0', swapped('size=32', 'size=0')),
    ('crops', 'names crops that are not', swapped("'five'", "'fife'")),
    ('key', 'has a key that is not', swapped('resize=', 'resise=')),
    ('mean', 'has a word for a size', swapped('size=32', "size='a'")),
    ('large', 'has crops beyond the frame', swapped('size=32', 'size=320')),
    (
        'small',
        'has crops that the network cannot take',
        swapped('size=32', 'size=4'),
    ),
):
    add(
        f'configs/extractor {name}',
        f'a config of an extractor {words}',
        'extract',
        names=('extract: ', 'resise' if name == 'key' else ''),
        around=damaged('bright/extractor.py', maker),
    )
