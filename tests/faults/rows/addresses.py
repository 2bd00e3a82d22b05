"""Addresses of videos and of lists of them."""

from tests.faults.damaging import constant, damaged, nowhere, replaced, swapped
from tests.faults.fault import RIGHT, add
from tests.faults.rows.web import behaving, impatient

ONE, LIST = 'videos/one.mp4', 'videos.txt'
for behaviour, words in (
    ('cut', 'sends half'),
    ('reset', 'breaks off by a reset'),
    ('error', 'says 500'),
    ('page', 'sends a page of HTML'),
    ('circle', 'leads in a circle'),
):
    for command, what, file in (
        ('extract web', 'a video', ONE),
        ('extract web list', 'a list of videos', LIST),
    ):
        add(
            f'addresses/{command} {behaviour}',
            f'a server of {what} {words}',
            command,
            names=('http://127.0.0.1', file),
            around=behaving(behaviour),
            inside=impatient,
            spoils=('extracted/*',),
        )
for command, file in (('extract web', ONE), ('extract web list', LIST)):
    add(
        f'addresses/{command} gone',
        'a server does not have it',
        command,
        names=('http://127.0.0.1', file, '404'),
        around=replaced(file, nowhere),
    )
add(
    'addresses/list of nothing',
    'a list behind an address is empty',
    'extract web list',
    names=('http://127.0.0.1', LIST),
    around=damaged(LIST, constant(b'\n\n')),
)
add(
    'addresses/list with a gap',
    'a list behind an address names a video that the server does not have',
    'extract web list',
    names=('http://127.0.0.1', 'videos/three.mp4', '404'),
    around=damaged(LIST, swapped('videos/two.mp4', 'videos/three.mp4')),
)
add(
    'addresses/list of Windows',
    'a list behind an address has line ends of Windows and a mark',
    'extract web list',
    RIGHT,
    around=damaged(
        LIST, lambda content: b'\xef\xbb\xbf' + content.replace(b'\n', b'\r\n')
    ),
)
add(
    'addresses/percent-coded',
    'a name in a list behind an address is percent-coded',
    'extract web list',
    RIGHT,
    around=damaged(LIST, swapped('videos/one.mp4', 'videos/%6Fne.mp4')),
)
for name, address, words in (
    ('s3', 's3://bucket/two.mp4', 'of a storage whose package is missing'),
    ('memory', 'memory://two.mp4', 'of a storage that has nothing'),
    ('scheme', 'htp://host/two.mp4', 'of no storage'),
    ('no host', 'http:///two.mp4', 'without a host'),
    ('bad port', 'http://127.0.0.1:port/two.mp4', 'whose port is a word'),
    ('blank', 'http://127.0.0.1:9/a b.mp4', 'with a blank'),
    ('closed', 'http://127.0.0.1:9/two.mp4', 'where nobody listens'),
    ('slash', 'http://127.0.0.1:9/two.mp4/', 'with a slash at its end'),
):
    add(
        f'addresses/{name}',
        f'a list has an address {words}',
        'extract list',
        names=(address,),
        around=damaged(LIST, swapped('videos/two.mp4', address)),
        spoils=('extracted/two.*',),
    )
for name, address, words in (
    ('s3', 's3://bucket/out', 'of a storage whose package is missing'),
    ('web', 'http://127.0.0.1:9/out', 'of the web'),
    ('scheme', 'htp://host/out', 'of no storage'),
    ('slash', 'memory://out/', 'with a slash at its end'),
):
    add(
        f'addresses/out {name}',
        f'features are to be written to an address {words}',
        'extract',
        names=(address,),
        options=('--out', address),
    )
for command, option, file in (
    ('export', '--out', 'out.onnx'),
    ('pack', '--out', 'out'),
    ('fit', '--out', 'out'),
    ('train', '--work-dir', 'out'),
    ('infer', '--out', 'out'),
):
    add(
        f'addresses/out of {command}',
        f'rtfm {command} is to write to an address',
        command,
        names=('s3:/', 'bucket'),
        options=(option, f's3://bucket/{file}'),
    )
