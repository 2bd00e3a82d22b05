"""Try faults and print how many hold: ``python -m tests.faults --table``."""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')


def make_parser() -> argparse.ArgumentParser:
    """Make the parser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--table', action='store_true', help='try all, print the table'
    )
    parser.add_argument(
        'faults', nargs='*', help='ids, groups or beginnings of ids to try'
    )
    parser.add_argument(
        '--list', action='store_true', help='print what there is'
    )
    return parser


def main() -> int:
    """Run; returns 1 where a fault did not hold."""
    args = make_parser().parse_args()
    import tests.conftest  # noqa: F401  as the tests have it
    from tests.faults.rows import ALL
    from tests.faults.table import print_table, try_faults

    chosen = [
        fault
        for fault in ALL.values()
        if not args.faults or fault.id.startswith(tuple(args.faults))
    ]
    if args.list:
        for fault in chosen:
            print(f'{fault.id}: {fault.done} -> {fault.ends}')
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        reasons = try_faults(chosen, Path(folder))
    print_table(chosen, reasons)
    used = [
        sum(resource.getrusage(who)[:2])
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print(
        f'\n{sum(used):.0f} s of CPU, {time.monotonic() - began:.0f} s by the '
        'clock'
    )
    return 1 if reasons else 0


if __name__ == '__main__':
    sys.exit(main())
