"""Write a detector, or an extractor's backbone, as an ONNX file or for torch.

  rtfm export CONFIG CHECKPOINT --out detector.onnx
  rtfm export --extractor CONFIG --out backbone.onnx
  rtfm export FOLDER --out exported       # of rtfm fit: both files

The file holds all that is to be known for scoring; --out FILE.pt2 writes for
torch.export.load. It is compared with the model before it takes its name.
"""

import argparse
from pathlib import Path

from mmengine.registry import init_default_scope

from ..apis.config_names import read_config
from ..apis.detector_folder import is_detector_folder
from ..apis.loading import load_detector
from ..apis.recorded_extractor import recorded_extractor
from ..export import export_backbone, export_detector
from ..extraction import build_extractor
from .one_line import errors_in_one_line
from .options import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_extractor,
    command_parser,
)


def make_parser() -> argparse.ArgumentParser:
    """Make the command's parser."""
    parser = command_parser(__doc__)
    add_config(parser, nargs='?')
    add_checkpoint(parser, nargs='?')
    add_extractor(
        parser,
        also='its backbone is exported in place of a detector',
        metavar='CONFIG',
    )
    parser.add_argument(
        '--out',
        required=True,
        metavar='FILE',
        help='file to write, .onnx or .pt2 (torch.export); of a folder of '
        'rtfm fit also a folder, for detector.onnx and backbone.onnx',
    )
    parser.add_argument(
        '--random-weights',
        action='store_true',
        help='with --extractor: without the weights that the config names, '
        'for trying things out',
    )
    add_cfg_options(parser)
    return parser


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = make_parser()
    args = parser.parse_args(argv)
    if args.extractor is not None and args.config is not None:
        parser.error(
            'expected a detector or --extractor, one file each; found both'
        )
    if args.checkpoint is None and args.config is not None:
        if is_detector_folder(args.config):
            args.config, args.checkpoint = None, args.config
    if args.extractor is None and args.checkpoint is None:
        parser.error(
            'expected CONFIG and CHECKPOINT of a detector, a folder of '
            'rtfm fit, or '
            '--extractor CONFIG'
        )
    if args.random_weights and args.extractor is None:
        parser.error('--random-weights goes with --extractor')
    return args


def export(args: argparse.Namespace) -> float:
    """Write what is asked for; returns the largest difference found."""
    if args.extractor is None:
        detector = load_detector(
            args.config, args.checkpoint, cfg_options=args.cfg_options
        )
        out = Path(args.out)
        if out.suffix or not is_detector_folder(args.checkpoint):
            return export_detector(detector, args.out)
        if detector.trained_on is None:
            raise ValueError(
                f'{args.checkpoint}: expected what its features were made '
                'with, found nothing; name a file as --out'
            )
        found = recorded_extractor(detector.trained_on, args.checkpoint)
        # First what may not be to be had.
        extractor = build_extractor(found.config, random=found.random)
        return max(
            export_backbone(extractor, out / 'backbone.onnx'),
            export_detector(detector, out / 'detector.onnx'),
        )
    config = read_config(args.extractor, 'model', 'extractor')
    config.merge_from_dict(args.cfg_options or {})
    init_default_scope(config.get('default_scope', 'mmaction'))
    extractor = build_extractor(config.to_dict(), random=args.random_weights)
    return export_backbone(extractor, args.out)


def main(argv=None) -> None:
    """Run the tool.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    args = parse_args(argv)
    with errors_in_one_line('export', OSError, ValueError, RuntimeError):
        largest = export(args)
    print(
        f'{args.out}: the largest difference from the model is {largest:.2g}'
    )
