import numpy as np

from worker.demo.clips import CLASSES, STILL, draw_clip
from worker.demo.sample import LEVELS_PER_PX, Order, draw_sample, orders


def test_the_sample_is_the_still_frame_and_the_flow_in_grey_levels():
    order = Order(label=CLASSES.index("fast billiards"), seed=5)
    image, levels = draw_sample(order)
    assert np.array_equal(image, draw_clip(order.label, order.seed).frames[STILL].transpose(2, 0, 1))
    assert levels.shape == (20, 96, 96)
    fastest = np.hypot(*levels.reshape(10, 2, 96, 96).transpose(1, 0, 2, 3).astype(float)).max() / LEVELS_PER_PX
    assert 3 < fastest < 12


def test_slow_balls_are_slower_than_fast_ones():
    slow, fast = (draw_sample(Order(CLASSES.index(f"{pace} billiards"), 5))[1] for pace in ("slow", "fast"))
    assert np.abs(slow.astype(float)).mean() < 0.4 * np.abs(fast.astype(float)).mean()


def test_lifting_goes_up_and_lowering_goes_down():
    up, down = (draw_sample(Order(CLASSES.index(name), 1))[1] for name in ("clean and jerk", "lowering the bar"))
    assert up[1::2].astype(float).mean() < -0.5
    assert down[1::2].astype(float).mean() > 0.5


def test_orders_take_the_classes_in_turn_and_splits_share_no_clip():
    train, held_out = orders(25, 1), orders(25, 2)
    assert [order.label for order in train[:11]] == [*range(10), 0]
    assert not {order.seed for order in train} & {order.seed for order in held_out}
