_base_ = [
    '_base_/models/ur_dmu.py',
    '_base_/datasets/ucf_crime_i3d-1024.py',
    '_base_/schedules/ur_dmu.py',
    '_base_/protocols/crops_as_samples.py',
    '_base_/default_runtime.py',
]
train_dataloader = _base_.samples
