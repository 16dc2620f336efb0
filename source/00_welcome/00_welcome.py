# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: []
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Welcome: how this course works
#
# ## What you will do
# You check that everything is installed, learn how the notebooks work, and solve and hand in a first small
# exercise.
#
# ## What you will learn
# - how to run cells, and why their order matters
# - how checks and hints work, and what happens to a notebook that you hand in
# - how to take apart the data that Keras' loaders return
#
# ## What you need
# A little Python: variables, functions, `print`. No neural networks yet.
#
# **Time:** about 20 minutes. The code itself runs in about 5 s.
#
# **Stuck?** Run `exercises.greeting.hint()` in a new cell, then `exercises.greeting.hint(2)`. Every exercise
# has two such hints.
#
# **A word you do not know?** Every term of the course is in the [glossary](../glossary.ipynb).

# %% [markdown]
# ## Cells
# A notebook is made of cells. This one holds text; the next one holds code. Click into it and press
# **Shift+Enter**: the code runs, its result appears below, and the next cell is selected.

# %%
from helpers import NotDoneYet
from helpers.lessons.welcome import exercises

print("It works.")

# %% [markdown]
# All cells share one memory. What counts is the order in which you *run* them. If something behaves oddly, choose
# **Restart Kernel and Run All Cells** from the menu. That is also how your notebook is run when it is marked.

# %% [markdown]
# ## Is everything installed?
# These are the packages of the course, with the versions on this computer.

# %% tags=["nbval-ignore-output"]
import platform
from importlib.metadata import version

print("Python", platform.python_version())
for package in ("numpy", "matplotlib", "scikit-learn", "tensorflow", "keras"):
    print(package, version(package))

# %% [markdown]
# TensorFlow does the heavy work in the later lessons. Importing it takes a few seconds. It may also write many
# lines of its own. Those about CUDA or a GPU only mean that it found no graphics card, and a CPU is enough
# for this course.

# %% tags=["nbval-ignore-output"]
import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
print("TensorFlow computes on", f"{len(gpus)} GPU(s)" if gpus else "the CPU")

# %% [markdown]
# ## Which images does this computer have?
# Some lessons train on well-known collections of 70,000 small images: pieces of clothing, and handwritten
# digits. This cell shows where they would come from on this computer, without downloading anything.

# %% tags=["nbval-ignore-output"]
from helpers.data import locate

for dataset in ("fashion_mnist", "mnist"):
    print(dataset, "→", locate(dataset).kind)

# %% [markdown]
# - `folder`: in the folder `data` that came with the course, or in the one that the environment variable
#   `COURSE_DATA` names
# - `cache`: downloaded before, by this course or by Keras
# - `stand-in`: not here yet. The lesson will try to download the images. Without an internet connection it
#   makes images of its own that look much like them, and says so. Everything works with them, with slightly
#   different accuracies.
#
# `locate("mnist").place` names the folder or file. To get the real images beforehand, connect to the
# internet and run `from helpers.data import fetch`, then `fetch("mnist")` and `fetch("fashion_mnist")`.

# %% [markdown]
# ## Taking data apart
# Every loader of images in Keras returns its data in the same form: a pair of pairs. The first pair holds
# images and labels for training, the second holds images and labels for testing. Here is a loader of that
# kind, with three letters and one letter in place of thousands of images.

# %%
def load_letters():
    return (["a", "b", "c"], [0, 1, 2]), (["d"], [3])

# %% [markdown]
# Python can take such a result apart in one line, if the names on the left are nested in the same way as the
# values on the right. This is called [**tuple unpacking**](../glossary.ipynb#tuple-unpacking).

# %%
(train_letters, train_labels), (test_letters, test_labels) = load_letters()

print("training:", train_letters, train_labels)
print("testing: ", test_letters, test_labels)

# %% [markdown]
# Forget the inner brackets, and Python has four names for two values.

# %%
try:
    train_letters, train_labels, test_letters, test_labels = load_letters()
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## Your first exercise
# An exercise is a pair of cells. You write into the first one, where it says so. The second one checks what
# you wrote. It has three outcomes:
#
# - **○ not attempted**: the line that you should replace is still there
# - **✗ not yet**: your function gave something other than what was expected. You see for which input, and
#   often get advice
# - **✓ right**
#
# Check as often as you like; it costs nothing. Run the check once before you start, to see the first outcome.
#
# ### Exercise: `greeting`
# Write a function that greets a person by name. `greeting("Ada")` is `'Hello, Ada!'`.

# %% nbgrader={"grade": false, "grade_id": "greeting", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def greeting(name):
    """Return the text that greets a person.

    name: text, for instance "Ada". The result is then "Hello, Ada!".
    """
    ### BEGIN SOLUTION
    return f"Hello, {name}!"
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_greeting", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
exercises.greeting.check(greeting)

# %% [markdown]
# A cell may use what you were asked to write. Until it is there, the cell tells you what to do first.

# %% tags=["raises-exception"]
print(greeting("reader"))

# %% [markdown]
# ## Handing in
# 1. Restart the kernel and run all cells. An exercise that you left out does not stop the others.
# 2. Save the notebook.
# 3. Run the last cell of the notebook, under *Ready to hand in?*. It looks at the saved file and says what to
#    fix.
# 4. Hand in the `.ipynb` file, under its own name, in the way your instructor told you.
#
# When your notebook is marked, the checks run again, this time with more inputs, which you have not seen. A function that
# only knows the answers to the visible check gets no marks. You may add cells of your own. Leave the check
# cells as they are: they are replaced by fresh ones. Your instructor marks written answers.

# %% [markdown]
# ## How far are you?
# This cell draws all lessons with their exercises, from the notebooks that you have saved and from what the
# checks said last. That is kept in `my_progress.json` in the course's folder, a file that you may read and
# delete. Nothing is sent anywhere.

# %%
from helpers import show_progress

show_progress()

# %% [markdown]
# ## Recap
# - Shift+Enter runs a cell; restart and run all to be sure of the order.
# - Checks have three outcomes, and every exercise has two hints.
# - `(a, b), (c, d) = ...` takes apart what a Keras loader returns.
#
# ## Try it yourself
# - Change your function so that it is wrong in a small way. What does the check say? Then put it right
#   again.
# - Call `load_letters()` and unpack only the outer pair, into `train` and `test`. What is `train[1]`?

# %% [markdown]
# ## Ready to hand in?
# Save the notebook, then run this cell. It runs the saved file from a fresh start and says what to fix. Your
# notebook is not changed.

# %%
from helpers import ready_to_hand_in

ready_to_hand_in()
