"""The wall around processes that run cells: behind it they can read little, reach nobody, and leave nothing.

Bubblewrap makes the outer wall, around a warm parent and all its forks. Each fork then shuts itself into
namespaces of its own, away from its neighbours.
"""
