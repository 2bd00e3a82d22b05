_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/shanghaitech_c3d.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
model = dict(in_channels=4096)  # fc6
