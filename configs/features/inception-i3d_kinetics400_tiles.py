_base_ = '../_base_/features/inception-i3d_kinetics400.py'
# Two rows of three tiles: small objects, and where in the frame they are.
extractor = dict(resize=(672, 448), crops=dict(layout='tiles', size=224))
