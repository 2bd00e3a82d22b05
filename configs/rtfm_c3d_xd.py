_base_ = ['rtfm_i3d_xd.py']
source = dict(data_prefix=dict(features='features/c3d'), layout='packed')
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
model = dict(in_channels=4096)  # fc6
