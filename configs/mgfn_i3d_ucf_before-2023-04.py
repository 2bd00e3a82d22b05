_base_ = [
    '_base_/models/mgfn_before_2023-04.py',
    '_base_/datasets/ucf_crime_i3d.py',
    '_base_/schedules/mgfn.py',
    '_base_/default_runtime.py',
]
train_dataloader = dict(batch_size=16)
default_hooks = dict(checkpoint=dict(interval=1000))
