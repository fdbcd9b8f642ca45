"""How long, how many and how large the values of files may be."""

ADDRESS_MAX_LENGTH = 2000  # bytes


TITLE_MAX_LENGTH = 1000  # characters


TEXT_MAX_LENGTH = 100_000


NAME_MAX_LENGTH = 200


TOPIC_MAX_LENGTH = 100


MAX_RELATED = 1000


MAX_TOPICS = 100


INTEGER_RANGE = (-(2**31), 2**31 - 1)


YEARS = range(1000, 9999)
