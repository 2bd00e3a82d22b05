_base_ = [
    '_base_/models/rtfm.py',
    '_base_/datasets/ucf_crime_i3d.py',
    '_base_/schedules/released.py',
    '_base_/default_runtime.py',
]
