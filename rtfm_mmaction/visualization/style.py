"""Colours and sizes that all pictures share."""

# Of Okabe and Ito's palette, which colour-blind people can tell apart; line
# styles differ as well, for prints in grey.
SCORE = '#0072B2'
MAGNITUDE = '#D55E00'
EVENT = '#CC79A7'
KNOWN = '#009E73'
GREY = '#666666'
EVENT_ALPHA = 0.3

STYLE = {
    'font.size': 10,
    'axes.titlesize': 11,
    'axes.labelsize': 10,
    'legend.fontsize': 10,
    'axes.spines.top': False,
    'axes.grid': False,
    'svg.hashsalt': 'rtfm_mmaction',
    'figure.dpi': 120,
    'savefig.dpi': 120,
}
