"""Make a checkpoint that RTFM's authors released ours.

Then: python tools/test.py CONFIG OUT.pth
"""

import argparse

from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from ..apis.running import load_config
from ..models.released_weights import convert_released


def main(argv=None) -> None:
    """Convert.

    Args:
        argv (list[str], optional): Arguments. Defaults to None, those of the
            process.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('source', metavar='IN.pkl', help='file of the release')
    parser.add_argument(
        'target', metavar='OUT.pth', help='checkpoint to write'
    )
    parser.add_argument(
        '--config',
        required=True,
        help='config that the checkpoint is for, such as '
        'configs/rtfm_i3d_shanghaitech.py',
    )
    args = parser.parse_args(argv)
    try:
        config = load_config(args.config)
        init_default_scope(config.default_scope)
        tensors, numbers = convert_released(
            args.source, args.target, MODELS.build(config.model)
        )
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f'rtfm_release: {error}') from None
    print(
        f'{args.target}: {tensors} tensors, {numbers / 1e6:.2f} million '
        'numbers'
    )
