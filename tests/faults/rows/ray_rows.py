"""Ray that is missing, and its options out of range."""

import sys
from pathlib import Path

from tests.faults.fault import add

RAY = ('--engine', 'ray')


def _without_ray(place: Path) -> None:
    """Let the package be missing."""
    sys.modules['ray'] = None


for command in ('extract', 'infer'):
    add(
        f'ray/{command} without',
        'Ray is not installed',
        command,
        names=(f'{command}: --engine ray: expected the package ray', 'pip'),
        inside=_without_ray,
        options=RAY,
    )
    for option in ('--num-cpus=0', '--num-cpus=nan', '--num-gpus=-1'):
        add(
            f'ray/{command} {option}',
            f'a worker is to have {option}',
            command,
            names=(
                f'{command}: --num-cpus, --num-gpus: expected more than 0',
            ),
            options=(*RAY, option),
        )
for minutes in ('0', '-5', 'nan'):
    add(
        f'ray/stretch {minutes}',
        f'stretches are to have {minutes} minutes',
        'extract',
        names=('--stretch: expected more than 0 minutes', minutes),
        options=(*RAY, f'--stretch={minutes}'),
    )
