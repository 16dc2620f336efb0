"""The exercises of lesson 08: seven broken trainings, each with a fault to name and to mend."""

from helpers.exercises.clinic.patients import (
    patient_1,
    patient_2,
    patient_3,
    patient_4,
    patient_5,
    patient_6,
    patient_7,
)

__all__ = ["patient_1", "patient_2", "patient_3", "patient_4", "patient_5", "patient_6", "patient_7"]
