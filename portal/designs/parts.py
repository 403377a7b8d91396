"""How a file is cut into the parts that a browser uploads. The server decides; the browser is told."""

#: Bytes of every part but the last. S3 wants 5 MiB or more.
PART = 8 * 1024 * 1024


def count(size: int) -> int:
    """How many parts a file of `size` bytes has; 1 means that it goes up in one piece."""
    return max(1, -(-size // PART))


def size_of(number: int, size: int) -> int:
    """Bytes of part `number` (1 is the first) of a file of `size` bytes. Raises `ValueError` for a part it lacks."""
    if not 1 <= number <= count(size):
        raise ValueError(f"no part {number} in {size} bytes")
    return min(PART, size - (number - 1) * PART)


def missing(size: int, arrived: dict[int, int]) -> list[int]:
    """The numbers of the parts that have not arrived with the right size; `arrived` maps number to bytes."""
    return [number for number in range(1, count(size) + 1) if arrived.get(number) != size_of(number, size)]
