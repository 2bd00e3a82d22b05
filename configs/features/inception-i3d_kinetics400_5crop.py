_base_ = '../_base_/features/inception-i3d_kinetics400.py'
extractor = dict(resize=(340, 256), crops=dict(layout='five', size=224))
