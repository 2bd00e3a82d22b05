"""Say all that is wrong with the data sets of a config, in one table.

Ends with a verdict; the exit code is 1 if there is an error, else 0.
"""

import argparse
import json

from mmengine.config import DictAction
from rich.console import Console
from rich.progress import track

from ..apis.running import load_config
from ..datasets.checking import check_data, print_report
from ..io.atomic import atomic_path


def positive(text: str) -> int:
    """A number of threads."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def main(argv=None) -> None:
    """Check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='config of a training or a test')
    parser.add_argument(
        '--no-values',
        action='store_true',
        help='read annotations, names and headers alone, as tools/train.py '
        'does before it starts',
    )
    parser.add_argument(
        '--workers', type=positive, default=2, help='threads that read values'
    )
    parser.add_argument(
        '--json', metavar='FILE', help='file to write everything to as well'
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='override config keys: key=value, nested.key=value',
    )
    args = parser.parse_args(argv)
    try:
        config = load_config(
            args.config, args.cfg_options, fill_channels=False
        )
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f'{args.config}: {error}') from None
    report = check_data(
        config,
        not args.no_values,
        args.workers,
        track=lambda results, total: track(
            results, 'reading', total, console=Console(stderr=True)
        ),
    )
    print_report(report)
    if args.json:
        text = json.dumps(report.as_dict(), indent=1, allow_nan=False)
        with atomic_path(args.json) as temporary:
            temporary.write_text(f'{text}\n', encoding='utf-8')
    raise SystemExit(0 if report.ready else 1)
