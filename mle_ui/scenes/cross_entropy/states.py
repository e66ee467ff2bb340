"""Other states of the page, for its questions."""

from functools import partial

from mle_ui.scenes import states

opened, sets = partial(states.opened, "cross_entropy"), partial(states.sets, "cross_entropy")
