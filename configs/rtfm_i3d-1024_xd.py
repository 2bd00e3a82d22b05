_base_ = ['rtfm_i3d_xd.py']
# 1024-d features, five crops, one file a crop: <video>__0.npy … __4.npy
source = dict(
    data_prefix=dict(features='features/i3d-1024'), layout='per_crop'
)
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
model = dict(in_channels=1024)
