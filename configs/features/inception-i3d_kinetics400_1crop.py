_base_ = '../_base_/features/inception-i3d_kinetics400.py'
extractor = dict(resize=(224, 224), crops=dict(layout='whole', size=224))
