_base_ = [
    '_base_/models/rtfm_paper.py',
    '_base_/datasets/ucf_crime_i3d.py',
    '_base_/schedules/paper.py',
    '_base_/default_runtime.py',
]
