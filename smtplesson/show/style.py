"""One colour, one mark and one hatch for each class of reply, used on every page and picture."""

from typing import NamedTuple


class ClassStyle(NamedTuple):
    """How replies of one class look.

    fill: background that carries white text at 4.5:1 or better and differs from the other
        three for colour-blind readers too (after Okabe and Ito).
    mark: a sign of its own shape, for print and for those who do not go by colour.
    marker: the same sign as matplotlib knows it.
    hatch: matplotlib's hatch for bars, so that a black-and-white copy still tells them apart.
    """

    fill: str
    mark: str
    marker: str
    hatch: str


CLASS_STYLES = {
    2: ClassStyle("#00694b", "●", "o", ""),
    3: ClassStyle("#0063a0", "▶", ">", ".."),
    4: ClassStyle("#8a5a00", "▲", "^", "//"),
    5: ClassStyle("#a8330a", "■", "s", "xx"),
}
# For what is no SMTP reply at all.
NO_CLASS = ClassStyle("#555555", "◆", "D", "--")


def class_style(code: int) -> ClassStyle:
    """The style of a reply code's class, by its first digit."""
    return CLASS_STYLES.get(code // 100, NO_CLASS)
