"""The seven patients of lesson 08: what each is worth, what helps, and which wrong names are common."""

from __future__ import annotations

from helpers.exercises.clinic.mends import WRONG_MENDS
from helpers.exercises.clinic.names import WRONG_NAMES, naming, usual_namings
from helpers.exercises.clinic.patient_exercise import PatientExercise
from helpers.kit.exercise import Misconception


def _slips(*namings: Misconception) -> tuple[Misconception, ...]:
    """All slips of a patient. namings: those on which it has advice of its own."""
    return (*WRONG_NAMES, *namings, *usual_namings(but=namings), *WRONG_MENDS)


patient_1 = PatientExercise(
    name="patient_1",
    points=2,
    hints=(
        "Nothing jumps and nothing breaks; it just goes slowly. What decides how far the weights move in "
        "each update?",
        "The learning rate is 0.0001. Which of the three panels of lesson 03 has such short steps? Plain SGD "
        "does well here with a rate a thousand times as large.",
    ),
    key="82a836e0",
    sign="Both losses fall a little in every epoch, without a jump, and at the end they still do.",
    misconceptions=_slips(
        naming(
            "learning rate too high",
            "Steps that are too long make a loss jump or rise. Is there a single jump?",
        ),
        naming(
            "too few neurons",
            "A network that is too small learns fast at first and then stops early. The healthy run has as "
            "many neurons as this one.",
        ),
        naming(
            "shuffled labels",
            "With the labels of other images, the validation accuracy would stay where it is. Here it rises.",
        ),
    ),
)

patient_2 = PatientExercise(
    name="patient_2",
    points=3,
    hints=(
        "The training loss falls and the validation loss does not: the network learns by heart and finds no "
        "rule. Look at what goes into train, pair by pair.",
        "rng.permutation is called twice, and gives another order each time. Which label does image 0 end up "
        "with? Train a new network on images and labels that belong together.",
    ),
    key="22e39d5d",
    sign="The training loss sinks below that of guessing; the validation accuracy stays near guessing.",
    misconceptions=_slips(
        naming(
            "too many epochs",
            "Too many epochs spoil a validation accuracy that was good before. When was this one good?",
        ),
        naming(
            "learning rate too low",
            "A learning rate that is too low slows both curves alike. Here only one of the two is held back.",
        ),
        naming(
            "wrong loss for the labels",
            "Before training the loss is near 2.3, as guessing among ten classes should be: the loss reads "
            "these labels well.",
        ),
    ),
)

patient_3 = PatientExercise(
    name="patient_3",
    points=3,
    hints=(
        "How can a network be that wrong before it has learned anything? The weights are as in the healthy "
        "run, so look at what they are multiplied by.",
        "x_train holds numbers from 0 to 1. What does train_images hold? Train a new network on the former, "
        "or let keras.layers.Rescaling(1 / 255) be its first layer.",
    ),
    key="fe6246ee",
    sign="The loss before training is many times that of guessing. Later the network learns, but not much.",
    misconceptions=_slips(
        naming(
            "learning rate too high",
            "Epoch 0 comes before the first step. No learning rate can have caused what is wrong there.",
        ),
        naming(
            "wrong loss for the labels",
            "As the loss falls, the accuracy rises, so the two agree on what is right. But why is the loss "
            "so large at the start?",
        ),
        naming(
            "too few neurons",
            "A small network is weak, but before training it guesses like any other, with a loss near 2.3.",
        ),
        naming(
            "softmax missing",
            "The last layer has its softmax, as in the healthy run. What is different about the numbers that "
            "go into the first one?",
        ),
    ),
)

patient_4 = PatientExercise(
    name="patient_4",
    points=3,
    hints=(
        "Before training all is well. Then the first updates make the loss larger, and it jumps up and down. "
        "Which picture of lesson 03 does that look like?",
        "Adam usually takes a learning rate of 0.001. Make a new network and compile it with about that.",
    ),
    key="3c86970d",
    sign="The loss starts where guessing does, then leaps above it and jumps from epoch to epoch.",
    misconceptions=_slips(
        naming(
            "wrong activation in the hidden layer",
            "tanh is a good activation: with the fault mended, this network does as well as with relu.",
        ),
        naming(
            "pixels not scaled",
            "Large pixels make the loss large before training. Here it is near 2.3 at epoch 0.",
        ),
        naming(
            "learning rate too low",
            "Steps that are too short change little from one epoch to the next. Is that what you see?",
        ),
        naming(
            "too many epochs",
            "The loss is lowest before the first epoch. Fewer epochs would leave a network that guesses.",
        ),
    ),
)

patient_5 = PatientExercise(
    name="patient_5",
    points=3,
    hints=(
        "The curves look better than those of the healthy run, and there is no gap between them at all. When "
        "are two accuracies practically the same?",
        "Read the call to train: which images does the network learn from, and by which is it judged? Make a "
        "new one, and train it on x_train.",
    ),
    key="ddbb1c5e",
    sign="The validation curves keep up with the training curves to the last epoch: images it has never seen "
    "would not allow that.",
    misconceptions=_slips(
        naming(
            "too many epochs",
            "Many epochs open a gap between the two curves. Why is there none after forty?",
        ),
        naming(
            "shuffled labels",
            "With the labels of other images, no new image would be labelled right. Here nearly all of them "
            "are.",
        ),
        naming(
            "too few neurons",
            "A network with too few neurons cannot get this good, not even on images it has learned from.",
        ),
    ),
)

patient_6 = PatientExercise(
    name="patient_6",
    points=3,
    hints=(
        "The pixels are scaled and the labels are right, and still the loss is several times 2.3 before "
        "training. What does the loss expect to get from the last layer?",
        "The cross-entropy takes the logarithm of confidences, which are above 0 and sum to 1. Compare the "
        "last layer with that of the healthy run.",
    ),
    key="cee8d02b",
    sign="The loss starts at several times that of guessing, comes down to about guessing, and stays there.",
    misconceptions=_slips(
        naming(
            "pixels not scaled",
            "This network gets x_train, which lies between 0 and 1. Look at what comes out of it instead.",
        ),
        naming(
            "wrong loss for the labels",
            "The labels are whole numbers, and this is the loss for them. But it expects more than labels: "
            "what should the outputs be?",
        ),
        naming(
            "learning rate too high",
            "Epoch 0 comes before the first step. No learning rate can have caused what is wrong there.",
        ),
    ),
)

patient_7 = PatientExercise(
    name="patient_7",
    points=3,
    hints=(
        "The loss stays at a value that the cross-entropy of a guess never has. Which loss is it, and which "
        "two numbers does it subtract?",
        "A confidence lies between 0 and 1, a label here between 0 and 9: their difference means nothing. "
        "Take the loss of the healthy run, or one-hot labels.",
    ),
    key="6ea6d1cf",
    sign="The loss starts at many times that of guessing and does not move; the accuracy stays near 0.1.",
    misconceptions=_slips(
        naming(
            "learning rate too low",
            "Adam has its usual learning rate here. A loss that cannot fall does not fall at any rate: what "
            "is it measuring?",
        ),
        naming(
            "pixels not scaled",
            "This network gets x_train, which lies between 0 and 1, as the healthy one does.",
        ),
        naming(
            "shuffled labels",
            "The labels of other images still give a loss near 2.3 before training, as any guess does.",
        ),
        naming(
            "softmax missing",
            "The last layer has its softmax, so the outputs are confidences. What are they compared with?",
        ),
    ),
)
