# UR-DMU in the form of its release, https://arxiv.org/abs/2302.05160.
# in_channels is C of the features, that of the head D of the neck.
model = dict(
    type='AnomalyDetector',
    in_channels=1024,
    neck=dict(type='GlobalLocalTransformer', embed_channels=512, dropout=0.5),
    head=dict(
        type='URDMUHead',
        in_channels=512,
        num_slots=60,  # of each memory
        loss_cls=dict(type='MILBCELoss'),
        loss_memory=dict(type='MemoryBCELoss', loss_weight=0.1),
        loss_triplet=dict(type='TripletLoss', margin=1.0, loss_weight=0.1),
        loss_kl=dict(type='GaussianKLLoss', loss_weight=1e-3),
        loss_distance=dict(
            type='MagnitudeLoss', form='hinge', margin=100.0, loss_weight=1e-4
        ),
    ),
)
