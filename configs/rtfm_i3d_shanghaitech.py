_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/shanghaitech_i3d.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
