"""Whether a text has the form of a Chinese person's name: a surname of 百家姓, then a given name of one or two."""

import re

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马"
    "苗凤方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常于傅皮卞齐康伍余顾孟黄穆萧尹姚邵湛汪祁毛禹狄臧"
    "伏戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯昝管卢莫房"
    "裘缪干解宗丁贲邓郁杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲封芮羿储靳汲邴糜段巫焦牧隗谷侯宓蓬"
    "郗班仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹龙叶司韶郜黎蓟薄白蒲邰鄂索籍赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡劳"
    "逄姬申堵冉宰郦雍璩桑桂濮牛寿边扈燕冀浦尚温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易戈廖庾暨耿弘寇殴殳沃蔚"
    "夔师巩厍聂晁勾敖冷訾辛阚那简饶曾毋沙乜鞠巢关蒯荆游竺权逯肖闫佟付覃邸涂岳晋仝揭苑占卿候亓"
)
COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "宇文", "长孙"}
    | {"端木", "南宫", "闻人", "轩辕", "独孤", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "钟离"}
)
HAN = re.compile(r"[\u4e00-\u9fff]+(·[\u4e00-\u9fff]+)*")


def looks_like_person(name: str) -> bool:
    """Two or three characters after a common surname, three or four after a compound one, or parts around a dot.

    >>> [looks_like_person(name) for name in ("李四", "欧阳修远", "阿依古丽·买买提", "示例云帆", "云帆科技")]
    [True, True, True, False, False]
    """
    if not HAN.fullmatch(name):
        return False
    if "·" in name:
        return True
    if name[:2] in COMPOUND:
        return len(name) in {3, 4}
    return name[0] in SURNAMES and len(name) in {2, 3}
