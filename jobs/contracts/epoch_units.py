"""Numbers of time since 1970, whose unit a file rarely says: seconds, milliseconds, microseconds or nanoseconds."""

# A number of one unit is no plausible number of the next finer one: below this, seconds end in the year 5138, and
# from it on, milliseconds begin in 1973.
LATEST_SECOND = 10**11
# How many make a second, the coarsest unit first: a number is of the first unit that puts it before `LATEST_SECOND`.
UNITS_OF_A_SECOND = (1, 10**3, 10**6, 10**9)
