"""What the course's notebooks import: data, plots and exercises. Importing it costs no TensorFlow."""

from helpers.missing_package import in_one_sentence

try:
    from helpers.data import load_fashion_mnist, load_mnist
    from helpers.desk.progress_map import show_progress
    from helpers.desk.ready import ready_to_hand_in
    from helpers.desk.watching import watch_checks
    from helpers.kit.exercise import NotDoneYet, require
    from helpers.lessons.fashion_mnist.chooser import choose_prediction, show_prediction
    from helpers.live_curves import live_history
    from helpers.moved_notebook import warn_of_moved_notebook
    from helpers.plots import plot_history, plot_image, plot_predictions, plot_value_array
    from helpers.quiet_tensorflow import quieten_tensorflow
    from helpers.two_copies import warn_of_two_copies
except ModuleNotFoundError as error:
    raise in_one_sentence(error) from None

__all__ = [
    "NotDoneYet",
    "choose_prediction",
    "live_history",
    "load_fashion_mnist",
    "load_mnist",
    "plot_history",
    "plot_image",
    "plot_predictions",
    "plot_value_array",
    "ready_to_hand_in",
    "require",
    "show_prediction",
    "show_progress",
]

warn_of_two_copies()
warn_of_moved_notebook()
watch_checks()
quieten_tensorflow()
