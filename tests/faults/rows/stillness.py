"""Bounds of ``--still`` that no difference of pixels can be held against."""

from tests.faults.fault import add

for command, text in (
    ('extract', '0'),
    ('extract', '256'),
    ('extract', 'nan'),
    ('infer', '-1'),
    ('infer', 'inf'),
):
    add(
        f'still/{command} {text}',
        f'the bound is {text}',
        command,
        names=('still: expected more than 0', text),
        options=(f'--still={text}',),
    )
