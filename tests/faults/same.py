"""What of a file has to be the same from run to run."""

import json
import math
import re
from pathlib import Path
from typing import Any

import torch

from rtfm_mmaction.io.checkpoints import load_checkpoint_safely

# Of a checkpoint; the rest are times, and texts with paths.
KEPT = ('state_dict', 'optimizer', 'param_schedulers', 'position')

# The time of a report, and what a training would cost, as it was measured.
MEASURED = (
    re.compile(rb'\d{4}-\d\d-\d\d \d\d:\d\d by rtfm_mmaction'),
    re.compile(rb'"training: [^"\n]*"'),
)


def content_of(path: Path, place: Path) -> Any:
    """Read what is compared by :func:`differs`.

    Args:
        path (Path): An output.
        place (Path): The folder of its run, whose own path does not count.

    Returns:
        Any: Bytes, but of checkpoints what training goes on with, and of the
        lines of a stream all but the time of writing.
    """
    if path.suffix == '.pth':
        content = load_checkpoint_safely(path)
        return {key: content[key] for key in KEPT if key in content}
    if path.suffix == '.jsonl':
        lines = []
        for line in path.read_text().splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # torn by a kill, and ended by the next run
            record.pop('utc', None)
            # A run that was killed may say again what it had said.
            if record not in lines:
                lines.append(record)
        return lines
    content = path.read_bytes().replace(str(place).encode(), b'@')
    for measured in MEASURED:
        content = measured.sub(b'@', content)
    return content


def same(first: Any, second: Any) -> bool:
    """Whether two contents are equal, tensors to the bit."""
    if isinstance(first, torch.Tensor):
        return isinstance(second, torch.Tensor) and torch.equal(first, second)
    if isinstance(first, dict):
        return (
            isinstance(second, dict)
            and first.keys() == second.keys()
            and all(same(first[key], second[key]) for key in first)
        )
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, float) and math.isnan(first):
        return math.isnan(second)
    return first == second
