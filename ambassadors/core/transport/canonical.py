"""An order of rows and columns that depends on what they hold, not on how they were given.

Colour refinement (Weisfeiler and Leman, 1968): rows are told apart by the columns they score in,
columns by the rows that score in them, and so on. Sums of whole numbers below 2**53 are exact in
floating point whatever their order, so that fast matrix products may be used.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int8]
Marks = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

ROUNDS = 4
CHUNK = 256


def content_order(scores: Scores, caps: Ints, previous: Ints) -> tuple[Ints, Ints]:
    """The rows' and the columns' order. Only twins, alike in everything, stay as they were given.

    `previous` names each row's column in another plan, −1 for none.
    """
    rows, cols = _mix(previous.clip(max=0).astype(np.uint64)), _first_marks(scores, caps)
    told_apart = 0
    for _ in range(ROUNDS):
        rows = _refine_rows(scores, rows, cols, previous)
        if _told_apart(rows, cols) == sum(scores.shape):
            break
        cols = _refine_cols(scores, rows, cols, previous)
        told_apart, before = _told_apart(rows, cols), told_apart
        if told_apart == before:
            break
    return np.argsort(rows, kind="stable"), np.argsort(cols, kind="stable")


def _first_marks(scores: Scores, caps: Ints) -> Marks:
    """The columns' first marks, from caps and the sums of scores and of their squares."""
    sums = np.zeros((scores.shape[1], 2))
    for block in _blocks(scores):
        sums += np.stack((block.sum(axis=0), np.einsum("ij,ij->j", block, block)), axis=1)
    return _join(_mix(caps.astype(np.uint64)), sums)


def _refine_rows(scores: Scores, rows: Marks, cols: Marks, previous: Ints) -> Marks:
    """Each row's mark from its own, its previous column's and those it scores in."""
    weights = _weights(cols, _bits(scores))
    sums = np.concatenate([block @ weights for block in _blocks(scores)])
    kept = np.append(cols, np.uint64(0))[previous]
    return _join(_mix(rows ^ _mix(kept)), sums)


def _refine_cols(scores: Scores, rows: Marks, cols: Marks, previous: Ints) -> Marks:
    """Each column's mark from its own, those of rows that had it and of rows that score in it."""
    weights = _weights(rows, _bits(scores))
    sums = np.zeros((scores.shape[1], 2))
    for number, block in enumerate(_blocks(scores)):
        sums += block.T @ weights[number * CHUNK : (number + 1) * CHUNK]
    held = [np.bincount(previous + 1, part, len(cols) + 1)[1:] for part in weights.T]
    return _join(_join(cols, sums), np.stack(held, axis=1))


def _blocks(scores: Scores) -> Iterator[Floats]:
    """Some rows at a time, as floating-point numbers."""
    for start in range(0, len(scores), CHUNK):
        yield scores[start : start + CHUNK].astype(np.float64)


def _told_apart(rows: Marks, cols: Marks) -> int:
    return len(np.unique(rows)) + len(np.unique(cols))


def _bits(scores: Scores) -> int:
    """How long weights may be: of 53 bits a score takes 7, and a sum one for each doubling."""
    return 45 - int(max(scores.shape)).bit_length()


def _weights(marks: Marks, bits: int) -> Floats:
    """Two whole numbers of so many bits for every mark."""
    shift = np.uint64(64 - bits)
    return np.stack((marks >> shift, _mix(marks) >> shift), axis=1).astype(np.float64)


def _join(marks: Marks, sums: Floats) -> Marks:
    whole = sums.astype(np.int64).astype(np.uint64)
    return _mix(_mix(_mix(marks) ^ whole[:, 0]) ^ whole[:, 1])


def _mix(marks: Marks) -> Marks:
    """SplitMix64's finaliser (Steele, Lea and Flood, 2014): every bit moves every other."""
    mixed = marks + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
