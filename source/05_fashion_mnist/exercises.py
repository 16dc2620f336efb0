"""The exercises of lesson 05: a network for pictures of clothes."""

import keras

from grader.authoring.networks import ACTIVATION_SLIPS, changed, with_activations
from helpers.kit.author import (
    OTHERWISE, Accuracy, Arrays, AskedImages, Labels, Names, Network, Predictions, Record, Slip,
)

DATASET = "fashion_mnist"
TEST, UNSCALED, TWICE = AskedImages(), AskedImages(divided_by=1), AskedImages(divided_by=255**2)
# The weights of a model without training stay below this accuracy, any training gets above it.
UNTRAINED = 0.3

class_names = Names(
    hints=(
        "A list of ten strings, in the order of the table: the name of label 0 comes first.",
        'It begins class_names = ["T-shirt/top", "Trouser", and goes on in the same way to "Ankle boot"].',
    ),
    slips=[
        Slip("counted from 1", lambda names: ["", *names],
             "The first place in a list is place 0, so label 0 needs no empty name before it."),
        Slip("alphabetical order", sorted,
             "The names are in alphabetical order. The labels have an order of their own: see the table."),
        Slip("last name first", lambda names: [names[-1], *names[:-1]],
             "Every name is one place too late, with label 9 at the front. Label 0 comes first."),
        Slip("Shirt and T-shirt/top swapped", lambda names: [names[6], *names[1:6], names[0], *names[7:]],
             "T-shirt/top and Shirt are two classes, and here they have each other's label."),
        Slip("labels instead of names", lambda names: [str(label) for label in range(len(names))],
             "Those are the labels themselves. Put the name of each in its place."),
        Slip("all names in one string", "str",
             "That is a single string. Make it a list, so that class_names[9] gives the name of label 9: "
             "square brackets around it all, and each name in its own quotes."),
        Slip("not a list", "no list",
             "class_names[9] has to give the name of label 9, so every name needs its place. Make it a list, "
             "with square brackets around it."),
        Slip("not names", "no names",
             "Each place of the list holds one name and nothing else: the place itself is the label."),
        Slip("read from left to right",
             lambda names: [name for pair in zip(names[:5], names[5:]) for name in pair],
             "The table has two halves. Read the left one from top to bottom, then the right one."),
        Slip("keys that are not the labels", "other keys",
             "A dictionary works too, if its keys are the labels as whole numbers, from 0 to 9: "
             "class_names[9] has to give a name."),
        Slip("comma forgotten", "joined",
             "All the letters are there, but Python joins two strings that are side by side with no comma "
             "between them. Look at the ends of the lines, too."),
        Slip("a different spelling", "spelled otherwise",
             "The order is right. Spell this name as the table does."),
        Slip("another order", "another order",
             "All ten names are there, but not in the order of the labels."),
    ],
)

scaled_images = Arrays(
    dataset=DATASET,
    names=("train_images", "test_images"),
    expected="own / 255",
    said="every pixel divided by 255, so between 0 and 1, in both",
    # The last images are among these.
    hidden=99,
    hints=(
        "The brightest pixel is 255 and should become 1. One arithmetic operation on the whole array does "
        "it.",
        "train_images = train_images / 255.0 scales one of the two arrays. Do the same with the other. "
        "/= would stop with an error here: an array of whole numbers cannot hold fractions.",
    ),
    slips=[
        Slip("test images made from the training images", ("own / 255", "training[:count(own)] / 255"),
             "The test images are the first of the training images. Does the line that scales them start "
             "from the test images?"),
        Slip("test images made from the training images", ("own / 255", "training / 255"),
             "There are as many images here as for training. Does the line that scales the test images "
             "start from the test images?"),
        Slip("images already flattened", "flat(own) / 255",
             "Each image is one row of 784 pixels now. Leave the images 28×28: the network's first layer "
             "will do that."),
        Slip("scaled twice", "own / 255 / 255",
             "The pixels were divided by 255 twice: the cell has run twice. Load the data again, then run "
             "it once."),
        Slip("test images scaled twice", ("own / 255", "own / 255 / 255"),
             "The training images are right. The test images were divided by 255 twice. Load the data "
             "again, then divide each array once."),
        Slip("test images not scaled", ("own / 255", "own"),
             "The training images are scaled, the test images are not. The network must see both in the "
             "same way."),
        Slip("training images not scaled", ("own", "own / 255"),
             "The test images are scaled, the training images are not. The network must see both in the "
             "same way."),
        Slip("integer division", "own // 255",
             "Everything after the decimal point is gone, so nearly every pixel became 0. Divide with one "
             "slash, not two, and leave the results as they come, without int or uint8."),
        Slip("divided by 256", "own / 256",
             "There are 256 values, but they go from 0 to 255. Which divisor turns the largest into exactly "
             "1?"),
        Slip("scaled to between -1 and 1", "own / 127.5 - 1",
             "The darkest pixels became -1. That can help a network too, but the task asks for 0 to 1."),
        Slip("black and white swapped", "1 - own / 255",
             "Dark and bright have changed places: 0 has become 1. Divide, and leave it at that."),
        Slip("columns of length 1", "own / at_least(root(sum(own * own, 1)), 0.001)",
             "normalize gives each column of an image the length 1, which changes what the image looks "
             "like. Divide all pixels by one number."),
    ],
)


def flattened_late(model):
    """The solution's network with Flatten between the two dense layers."""
    layers = [keras.layers.Dense(128, "relu"), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    return keras.Sequential([keras.Input(shape=model.input_shape[1:]), *layers])


NO_FLATTEN = (
    "A dense layer wants one row of numbers per image, but gets 28 rows of 28. Which layer turns 28×28 into "
    "784?"
)

model = Network(
    said="relu and then softmax",
    inputs=[(784,)],
    hints=(
        "keras.Sequential takes a list: the input, a layer that flattens, and two dense layers. After that "
        "comes model.compile with three arguments: optimizer, loss, metrics.",
        'The hidden layer is keras.layers.Dense(128, activation="relu"). The output layer looks the same '
        'with its own number of neurons and activation. The loss is "sparse_categorical_crossentropy".',
    ),
    slips=[
        Slip("layers without a model", "[]",
             "The layers are in a list, but nothing joins them yet. Which class makes a model from such a "
             "list?"),
        Slip("what compile returns", "None",
             "compile and summary change or show a model, and return None. Keep the model itself under its "
             "name, and call them on lines of their own."),
        Slip("Flatten missing", lambda model: changed(model, flatten=False), NO_FLATTEN),
        Slip("Flatten missing", lambda model: changed(model, inputs=(784,), flatten=False), NO_FLATTEN),
        Slip("Flatten too late", flattened_late,
             "Flatten comes after the hidden layer, which then gets 28 rows of 28. Flatten first."),
        Slip("output layer missing", lambda model: changed(model, units=(128,)),
             "After the hidden layer, the layer of ten neurons is missing."),
        Slip("layers swapped", lambda model: changed(model, units=(10, 128)),
             "The ten neurons come before the 128. Data go through the layers in the order of the list."),
        Slip("hidden layer missing", lambda model: changed(model, units=(10,)),
             "Between the flattened image and the ten outputs there is no hidden layer yet."),
        Slip("one output neuron", lambda model: changed(model, units=(128, 1)),
             "The last layer has one neuron. It needs one neuron for every class."),
        Slip("wrong number of hidden neurons", lambda model, n: changed(model, units=(n, 10)),
             "The layers are the right ones. How many neurons does the table give the hidden layer?"),
        Slip("two hidden layers", lambda model, n: changed(model, units=(n, n, 10)),
             "There is one more dense layer than in the table. Each line of a Sequential model adds a "
             "layer."),
        *ACTIVATION_SLIPS,
        Slip("softmax in both layers", with_activations("softmax", "softmax"),
             "The hidden layer ends in softmax as well, so its 128 neurons share a total of 1. The task "
             "asks for relu there."),
        Slip("relu in both layers", with_activations("relu", "relu"),
             "The ten outputs come out of relu: many are 0, and they do not sum to 1. Which activation "
             "makes confidences?"),
        Slip("scaled a second time inside the model",
             lambda model: changed(model, first=[keras.layers.Rescaling(1 / 255)]),
             "The model divides the pixels by 255 again, but they are already scaled. Scale in one place."),
        Slip("not compiled", lambda model: changed(model, compiled=False),
             "The layers are right. The model still needs model.compile(...) with an optimizer, a loss and "
             "a metric."),
        Slip("categorical instead of sparse cross-entropy",
             lambda model: changed(model, loss="categorical_crossentropy"),
             "That loss wants a row of ten numbers for each label, such as [0, 0, 1, ...]. The labels here are "
             "whole numbers from 0 to 9: take the sparse one of the two cross-entropies."),
        Slip("mean squared error as the loss", lambda model: changed(model, loss="mse"),
             "That is the mean squared error, which is meant for quantities. Labels are names of classes: take "
             "the cross-entropy for labels that are whole numbers."),
        Slip("accuracy missing from the metrics", lambda model: changed(model, metrics=()),
             'The loss is right. Ask for the accuracy as well, by the name "accuracy" in a list: metrics=[...].'),
    ],
)

history = Record(
    dataset=DATASET,
    # Many take the first so many images to be quick, and few 2,000 or less. Of the later ones, every fifth:
    # validation_split sets the last aside.
    images={
        "training": AskedImages(training=True, rows=(0, 10_000, None)),
        "first": AskedImages(training=True, rows=(0, 2_000, None)),
        "later": AskedImages(training=True, rows=(10_000, 60_000, 5)),
        "test": TEST,
        "unscaled": UNSCALED,
    },
    hints=(
        "model.fit takes the images, their labels and the number of epochs, and returns the record of the "
        "training.",
        "history = model.fit(images, labels, epochs=...): put in the training images, the training labels "
        "and 10.",
    ),
    slips=[
        Slip("the model instead of the record", "answer.is_model",
             "That is the model. The record is what its fit returns: keep that under the name history."),
        Slip("the losses alone", "answer.is_numbers",
             "Those are numbers alone. Keep the whole record that fit returns: its losses are in it, as "
             'history.history["loss"].'),
        Slip("fit not called", "answer.is_function",
             "That is a function, and it has not run. To call it, add brackets with the images, the labels "
             "and the epochs."),
        Slip("not a record", OTHERWISE, "model.fit returns the record: write history = model.fit(...)."),
        Slip("pixels not scaled",
             f"record.first_loss > 1 and unscaled.accuracy > most(test.accuracy + 0.02, {UNTRAINED})",
             "A first loss that high comes from pixels up to 255. Scale the images, make a new model, and "
             "fit it."),
        Slip("trained on the test data", "test.accuracy > training.accuracy + 0.015",
             "The model does better on the test images than on the training images: it seems to have "
             "learned from the test images. Make a new model and fit it on the training data."),
        Slip("too few epochs", "record.epochs < 10",
             "Fewer than 10 passes through the data. Tell model.fit how many epochs you want."),
        Slip("loss does not fall", "record.last_loss > 0.8 * record.first_loss",
             "A training loss should fall. Do images and labels belong together, and is the learning rate "
             "the usual one?"),
        # A record need not hold accuracies: then its falling losses are those of a trained model.
        Slip("model made again after the training",
             f"most(training.accuracy, unscaled.accuracy) < {UNTRAINED} "
             f"and (record.last_accuracy > {UNTRAINED} or record.last_accuracy == 0)",
             "The record shows a better model than the one there is now. The cell that makes the model has "
             "run again since: run model.fit again too."),
        Slip("only some of the images", "first.accuracy > later.accuracy + 0.045",
             "The model does far better on the first training images than on the later ones, so it has not "
             "learned from all of them. Make a new model, and fit it on all 60,000."),
        # The record's last accuracy is that during the last epoch, the model's that after it: of the networks
        # tried the two differed by 0.01 at most. The first images are easier than the others by as much, and
        # where half of all are set aside for validation, the first are better by 0.037.
        Slip("record of another training", "record.last_accuracy > training.accuracy + 0.035",
             "The record shows a better model than the one there is now. Keep what fit returned when it "
             "trained this model."),
        Slip("too few images, or scaled otherwise", "training.accuracy < 0.75 or record.last_loss > 1",
             "After ten epochs a model gets far more of the training images right. Did it see all of them, "
             "with pixels divided by 255 just once?"),
    ],
)

test_accuracy = Accuracy(
    dataset=DATASET,
    images={"test": TEST, "training": AskedImages(training=True), "unscaled": UNSCALED},
    no_marks_below=0.70,
    full_marks_from=0.86,
    for_marks="scale the pixels, make a new model and fit it.",
    for_full_marks="were the pixels scaled, and were there 10 epochs?",
    hints=(
        "model.evaluate returns two numbers, in the order loss, accuracy. You want the second.",
        "test_loss, test_accuracy = model.evaluate(images, labels), with the test images and the test "
        "labels.",
    ),
    slips=[
        Slip("evaluated on the training data", "training.accuracy",
             "That is the accuracy on images the model has learned from. How good is it on images it never "
             "saw?"),
        Slip("percent instead of fraction", "100 * test.accuracy",
             "That is the accuracy in percent. Leave it as the fraction between 0 and 1 that Keras gives."),
        Slip("loss and accuracy together", "test.evaluated",
             "model.evaluate returns the loss and the accuracy. Unpack the two, or take the second."),
        Slip("loss instead of accuracy", "test.evaluated[0]",
             "That is the loss on the test images. The accuracy is the second number that model.evaluate "
             "returns."),
        Slip("test images not scaled", "unscaled.accuracy",
             "That is the accuracy on test images with pixels up to 255. Scale them as the training images "
             "were scaled."),
        Slip("fraction wrong instead of fraction right", "1 - test.accuracy",
             "That is the fraction of images that are labelled wrong. The accuracy counts those labelled "
             "right."),
        Slip("number of images instead of fraction", "count(test.labels) * test.accuracy",
             "That is how many test images are labelled right. Which fraction of all of them is that?"),
        Slip("compared with the training labels",
             "mean(same_numbers(place_of_largest(test.outputs, 1), training.labels[:count(test.labels)]))",
             "The guesses are those for the test images, but the labels are those of the training images. "
             "Take both from the same data."),
        Slip("measured on another model or on other images", OTHERWISE,
             "This model does not get that number on all the test images. Is it the accuracy of the last "
             "epoch, which is about the training images? Has the model been trained again since, or are "
             "these other images or labels?"),
    ],
)

predictions = Predictions(
    dataset=DATASET,
    images={"test": TEST, "training": AskedImages(training=True), "unscaled": UNSCALED, "twice": TWICE},
    expected="test.outputs",
    add_up=True,
    hints=(
        "A model has a method that turns images into outputs. It needs no labels.",
        "Call model.predict with all the test images, and keep what it returns.",
    ),
    slips=[
        Slip("predictions for the training images", "training.outputs",
             "Those are the confidences for the training images. The question is what the model makes of "
             "new ones."),
        Slip("labels instead of confidences", "place_of_largest(test.outputs, 1)",
             "Those are labels already. Keep all ten confidences of every image: the next exercise picks "
             "the highest."),
        Slip("test images not scaled", "unscaled.outputs",
             "Those are the confidences for images with pixels up to 255. Use the scaled test images."),
        Slip("scaled twice", "twice.outputs",
             "Those are the confidences for pixels that were divided by 255 twice. test_images is scaled "
             "already."),
        Slip("one image only", "test.outputs[0:1]",
             "That is the prediction for the first test image. Hand all of them to the model in one call."),
        Slip("highest confidence only", "largest(test.outputs, 1)",
             "Those are the highest confidences. Keep all ten of every image: the other nine say what else "
             "the model considered."),
        Slip("classes in rows", "transposed(test.outputs)",
             "Rows and columns have changed places. One row per image is what model.predict gives by "
             "itself."),
        Slip("percent instead of fractions", "100 * test.outputs",
             "Those are percentages. Leave the confidences as fractions, so that each row adds up to 1."),
        Slip("predictions of another model", OTHERWISE,
             "These are confidences, but this model does not give them for the test images. Is it another "
             "model, or has it been trained again since?"),
    ],
)

# Many confidences differ from 1 only in last digits, so an answer may name other places than np.argmax does:
# hence as_high for places in columns and in the whole array.
predicted_labels = Labels(
    dataset=DATASET,
    images={"test": TEST},
    hints=(
        "np.argmax says where the largest value is. Its argument axis says in which direction it looks.",
        "Rows are axis 0, columns are axis 1. You want the best column of every row, so 10,000 answers.",
    ),
    slips=[
        Slip("argmax over axis 0", "as_high(answer, confidences, 0)",
             "Those are ten numbers: for each class, the image that is most like it. Look along the other "
             "axis."),
        Slip("argmax over the whole array", "as_high(answer, confidences)",
             "That is one number for all images together. Tell np.argmax along which axis to look."),
        Slip("max instead of argmax", "largest(confidences, 1)",
             "Those are the highest confidences themselves. The label is the place where the highest one "
             "is."),
        Slip("argmin instead of argmax", "place_of_smallest(confidences, 1)",
             "Those are the labels the model believes in least."),
        Slip("counted from 1", "place_of_largest(confidences, 1) + 1",
             "Every label is 1 too high. Labels count from 0, as the places in a row do."),
        Slip("true labels instead of predicted ones", "test.labels",
             "Those are the true labels. The question is what the model takes the images for."),
        Slip("confidences instead of labels", "confidences",
             "Those are still the ten confidences of every image. At which place in its row is the highest?"),
        Slip("first image only", "place_of_largest(confidences[0])",
             "That is the label of the first image. Find one for every row."),
        Slip("one-hot rows", "transposed(same_numbers(transposed(confidences), largest(confidences, 1)))",
             "Those are rows with a 1 at the place of the highest confidence. The label is the number of "
             "that place."),
        Slip("names instead of labels", "answer.is_text",
             "That is text. Keep the labels as whole numbers: class_names gives the name of each whenever you "
             "want one."),
        Slip("right or wrong instead of labels",
             "same_numbers(place_of_largest(confidences, 1), test.labels)",
             "Those say for which images the guess is right. Keep the guesses themselves."),
        Slip("floats instead of integers", "not answer.is_whole_numbers and not answer.is_text",
             "A label is a position in a list, so it has to be an integer."),
    ],
)

prediction_single = Predictions(
    dataset=DATASET,
    images={
        "test": TEST,
        "this": AskedImages(rows=(1, 2, None)),
        "training": AskedImages(training=True, rows=(1, 2, None)),
        "unscaled": AskedImages(divided_by=1, rows=(1, 2, None)),
        "twice": AskedImages(divided_by=255**2, rows=(1, 2, None)),
    },
    expected="this.outputs",
    hints=(
        "The model takes batches of shape (n, 28, 28). What must the shape of one image be, and how do you "
        "add an axis?",
        "np.expand_dims(img, 0) puts an axis of length 1 in front. Hand the result to model.predict.",
    ),
    slips=[
        Slip("batch axis missing", "this.outputs[0]",
             "The ten numbers are right, but a prediction for a batch of one is an array with one row: "
             "shape (1, 10)."),
        Slip("first image", "test.outputs[0:1]",
             "That is the prediction for the image at index 0. The task asks for index 1."),
        Slip("training image", "training.outputs",
             "That is a training image. Take the one at index 1 of the test images."),
        Slip("label instead of confidences", "place_of_largest(this.outputs, 1)",
             "That is the label already. Keep the ten confidences that model.predict gives."),
        Slip("label instead of confidences", "place_of_largest(this.outputs[0])",
             "That is the label already. Keep the ten confidences that model.predict gives."),
        Slip("scaled twice", "twice.outputs",
             "That is the prediction for pixels that were divided by 255 twice. test_images is scaled "
             "already."),
        Slip("test image not scaled", "unscaled.outputs",
             "That is the prediction for pixels up to 255. Use the scaled test images."),
        Slip("two images", "test.outputs[0:2]",
             "That is a batch of two images, at index 0 and index 1. A slice that starts at 1 and ends "
             "before 2 holds one."),
        Slip("all images", "test.outputs",
             "Those are the predictions for all the test images. The task asks for the one at index 1."),
        Slip("another image", OTHERWISE,
             "These are ten confidences, but this model gives others for the test image at index 1. Is it "
             "another image, or another model?"),
    ],
)
