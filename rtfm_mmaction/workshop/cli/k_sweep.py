"""AUC against k, the selected snippets, and m, the margin.

Trains with each k and each margin and writes table.md, table.csv and
chart.png.
"""
import rtfm_mmaction  # noqa: F401  (first: it repairs the stack)
from rtfm_mmaction.analysis.cli import experiment_parser, run_tool
from rtfm_mmaction.analysis.k_sweep import k_sweep


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a run failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = experiment_parser(__doc__)
    parser.add_argument('config', help='config file of RTFM over the data')
    parser.add_argument(
        '--k',
        type=int,
        nargs='+',
        default=[1, 2, 3, 5],
        help='selected snippets (default: 1 2 3 5)')
    parser.add_argument(
        '--margin',
        type=float,
        nargs='+',
        default=[50., 100., 200.],
        help='(default: 50 100 200)')
    args = parser.parse_args(argv)
    return run_tool(
        'k_sweep', args, lambda: k_sweep(args.config, args.k, args.margin,
                                         args.seeds, args.cfg_options), argv)


if __name__ == '__main__':
    raise SystemExit(main())
