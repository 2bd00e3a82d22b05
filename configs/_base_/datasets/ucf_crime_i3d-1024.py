# 1024-d features, ten crops, one file a crop: <video>__0.npy … __9.npy
_base_ = 'ucf_crime_i3d.py'
source = dict(
    data_prefix=dict(features='features/i3d-1024'), layout='per_crop'
)
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
