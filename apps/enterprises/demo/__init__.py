"""An invented city: institutions, people and enterprises that no real firm or person is meant by.

The same seed and day give the same city, and a smaller city is the beginning of a larger one.
Whatever a page shows of it says 示范数据 as its source.
"""
