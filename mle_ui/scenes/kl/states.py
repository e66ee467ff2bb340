"""Other states of the page, for its questions."""

from functools import partial

from mle_ui.scenes import states

opened, sets = partial(states.opened, "kl"), partial(states.sets, "kl")
