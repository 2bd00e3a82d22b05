"""Write tables, charts and commands of experiments into a Markdown page.

Between <!-- experiment: FOLDER --> and <!-- end --> on the page stands what
is made of the folder; output: FILE and picture: FILE do the same for what a
command has printed and for images.
"""

import argparse

from ...cli.one_line import errors_in_one_line
from ...cli.options import command_parser
from ..experiments.results_page import refresh_page


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    parser.add_argument('page', help='Markdown file, such as docs/results.md')
    parser.add_argument(
        '--root',
        default='.',
        help='folder that the paths on the page are relative to (default: .)',
    )
    return parser


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    with errors_in_one_line('results_page'):
        count = refresh_page(args.page, args.root)
    print(f'{args.page}: {count} parts')
