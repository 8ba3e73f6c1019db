"""Numbers, days, parties and travellers of tickets, drawn at random and fictional."""

import random
from datetime import date, timedelta

from bench.unseen.forms import EMBEDDED
from bench.unseen.values import CITIES, ENDINGS, IDS, TRADES
from reimburse.domain.invoice import Party

NOT_CURRENCY = frozenset({"currency"})
PASSENGERS = (
    "演旅客",
    "演甲",
    "欧阳示例",
    "阿依努尔·示例",
    "JOHN SMITH",
    "演乙一",
    "MARIA/GARCIA",
    "司马样",
    "Liu Yan",
)


def number(rng: random.Random) -> str:
    """A number of 20 digits."""
    return f"{rng.choice((24, 25, 26))}992000{rng.randrange(10**12):012}"


def issued(rng: random.Random, day: date) -> date:
    """A day on which it may be issued: near the journey, before or after."""
    return day + timedelta(days=rng.randrange(-10, 60))


def company(rng: random.Random) -> str:
    """A company's name, short or long."""
    name = rng.choice(("云桥", "顺行", "QX", "星湖湾", "Cloud-9")) + rng.choice(TRADES) + rng.choice(ENDINGS)
    return rng.choice(CITIES) + name


def party_or_none(rng: random.Random) -> Party:
    """A company, a person, or nobody."""
    form = rng.random()
    if form < 0.25:
        return Party()
    return Party(name="个人") if form < 0.35 else Party(company(rng), IDS[0])


def passenger(rng: random.Random, font: str) -> str:
    """Who travels; a dot alone in a font that is named only is read by nobody."""
    name = rng.choice(PASSENGERS)
    return name if font == EMBEDDED else name.replace("·", "")
