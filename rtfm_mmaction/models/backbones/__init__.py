"""Networks that turn clips into features.

Those that derive from mmaction2's backbones (``released_resnet3d``,
``c3d_fc6``) are imported by the configs that use them: mmaction2's models warn
when they are imported, which importing this package should not.
"""

from .frame_average import FrameAverage
from .inception_i3d import InceptionI3D

__all__ = ['FrameAverage', 'InceptionI3D']
