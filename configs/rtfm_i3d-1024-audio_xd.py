_base_ = ['rtfm_i3d-1024_xd.py']
# Visual features and VGGish audio, 1024 + 128 channels.
source = dict(
    data_prefix=dict(audio='features/vggish'),
    layout=dict(_delete_=True, features='per_crop', audio='vggish'),
)
train_dataloader = dict(dataset=dict(dataset=source))
val_dataloader = dict(dataset=source)
test_dataloader = val_dataloader
model = dict(in_channels=1152)
