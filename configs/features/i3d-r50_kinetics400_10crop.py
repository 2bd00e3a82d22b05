_base_ = '../_base_/features/i3d-r50_kinetics400.py'
