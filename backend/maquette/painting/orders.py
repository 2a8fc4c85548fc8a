"""Orders for some of the pictures of a larger one."""

from dataclasses import replace

from maquette.priors.painter import Order


def one_of(order: Order, number: int) -> Order:
    """The order for one of its pictures alone, with noise of its own."""
    chosen = slice(number, number + 1)
    return replace(
        order,
        prompts=order.prompts[chosen],
        controls=[replace(control, pictures=control.pictures[chosen]) for control in order.controls],
        images=None if order.images is None else order.images[chosen],
        masks=None if order.masks is None else order.masks[chosen],
        seed=order.seed + number,
    )
