"""Write tables, charts and commands of experiments into a Markdown page.

Between <!-- experiment: FOLDER --> and <!-- end --> on the page stands what
is made of the folder; output: FILE and picture: FILE do the same for what a
command has printed and for images.
"""

import argparse

from ..experiments.results_page import refresh_page


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('page', help='Markdown file, such as docs/results.md')
    parser.add_argument(
        '--root',
        default='.',
        help='folder that the paths on the page are relative to (default: .)',
    )
    args = parser.parse_args(argv)
    try:
        count = refresh_page(args.page, args.root)
    except (OSError, ValueError) as error:
        raise SystemExit(f'results_page: {error}') from None
    print(f'{args.page}: {count} parts')
