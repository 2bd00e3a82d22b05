# Table 4 of the RTFM paper without FM, as changes to an RTFM config: no
# magnitude is learnt, and the snippet that scores highest stands for its bag,
# ranked as Sultani et al. do. Network, regularisers and optimiser stay.
#
# For configs that take this one for a base; see baseline_i3d_ucf.py.
method = dict(
    model=dict(
        head=dict(
            select_by='score',
            num_selected=1,
            select_dropout=0.0,
            loss_magnitude=None,
            loss_cls=dict(_delete_=True, type='MILRankingLoss'),
        )
    )
)
