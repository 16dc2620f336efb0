"""The exercises of lesson 08: seven broken trainings, each with a fault to name and to mend."""

from helpers.kit.author import BrokenTraining, NewImages

# Of right mends, with 30 seeds each, the worst labels 0.732 right; one with its fault still there less than
# 0.70.
NETWORK = NewImages(
    dataset="fashion_mnist",
    training=6000,
    test=2000,
    new=4000,
    start=2000,
    no_marks_below=0.70,
    full_marks_from=0.72,
)
# The names on the list: seven faults of the lesson, and some that none of its trainings has. This advice is
# true of every patient that has none of its own.
FAULTS = {
    "learning rate too high": "Steps that are too long make a loss leap up and down, or end as nan.",
    "learning rate too low":
        "With steps that are too short both losses start where guessing does, and creep down evenly.",
    "pixels not scaled":
        "With pixels up to 255 the loss is many times that of guessing before the first step.",
    "shuffled labels":
        "With the labels of other images a network can still learn its own by heart, while the validation "
        "accuracy stays near guessing. Is that what you see?",
    "softmax missing":
        "Without softmax the outputs are not confidences, and the loss is far from 2.3 before the first step.",
    "too few layers":
        "The healthy run has one hidden layer as well. Could a second one change what is odd here?",
    "too few neurons": "This network has no fewer neurons than the healthy run.",
    "too many epochs":
        "Too many epochs spoil a validation accuracy that was good before. Was this one ever good?",
    "trained on test data":
        "A network that is judged by images it has learned from looks too good to be true. Does this one?",
    "wrong activation in the hidden layer": "The hidden layer has relu, as in the healthy run.",
    "wrong loss for the labels":
        "With ten classes, a cross-entropy that fits the labels starts near 2.3. Where does this loss start?",
}


def patient(number, **its_own):
    answers = (f"fault_{number}", f"mended_{number}")
    return BrokenTraining(answers=answers, faults=FAULTS, network=NETWORK, hidden_start=6000, **its_own)


patient_1 = patient(
    1,
    sign="Both losses fall a little in every epoch, without a jump, and at the end they still do.",
    advice={
        "learning rate too high": "Steps that are too long make a loss jump or rise. Is there a single jump?",
        "too few neurons":
            "A network that is too small learns fast at first and then stops early. The healthy run has as "
            "many neurons as this one.",
        "shuffled labels":
            "With the labels of other images, the validation accuracy would stay where it is. Here it rises.",
    },
    hints=(
        "Nothing jumps and nothing breaks; it just goes slowly. What decides how far the weights move in "
        "each update?",
        "The learning rate is 0.0001. Which of the three panels of lesson 03 has such short steps? Plain "
        "SGD does well here with a rate a thousand times as large.",
    ),
)

patient_2 = patient(
    2,
    sign="The training loss sinks below that of guessing; the validation accuracy stays near guessing.",
    advice={
        "too many epochs":
            "Too many epochs spoil a validation accuracy that was good before. When was this one good?",
        "learning rate too low":
            "A learning rate that is too low slows both curves alike. Here only one of the two is held back.",
        "wrong loss for the labels":
            "Before training the loss is near 2.3, as guessing among ten classes should be: the loss reads "
            "these labels well.",
    },
    hints=(
        "After the first epoch the training loss goes on falling, and the validation loss does not: the network "
        "learns by heart and finds no rule. Look at what goes into train, pair by pair.",
        "rng.permutation is called twice, and gives another order each time. Which label does image 0 end "
        "up with? Train a new network on images and labels that belong together.",
    ),
)

patient_3 = patient(
    3,
    sign="The loss before training is many times that of guessing. Later the network learns, but not much.",
    advice={
        "learning rate too high":
            "Epoch 0 comes before the first step. No learning rate can have caused what is wrong there.",
        "wrong loss for the labels":
            "As the loss falls, the accuracy rises, so the two agree on what is right. But why is the loss "
            "so large at the start?",
        "too few neurons":
            "A small network is weak, but before training it guesses like any other, with a loss near 2.3.",
        "softmax missing":
            "The last layer has its softmax, as in the healthy run. What is different about the numbers "
            "that go into the first one?",
    },
    hints=(
        "How can a network be that wrong before it has learned anything? The weights are as in the healthy "
        "run, so look at what they are multiplied by.",
        "x_train holds numbers from 0 to 1. What does train_images hold? Train a new network on the "
        "former, or let keras.layers.Rescaling(1 / 255) be its first layer.",
    ),
)

patient_4 = patient(
    4,
    sign="The loss starts where guessing does, then leaps above it and jumps from epoch to epoch.",
    advice={
        "wrong activation in the hidden layer":
            "tanh is a good activation: with the fault mended, this network does as well as with relu.",
        "pixels not scaled":
            "Large pixels make the loss large before training. Here it is near 2.3 at epoch 0.",
        "learning rate too low":
            "Steps that are too short change little from one epoch to the next. Is that what you see?",
        "too many epochs":
            "The loss is lowest before the first epoch. Fewer epochs would leave a network that guesses.",
    },
    hints=(
        "Before training all is well. Then the first updates make the loss larger, and it jumps up and "
        "down. Which picture of lesson 03 does that look like?",
        "Adam usually takes a learning rate of 0.001. Make a new network and compile it with about that.",
    ),
)

patient_5 = patient(
    5,
    sign="The validation curves keep up with the training curves to the last epoch: images it has never "
         "seen would not allow that.",
    advice={
        "too many epochs": "Many epochs open a gap between the two curves. Why is there none after forty?",
        "shuffled labels":
            "With the labels of other images, no new image would be labelled right. Here nearly all of "
            "them are.",
        "too few neurons":
            "A network with too few neurons cannot get this good, not even on images it has learned from.",
    },
    hints=(
        "The curves look better than those of the healthy run, and there is no gap between them at all. "
        "When are two accuracies practically the same?",
        "Read the call to train: which images does the network learn from, and by which is it judged? Make "
        "a new one, and train it on x_train.",
    ),
)

patient_6 = patient(
    6,
    sign="The loss starts at several times that of guessing, comes down to about guessing, and stays there.",
    advice={
        "pixels not scaled":
            "This network gets x_train, which lies between 0 and 1. Look at what comes out of it instead.",
        "wrong loss for the labels":
            "The labels are whole numbers, and this is the loss for them. But it expects more than labels: "
            "what should the outputs be?",
        "learning rate too high":
            "Epoch 0 comes before the first step. No learning rate can have caused what is wrong there.",
    },
    hints=(
        "The pixels are scaled and the labels are right, and still the loss is several times 2.3 before "
        "training. What does the loss expect to get from the last layer?",
        "The cross-entropy takes the logarithm of confidences, which are above 0 and sum to 1. Compare the "
        "last layer with that of the healthy run.",
    ),
)

patient_7 = patient(
    7,
    sign="The loss starts at many times that of guessing and does not move; the accuracy stays near 0.1.",
    advice={
        "learning rate too low":
            "Adam has its usual learning rate here. A loss that cannot fall does not fall at any rate: "
            "what is it measuring?",
        "pixels not scaled":
            "This network gets x_train, which lies between 0 and 1, as the healthy one does.",
        "shuffled labels":
            "The labels of other images still give a loss near 2.3 before training, as any guess does.",
        "softmax missing":
            "The last layer has its softmax, so the outputs are confidences. What are they compared with?",
    },
    hints=(
        "The loss stays at a value that the cross-entropy of a guess never has. Which loss is it, and "
        "which two numbers does it subtract?",
        "A confidence lies between 0 and 1, a label here between 0 and 9: their difference means nothing. "
        "Take the loss of the healthy run, or one-hot labels.",
    ),
)
