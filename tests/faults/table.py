"""What became of faults, as a table."""

import random
import sys
from collections import Counter
from pathlib import Path
from typing import Dict, List, Sequence

from rtfm_mmaction.workshop.markdown import markdown_table
from tests.faults.fault import Fault
from tests.faults.holding import Broken, check
from tests.faults.place import Lab

# Rows of commands that take seconds, or need what does, are not drawn.
SLOW = ('export', 'fit', 'infer onnx', 'stream onnx')


def draw(faults: Sequence[Fault], seed: int = 14) -> List[Fault]:
    """Draw a tenth of the quick rows, the same each time.

    Args:
        faults (Sequence[Fault]): All.
        seed (int): Defaults to 14.
    """
    quick = [f for f in faults if not f.command.startswith(SLOW)]
    return random.Random(seed).sample(quick, len(quick) // 10)


def try_faults(faults: Sequence[Fault], folder: Path) -> Dict[str, str]:
    """Try faults, saying each that does not hold.

    Args:
        faults (Sequence[Fault]): Rows.
        folder (Path): Empty, to work in.

    Returns:
        dict[str, str]: Id -> why, of those that did not hold.
    """
    lab, reasons = Lab(folder), {}
    for number, fault in enumerate(faults, 1):
        if sys.stderr.isatty():
            print(f'\r{number}/{len(faults)} ', end='', file=sys.stderr)
        try:
            check(lab, fault)
        except Exception as error:
            reasons[fault.id] = (
                str(error) if isinstance(error, Broken) else repr(error)
            )
            print(f'{fault.id}: {error}', file=sys.stderr, flush=True)
    return reasons


def print_table(faults: Sequence[Fault], reasons: Dict[str, str]) -> None:
    """Print a line for each group, and what did not hold.

    Args:
        faults (Sequence[Fault]): What was tried.
        reasons (dict[str, str]): What did not hold, and why.
    """
    tried = Counter(fault.group for fault in faults)
    lost = Counter(fault.group for fault in faults if fault.id in reasons)
    rows = [
        (group, count, count - lost[group]) for group, count in tried.items()
    ]
    rows.append(('all', len(faults), len(faults) - len(reasons)))
    print(markdown_table(['faults', 'tried', 'held'], rows))
    for name, reason in reasons.items():
        print(f'\n{name}: {reason}')
