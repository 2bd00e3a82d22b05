"""Extract features of videos, one .npy and one .json for each.

Run again, it skips what is there and goes on where it was stopped.
"""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path

import torch
from mmengine.dist import get_dist_info, init_dist

from ..apis.config_names import read_config
from ..apis.devices import choose_device
from ..apis.running import leave_distributed, lock_run
from ..extraction import (
    build_extractor,
    extract_videos,
    gather_summaries,
    videos_of_rank,
)
from ..extraction.sharding import TIMEOUT
from ..io.inputs import find_videos, name_videos
from ..io.names import printable
from ..io.printing import say
from ..io.video import MAX_FPS
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_device,
    add_dtype,
    add_extractor,
    add_launcher,
    command_parser,
)

# Of a folder that another run writes to.
INSTEAD = (
    'choose another --out, or take --no-lock where each has videos of its own'
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_extractor(parser, 'config')
    parser.add_argument(
        'videos',
        nargs='+',
        help='video files, folders of frames, folders to search for them, or '
        '.txt files with one video a line (relative to the .txt file)',
    )
    parser.add_argument(
        '--out', type=Path, required=True, help='folder of the features'
    )
    add_device(parser)
    add_dtype(parser, 'fp32', default='fp32')
    parser.add_argument(
        '--batch-size',
        type=int,
        help='clips (one crop of one snippet) at a time; default: 2 on a CPU '
        '(1 in bf16), 16 on a GPU',
    )
    parser.add_argument(
        '--fps',
        type=float,
        help='frames per second of all videos, in place of what they say; '
        'folders of frames say none',
    )
    parser.add_argument(
        '--compile',
        action='store_true',
        help='translate the network by torch.compile first: takes a minute, '
        'needs a C++ compiler on a CPU',
    )
    parser.add_argument(
        '--random-weights',
        action='store_true',
        help='without the weights that the config names: features that mean '
        'nothing, for trying things out',
    )
    parser.add_argument(
        '--overwrite', action='store_true', help='extract again what is there'
    )
    parser.add_argument(
        '--no-lock',
        action='store_true',
        help='write beside another run into one folder, where each has '
        'videos of its own',
    )
    add_cfg_options(parser)
    add_launcher(parser)
    return parser


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a video failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    if args.launcher != 'none':
        init_dist(args.launcher, backend='gloo', timeout=TIMEOUT)
    rank, ranks = get_dist_info()
    device = choose_device(args.device)
    if device == 'cuda' and torch.cuda.is_available():
        # init_dist has chosen this process's own.
        device = f'cuda:{torch.cuda.current_device()}'
    with errors_in_one_line(
        'extract',
        interrupted='interrupted; the same command goes on with the video '
        'that was under way',
    ):
        if args.fps is not None and not 0 < args.fps <= MAX_FPS:
            raise ValueError(
                f'--fps: expected more than 0 and up to {MAX_FPS}, found '
                f'{args.fps:g}'
            )
        # Each process looks for itself; the first speaks.
        found = find_videos(args.videos, say if rank == 0 else str)
        videos = name_videos(found)
        config = read_config(args.config, 'model', 'extractor')
        config.merge_from_dict(args.cfg_options or {})
        extractor = build_extractor(
            config.to_dict(),
            device,
            args.dtype,
            args.batch_size,
            args.random_weights,
            args.compile,
        )
        lock = lock_run(args.out, 'rtfm extract', INSTEAD)
        with nullcontext() if args.no_lock else lock:
            summary = extract_videos(
                extractor,
                videos_of_rank(videos, rank, ranks),
                args.out,
                args.overwrite,
                quiet=rank > 0,
                fps=args.fps,
            )
    summary = gather_summaries(summary)
    leave_distributed()
    if rank > 0:
        return 0
    print(
        f'{args.out}: {len(summary.done)} videos extracted, '
        f'{len(summary.skipped)} were there, {len(summary.failed)} failed'
    )
    for reason in summary.failed.values():
        print(printable(f'failed: {reason}'))
    return 1 if summary.failed else 0
