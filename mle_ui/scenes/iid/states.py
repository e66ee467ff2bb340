"""Other states of the page, for its questions."""

from functools import partial

from mle_ui.scenes import states

opened, sets = partial(states.opened, "iid"), partial(states.sets, "iid")
