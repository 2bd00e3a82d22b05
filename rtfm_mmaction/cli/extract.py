"""Extract features of videos, one .npy and one .json for each.

Run again, it skips what is there and goes on where it was stopped. Several
runs share a list by --shard, on any machines that have one folder.
"""

import argparse
import os
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Mapping

from ..apis.config_names import read_config
from ..apis.devices import choose_device, device_of_process
from ..extraction import build_extractor, extract_videos, look_for_features
from ..extraction.many_videos import Summary
from ..extraction.presence import note_path, write_note
from ..extraction.ray_engine import Recipe, extract_by_ray
from ..extraction.still import check_bound
from ..io.folder_lock import WHOLE, lock_folder
from ..io.inputs import find_videos, name_videos
from ..io.names import printable
from ..io.printing import say
from ..io.remote import RemotePath, check_storable
from ..io.video import MAX_FPS
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_device,
    add_dtype,
    add_engine,
    add_extractor,
    add_shard,
    add_still,
    command_parser,
    folder_or_address,
    resources_of,
    shard_of,
)

# Of a folder that another run writes to.
INSTEAD = (
    'choose another --out, or take --no-lock where each has videos of its own'
)
# Names of missing videos that a report says; the same run makes all of them.
SHOWN = 20


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_extractor(parser, 'config')
    parser.add_argument(
        'videos',
        nargs='+',
        help='video files, folders of frames, folders to search for them, or '
        '.txt files with one video a line (relative to the .txt file), '
        'addresses of video or .txt files (http, https, s3, gs, …)',
    )
    parser.add_argument(
        '--out',
        type=folder_or_address,
        required=True,
        help='folder of the features, or its address (s3, gs, …), where '
        'nothing tells two runs of each other',
    )
    add_device(parser)
    add_dtype(parser, 'fp32', default='fp32')
    add_still(parser)
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
    add_shard(parser)
    add_engine(parser, 'extracts')
    parser.add_argument(
        '--stretch',
        type=float,
        metavar='MINUTES',
        default=30,
        help='with --engine ray: a longer video is cut into stretches of at '
        'most so much, which several workers take; default: %(default)g',
    )
    parser.add_argument(
        '--merge-report',
        action='store_true',
        help='extract nothing; say what of the list is there, whoever made '
        'it, what failed, and which shards have not come to their end',
    )
    add_cfg_options(parser)
    return parser


def report(videos: Mapping[str, Path], out: Path) -> int:
    """Say what of a list of videos has its features.

    Args:
        videos (Mapping[str, Path]): Name -> video.
        out (Path): Folder of the features.

    Returns:
        int: The exit code, 1 if one has not.
    """
    found = look_for_features(videos, out)
    print(
        printable(
            f'{out}: {len(found.there)} of {len(videos)} videos are there, '
            f'{len(found.failed)} failed, {len(found.other)} are of another '
            f'make, {len(found.missing)} are missing'
        )
    )
    for reason in found.failed.values():
        print(printable(f'failed: {reason}'))
    for reason in found.other.values():
        print(printable(f'of another make: {reason}'))
    for name in found.missing[:SHOWN]:
        print(printable(f'missing: {name}'))
    if len(found.missing) > SHOWN:
        print(f'missing: and {len(found.missing) - SHOWN} more')
    if found.open:
        print(f'not at their end: shards {", ".join(map(str, found.open))}')
    return 0 if len(found.there) == len(videos) else 1


def lock_of(out: Path, no_lock: bool, part: str) -> ContextManager[None]:
    """Get ready to have the folder of the features to oneself.

    Args:
        out (Path): The folder, or an address, which cannot be locked and has
            to take files.
        no_lock (bool): Whether to leave the folder to others, too.
        part (str): See :func:`.lock_folder`.

    Raises:
        RemoteError: If the address takes no files.
    """
    if isinstance(out, RemotePath):
        check_storable(out)
    elif not no_lock:
        return lock_folder(out, 'rtfm extract', INSTEAD, part)
    return nullcontext()


def engine_of(
    args: argparse.Namespace, config: Dict[str, Any]
) -> Callable[..., Summary]:
    """Get ready who extracts.

    Args:
        args (argparse.Namespace): Of the command.
        config (dict): Of the extractor.

    Returns:
        Callable: See :func:`extract_videos`, without its extractor.

    Raises:
        FileNotFoundError: If the weights are missing.
        ValueError: If an option is out of its range.
    """
    how = (args.dtype, args.batch_size, args.random_weights, args.compile)
    if args.engine == 'process':
        device = device_of_process(choose_device(args.device), os.environ)
        extractor = build_extractor(config, device, *how)
        if args.still is not None:
            extractor.reuse_still(args.still)
        return partial(extract_videos, extractor)
    if not args.stretch > 0:
        raise ValueError(
            f'--stretch: expected more than 0 minutes, found {args.stretch:g}'
        )
    return partial(
        extract_by_ray,
        Recipe(config, args.device, *how, args.still),
        resources=resources_of(args),
        minutes=args.stretch,
    )


def main(argv=None) -> int:
    """Run the tool; returns the exit code, 1 if a video failed.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = make_parser().parse_args(argv)
    # Of several processes of a machine the first one speaks.
    quiet = os.environ.get('LOCAL_RANK', '0') != '0'
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
        if args.still is not None:
            check_bound(args.still)
        shard = shard_of(args)
        videos = name_videos(find_videos(args.videos, str if quiet else say))
        if args.merge_report:
            return report(videos, args.out)
        where, part = str(args.out), WHOLE
        if shard is not None:
            videos = {name: videos[name] for name in shard.share([*videos])}
            where, part = f'{args.out}, shard {shard}', f'shard-{shard.stem}'
        config = read_config(args.config, 'model', 'extractor')
        config.merge_from_dict(args.cfg_options or {})
        extract = engine_of(args, config.to_dict())
        with lock_of(args.out, args.no_lock, part):
            if shard is not None:
                note_path(args.out, shard).unlink(missing_ok=True)
            summary = extract(
                videos, args.out, args.overwrite, quiet=quiet, fps=args.fps
            )
            if shard is not None:
                write_note(args.out, shard, summary)
    print(
        f'{where}: {len(summary.done)} videos extracted, '
        f'{len(summary.skipped)} were there, {len(summary.failed)} failed'
    )
    for reason in summary.failed.values():
        print(printable(f'failed: {reason}'))
    return 1 if summary.failed else 0
