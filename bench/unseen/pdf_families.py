"""The families of PDF forms beside the usual ones: by name, what draws the file of a seed."""

from collections.abc import Callable, Mapping

from bench.unseen import air, bills, goods_lists, papers, rail, special, toll
from bench.unseen.judging import Drawn

PDF_FAMILIES: Mapping[str, Callable[[int], Drawn]] = {
    "rail": rail.drawn,
    "air": air.drawn,
    "toll": toll.drawn,
    "special": special.drawn,
    "list": goods_lists.drawn,
    "paper": papers.drawn,
    "bill": bills.drawn,
}
