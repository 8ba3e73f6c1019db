"""Where a party is, as far as its name and address say: provinces, their capitals, and the policy's cities."""

import re

from rules.facts import Facts
from rules.folding import fold

PLACES = re.compile(
    "北京|天津|上海|重庆|河北|石家庄|山西|太原|内蒙古|呼和浩特|辽宁|沈阳|大连|吉林|长春|黑龙江|哈尔滨|江苏|南京|浙江|杭州"
    "|宁波|安徽|合肥|福建|福州|厦门|江西|南昌|山东|济南|青岛|河南|郑州|湖北|武汉|湖南|长沙|广东|广州|深圳|广西|南宁|海南"
    "|海口|四川|成都|贵州|贵阳|云南|昆明|西藏|拉萨|陕西|西安|甘肃|兰州|青海|西宁|宁夏|银川|新疆|乌鲁木齐|香港|澳门|台湾"
)


def is_in(city: str, name: str | None, address: str | None, facts: Facts) -> bool | None:
    """Whether a party is in a city; None where neither its name nor its address says where it is."""
    wanted, said = fold(city).removesuffix("市"), fold(f"{name or ''}{address or ''}")
    if wanted in said:
        return True
    cities = (place for places in facts.policy.city_tiers.values() for place in places)
    says = fold(address or "") or PLACES.search(said) or any(place in said for place in cities)
    return False if says else None
