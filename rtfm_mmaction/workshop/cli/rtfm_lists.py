"""Write annotation files from RTFM-style .list files and their ground truth.

The labels are told by the lists themselves where they are tables path,label
(as of the methods on CLIP), by the names where these are UCF-Crime's or
XD-Violence's, else by the order (--abnormal-first). Which part of the ground
truth belongs to which test video is told by the length of its features.
"""

from ...datasets.feature_layouts import LAYOUTS
from ..converters import rtfm_lists
from .converter_options import Converter

CONVERTER = Converter(
    rtfm_lists.convert_rtfm_lists,
    sources=dict(
        train_list='such as ucf-i3d.list: one feature file a line',
        test_list='such as ucf-i3d-test.list',
        ground_truth='such as gt-ucf.npy: one 0 or 1 a frame',
        features="folder of the test videos' features",
    ),
    options=dict(
        layout=dict(
            choices=list(LAYOUTS),
            help='how the feature files are named, in the lists too; '
            'found out if it is not given',
        ),
        abnormal_first=dict(
            nargs=2,
            type=int,
            metavar=('TRAIN', 'TEST'),
            help='how many videos at the beginning of each list are '
            'abnormal, where the names do not tell: 63 44 of '
            "ShanghaiTech's",
        ),
        normal_class=dict(
            nargs='+',
            default=(),
            metavar='NAME',
            help='labels of a table that mean normal, such as noFight',
        ),
        abnormal_class=dict(
            nargs='+',
            default=(),
            metavar='NAME',
            help='labels of a table that are kinds of anomalies though '
            'they read as if they meant normal, such as NoHelmet',
        ),
    ),
    lengths=False,
    description=__doc__,
)
make_parser, main = CONVERTER.make_parser, CONVERTER.main
