"""The exercises of lesson 07: handwritten digits, shapes, seeds, and a table of what was tried."""

import keras
import numpy as np

from grader.authoring.networks import ACTIVATION_SLIPS, changed
from helpers.lessons.mnist import trainings, trials
from helpers.kit.author import Accuracy, Function, AskedImages, NetworkFunction, Own, Slip

# How many training images x_part and x_val hold.
PART, VALIDATION = 12_800, 5_000


def images(brightest, *labels):
    """Images whose brightest pixel is known, so that dividing by their own maximum shows, and their labels."""
    pixels = np.arange(len(labels) * 28 * 28) * 5 % 17 * brightest // 16
    return {
        "images": pixels.reshape(-1, 28, 28).astype(np.uint8),
        "labels": np.array(labels, dtype=np.uint8),
    }


prepare = Function(
    cases=[images(255, 5, 0, 4), images(200, 9)],
    # The last has no pixel above 1, as dark images do.
    hidden=[images(240, 3, 1, 1, 0), images(230, 8), images(1, 6, 2)],
    results=("x", "y"),
    if_float64=(
        "x is float64. That works, and takes 376 MB of memory for 60,000 images; float32 takes half."
    ),
    hints=(
        "Three steps, each of which you have seen above or in lesson 05: reshape the images, scale them, "
        "turn the labels into one-hot rows. len(images) says how many rows there are.",
        'x = images.reshape(len(images), 784).astype("float32"), and then divide by the largest value a '
        "pixel can have. For y, call keras.utils.to_categorical with the labels and the number of classes.",
    ),
    slips=[
        Slip("not scaled", "(255 * prepare(images, labels)[0], prepare(images, labels)[1])",
             "The shapes are right, but the pixels still go up to 255. Which number makes 255 become 1?"),
        Slip("not flattened",
             "(prepare(images, labels)[0].reshape(images.shape), prepare(images, labels)[1])",
             "The images still have 28 rows of 28. The network takes one row of 784 numbers for each image."),
        Slip("labels not one-hot", "(prepare(images, labels)[0], labels)",
             "x is right. The labels are still whole numbers: make a row of ten numbers out of each."),
        Slip("whole numbers kept", "prepare(images // 255 * 255, labels)",
             "Nearly every pixel has become 0: the fractions between 0 and 1 were cut off. Make the pixels "
             "floats before you divide, and divide with one slash."),
        Slip("divided by the largest pixel at hand",
             "(prepare(images, labels)[0] * 255 / images.max(), prepare(images, labels)[1])",
             "The divisor comes from the images at hand, so the same grey becomes a different number in "
             "another batch. Divide all images by the same number."),
        Slip("left as they are where no pixel is above 1",
             "(prepare(images, labels)[0] * (255 if images.max() <= 1 else 1), prepare(images, labels)[1])",
             "Images without a pixel above 1 are left as they are, though they may only be dark. Divide all "
             "images by the same number, whatever is in them."),
        Slip("divided by 256", "(prepare(images, labels)[0] * 255 / 256, prepare(images, labels)[1])",
             "There are 256 values, but they go from 0 to 255. Which divisor turns the largest into "
             "exactly 1?"),
        Slip("as many columns as the largest label needs",
             "(prepare(images, labels)[0], prepare(images, labels)[1][:, : int(labels.max()) + 1])",
             "y has a column for each digit up to the largest label at hand. The network always has ten "
             "outputs, so say how many classes there are."),
        Slip("a column for each label at hand",
             "(prepare(images, labels)[0], prepare(images, labels)[1][:, np.unique(labels)])",
             "y has a column only for the digits that occur in these labels. The network always has ten "
             "outputs, in the order 0 to 9."),
        Slip("read column by column",
             "(prepare(images.transpose(0, 2, 1), labels)[0], prepare(images, labels)[1])",
             "Each image is read column by column. reshape alone, with nothing else, takes its rows one after "
             "the other."),
        Slip("scaled to between -1 and 1",
             "(2 * prepare(images, labels)[0] - 1, prepare(images, labels)[1])",
             "The darkest pixels became -1. That can help a network too, but the task asks for 0 to 1."),
        Slip("transposed", "(prepare(images, labels)[0].T, prepare(images, labels)[1])",
             "Each image is in a column. Samples come first: one row for each image."),
        Slip("reshaped to (784, n)",
             "(prepare(images, labels)[0].reshape(784, -1), prepare(images, labels)[1])",
             "The sizes are the wrong way round, and the pixels of each image are spread over many rows. "
             "Samples come first: one row for each image."),
        Slip("all images in one row", "(prepare(images, labels)[0].reshape(-1), prepare(images, labels)[1])",
             "All pixels of all images are in one long row. Keep the first axis: one row for each image."),
        Slip("scaled twice", "(prepare(images, labels)[0] / 255, prepare(images, labels)[1])",
             "The largest pixel has become 1/255: the pixels were divided twice. Scale them once."),
        Slip("pixels of several images mixed",
             "(prepare(images, labels)[0].reshape(784, -1).T, prepare(images, labels)[1])",
             "The shape is right, but each row holds pixels of several images: reshape keeps the order in "
             "which the values are stored. Ask it for (n, 784) at once, without transposing the result."),
        Slip("only x returned", "prepare(images, labels)[0]",
             "That is x, and it is right. The function should return two arrays, with a comma between them."),
        Slip("only y returned", "prepare(images, labels)[1]",
             "That is y, and it is right. The function should return two arrays, with a comma between them."),
        Slip("x_train instead of the arguments", "prepare(x_train, y_train)",
             "It prepares all 60,000 training images, whatever you pass in. Use the names in the brackets "
             "after def."),
        Slip("results swapped", "prepare(images, labels)[::-1]",
             "The images and the labels come back in the wrong order. The task asks for x first, then y."),
    ],
)


def hidden(model):
    """The size of a model's hidden layer."""
    return model.layers[0].units


build_model = NetworkFunction(
    said="relu and then softmax",
    inputs=[(28, 28)],
    arguments=[{"hidden": 32}, {"hidden": 7}],
    hidden_arguments=[{"hidden": 5}, {"hidden": 48}],
    hints=(
        "The lines that made network above do nearly all of it. Put them into the function, use the "
        "argument, compile, and return the model.",
        'In the hidden layer write keras.layers.Dense(hidden, activation="relu"). The last line of the '
        "function is return model.",
    ),
    slips=[
        Slip("one model for all calls", "one model",
             "Two calls returned one and the same model, so training it in one place would change it "
             "everywhere. Make a new model inside the function, at each call."),
        Slip("same random weights at each call", "same start",
             "Two new models start with the very same weights. Is a seed set inside? Leave seeds to whoever "
             "calls the function: the next exercise sets them."),
        Slip("takes images of 28×28",
             lambda model: changed(model, inputs=(28, 28), first=[keras.layers.Flatten()]),
             "The images are flattened before they come here, by prepare. Let the input be one row of 784 "
             "numbers."),
        Slip("hidden size fixed at 32", lambda model: changed(model, units=(32, 10)),
             "The hidden layer has 32 neurons, whatever hidden says. Use the argument instead of the "
             "number."),
        Slip("output layer missing", lambda model: changed(model, units=(hidden(model),)),
             "After the hidden layer, the layer of ten neurons is missing."),
        Slip("hidden layer missing", lambda model: changed(model, units=(10,)),
             "Between the 784 inputs and the ten outputs there is no hidden layer yet."),
        Slip("one output neuron", lambda model: changed(model, units=(hidden(model), 1)),
             "The last layer has one neuron. It needs one neuron for every class."),
        Slip("two hidden layers", lambda model: changed(model, units=(hidden(model), hidden(model), 10)),
             "There are two hidden layers. The task asks for one, and then the output layer."),
        Slip("layers swapped", lambda model: changed(model, units=(10, hidden(model))),
             "The ten neurons come before the hidden ones. Data go through the layers in the order of the "
             "list."),
        Slip("hidden size in the output layer",
             lambda model: changed(model, units=(hidden(model), hidden(model))),
             "The last layer also has as many neurons as hidden says. Its size should be the number of "
             "classes."),
        *ACTIVATION_SLIPS,
        Slip("scaled a second time inside the model",
             lambda model: changed(model, first=[keras.layers.Rescaling(1 / 255)]),
             "The model divides the pixels by 255 again, but prepare has already done so. Scale in one "
             "place."),
        Slip("not compiled", lambda model: changed(model, compiled=False),
             "The layers are right. The model still needs model.compile(...) with an optimizer, a loss and "
             "a metric."),
        Slip("sparse categorical cross-entropy",
             lambda model: changed(model, loss="sparse_categorical_crossentropy"),
             "That loss wants labels that are whole numbers. prepare makes one-hot rows: take the "
             "cross-entropy for those."),
        Slip("mean squared error as the loss", lambda model: changed(model, loss="mse"),
             "That is the mean squared error, which is meant for quantities. For one-hot labels take the "
             "categorical cross-entropy."),
        Slip("binary cross-entropy as the loss", lambda model: changed(model, loss="binary_crossentropy"),
             "That is the binary cross-entropy, which asks ten yes-or-no questions about each image. Only "
             "one digit can be right: take the cross-entropy for one choice out of several."),
        Slip("accuracy missing from the metrics", lambda model: changed(model, metrics=()),
             "The loss is right. Ask for the accuracy as well, in a list: metrics=[...]."),
    ],
)


train_model = Own(
    where="helpers.lessons.mnist.trainings:TrainingsExercise",
    parts={"sizes": [784, 32, 10], "updates": PART // 128, "trained_from": 0.8},
    measured=trainings.SIGNS,
    hints=(
        "Order matters: the initial weights are drawn when the model is made. What has to be set before "
        "that?",
        "Four lines: keras.utils.set_random_seed with the argument, build_model(32), fit on x_part and "
        "y_part with epochs, batch_size and verbose=0, and return.",
    ),
    slips=[
        Slip("a different hidden size", "is_dense and hidden != 32",
             "The hidden layer has another size. The task asks for 32 neurons, whatever the seed is."),
        Slip("not trained", "updates == 0 and accuracy < 0.3",
             "That is a model with its initial weights. Train it with fit before you return it."),
        Slip("one model trained on and on", "one_model",
             "Each call trains the same model further. Make a new one inside the function."),
        Slip("labels of other images", "updates == 100 and accuracy < 0.3",
             "After a whole epoch the model still guesses. Do images and labels belong together, row by "
             "row, and do the pixels lie between 0 and 1?"),
        Slip("trained on the validation images", "updates == 40",
             "40 updates are what the 5,000 images of x_val give. They are for comparing models: train on "
             "x_part and y_part."),
        Slip("trained on the test images", "updates == 79",
             "79 updates are what 10,000 images give: there are that many test images. Train on x_part and "
             "y_part."),
        Slip("all training images", "updates == 469",
             "469 updates are what all 60,000 images give. Here x_part and y_part are enough, and five "
             "times as fast."),
        Slip("part of the images set aside", "updates == 80",
             "80 updates are what four fifths of x_part give. Leave validation_split out: x_val is there for "
             "that."),
        Slip("batches of 32", "updates == 400",
             "Without batch_size, fit takes batches of 32, so there are four times as many updates."),
        Slip("five epochs", "updates == 500",
             "There are five times as many updates as in one epoch. The task asks for one epoch."),
        Slip("seed set after the model is made", "not repeats and python_repeats and numpy_repeats",
             "A seed is set, but too late for the initial weights: they were drawn when the model was made."),
        Slip("only NumPy's seed set", "not repeats and numpy_repeats",
             "Only NumPy's random numbers repeat, and Keras draws its own. Which function sets all seeds "
             "at once?"),
        Slip("seed not set", "not repeats and not python_repeats",
             "The random numbers do not repeat. Set all seeds from the argument, as the first step inside "
             "the function."),
        Slip("seed fixed inside", "ignores_seed",
             "Every seed gives the same weights, so the function ignores its argument. Which seed does it "
             "set instead?"),
    ],
)

# Validation accuracy by hidden, epochs and batch_size: at least four standard deviations of about 20 trainings
# on each side. Only for wide networks on the stand-ins is it about two above the mean, since these spread to
# the low side alone: none of those trainings got over 0.99.
BANDS = {
    "real": [
        [32, 5, 128, 0.885, 0.922],
        [64, 5, 128, 0.901, 0.929],
        [512, 5, 128, 0.92, 0.963],
        [784, 5, 128, 0.92, 0.967],
        [32, 2, 10, 0.88, 0.925],
    ],
    "stand-ins": [
        [32, 5, 128, 0.938, 0.97],
        [64, 5, 128, 0.951, 0.977],
        [512, 5, 128, 0.94, 0.995],
        [784, 5, 128, 0.94, 0.995],
        [32, 2, 10, 0.926, 0.98],
    ],
}

experiments = Own(
    where="helpers.lessons.mnist.trials:TrialsExercise",
    parts={"fewest": 4, "bands": BANDS},
    measured=trials.SIGNS,
    words=trials.WORDS,
    hints=(
        "Loop over the settings. Inside: set the seed, build a new model, fit it with validation_data, "
        "append a new dictionary to the list.",
        "history = model.fit(x_part, y_part, ..., validation_data=(x_val, y_val), verbose=0) keeps the "
        'curve, and history.history["val_accuracy"][-1] is its last value.',
    ),
    slips=[
        Slip("one dictionary for all rows", "rows > 1 and different_rows == 1",
             "All rows are the same. Make a new dictionary for each training: one that is made before the "
             "loop and changed inside it is in the list many times over."),
        Slip("the whole curve", "longest > 1",
             "val_accuracy holds a value for each epoch. Keep only the one after the last epoch."),
        Slip("percent instead of fraction", "percentages > 0",
             "Those are percentages. Leave val_accuracy as the fraction between 0 and 1 that Keras gives."),
        Slip("loss instead of accuracy",
             f"rows > 0 and highest < 0.7 and not fractions(results, {VALIDATION})",
             "Those look like losses: no accuracy on 5,000 images can have these decimals. Which list of "
             "the record holds the accuracy?"),
        Slip("error instead of accuracy", "rows > 0 and highest < 0.5",
             "Those look like fractions labelled wrong. The accuracy is the fraction labelled right."),
        Slip("one accuracy for all rows", "rows > 2 and different_results == 1",
             "Every setting has the same accuracy, to the last digit. Do you read it inside the loop, from "
             "the model that was trained there?"),
        Slip("measured on other images",
             f"fractions(results, 10_000) and not fractions(results, {VALIDATION})",
             "No accuracy on the 5,000 images of x_val can have these decimals. They fit 10,000 images, "
             "and there are that many test images: keep those for the end."),
        Slip("accuracy on the training images",
             f"fractions(results, {PART}) and not fractions(results, {VALIDATION})",
             'No accuracy on the 5,000 images of x_val can have these decimals. They fit the 12,800 images '
             'of x_part: "accuracy" and "val_accuracy" are two curves of the record.'),
        Slip("a dictionary of columns", trials.COLUMNS,
             "Those are columns. Make a list of dictionaries, one for each training, with single numbers "
             "inside."),
        Slip("rows that are not dictionaries", trials.NO_DICTIONARY,
             "A row should name its numbers: write a dictionary in braces, with a key in front of each "
             "number."),
        Slip("other keys", trials.OTHER_KEYS,
             "Keys are compared letter by letter. Copy them from the example in the task."),
        Slip("fewer than four settings", trials.TOO_FEW,
             "Rows with the same setting count once. What else could you change: hidden, epochs, batch "
             "size?"),
        Slip("lower than this setting gives", trials.TOO_LOW,
             "No such training run ends that low. Is the optimizer of build_model rmsprop, and is this the "
             "value after the last epoch, of a training on x_part and y_part with pixels from 0 to 1?"),
        Slip("higher than this setting gives", trials.TOO_HIGH,
             "No such training run ends that high. Is it the accuracy on x_val, of a model that was "
             "new and has learned from x_part only?"),
    ],
)


# The test images are the easier ones: a model that has not seen them makes up to 1.4 times as many errors on
# training images, one that has learned from them 1.7 times as many and more. Where errors are rare, chance
# decides such a ratio, so the accuracies have to differ as well.
test_accuracy = Accuracy(
    dataset="mnist",
    images={
        "test": AskedImages(flat=True, one_hot=True),
        # Enough to tell an accuracy to half a percentage point, and as many as there are test images.
        "training": AskedImages(training=True, flat=True, rows=(0, 60_000, 6)),
        "all_training": AskedImages(training=True, flat=True),
        "validation": AskedImages(training=True, flat=True, rows=(PART, PART + VALIDATION, None)),
    },
    model="final_model",
    no_marks_below=0.80,
    full_marks_from=0.93,
    for_marks="build a new model and train it on x and y.",
    for_full_marks="was it trained on all of x, 5 epochs, batches of 128?",
    hints=(
        "Build, fit, evaluate: three lines. The training data are x and y, the test data x_new and y_new.",
        "final_model = build_model(...), then final_model.fit(x, y, ...) with epochs and batch_size. Then "
        "test_loss, test_accuracy = final_model.evaluate(...) with the test data.",
    ),
    slips=[
        Slip("evaluated on the training data", "all_training.accuracy",
             "That is the accuracy on x, the training images. The final measurement is on x_new, which the "
             "model has never seen."),
        Slip("percent instead of fraction", "100 * test.accuracy",
             "That is the accuracy in percent. Leave it as the fraction between 0 and 1 that Keras gives."),
        Slip("loss and accuracy together", "test.evaluated",
             "evaluate returns the loss and the accuracy. Unpack the two, or take the second."),
        Slip("loss instead of accuracy", "test.evaluated[0]",
             "That is the loss on the test images. The accuracy is the second number that evaluate returns."),
        Slip("evaluated on the validation images", "validation.accuracy",
             "That is the accuracy on x_val. The final measurement is on x_new, which played no part in "
             "any choice."),
        Slip("error instead of accuracy", "1 - test.accuracy",
             "That is the fraction of images that are labelled wrong. The accuracy is the fraction "
             "labelled right."),
        Slip("number of images instead of fraction", "count(test.labels) * test.accuracy",
             "That is how many images are labelled right. Which fraction of all test images is it?"),
        Slip("not trained", "test.accuracy < 0.3",
             "final_model is guessing: it has had little or no training. Train it on x and y, then measure."),
        Slip("trained on the test images",
             "test.accuracy > training.accuracy + 0.03 and 1 - training.accuracy > 1.55 * (1 - test.accuracy)",
             "It does better on test images than on training images, so it seems to have learned from the "
             "test images. Build a new one and fit it on x and y."),
    ],
)
