"""The graded exercises: one module per lesson, one object per exercise. Importing this costs no TensorFlow."""
