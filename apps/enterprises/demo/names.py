"""Names as firms and people in Foshan bear them, put together so that they are nobody's.

The mark of a firm (字号) joins two signs of water, trees and hills that real firms seldom join.
"""

from random import Random


def words(text: str) -> list[str]:
    return text.split()


FIRST = "榕棠砚穗澜汐渚屿樵荔荷桐霁芷蘅岫峤汀浦沄洛岚峦枫槿桑稻禾麦蔗蕉棉葵莲菱荇舟帆桨橹埗"
SECOND = "澜舟屿岫禾桐汐穗渚岚帆棠浦砚荷樵峦霁芷汀麦荔桥埠坊堂陂塱涌湾陶织铸锦垣庭轩川野林"
SURNAMES = "陈梁黄何李罗霍麦区冯潘关邓谭林张周吴叶郭欧苏卢蔡曾邝游甘简孔劳崔伍温"
GIVEN = words(
    "志强 伟明 国华 建华 永康 少芬 惠玲 丽珍 嘉欣 俊杰 家豪 文辉 锦荣 兆基 润生 妙兰 婉仪 绮雯 "
    "泳诗 子健 浩然 思敏 玉珊 海燕 秀英 桂芳 炳坤 耀祖 灿辉 伯强 小红 晓东 立新 卫民 振邦 宝仪 "
    "颖琳 静雯 敏 勇 健 斌 燕 丽 军 涛 辉 芳 娟 明"
)
ROADS = words(
    "工业大道 兴业路 创业路 科技路 振兴路 富民路 环镇东路 环镇西路 建业路 广业路 新城路 "
    "文化路 桂丹路辅路 沿江路 工业三路 工业北路"
)
PARENTS = {
    "central": ("中岭建设集团有限公司", "中禾能源集团有限公司", "中澜装备集团有限公司"),
    "provincial": ("广东省岭舟投资集团有限公司", "广东省穗桥交通集团有限公司"),
}


def mark(rng: Random) -> str:
    first = rng.choice(FIRST)
    return first + rng.choice(SECOND.replace(first, ""))


def person(rng: Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def telephone(rng: Random) -> str:
    """Of the block 1380000, from which the people with an account take the first thousand."""
    return f"1380000{rng.randrange(1_000, 10_000)}"


def address(rng: Random, town: str, places: list[str]) -> str:
    road = f"{town}{rng.choice(places)}{rng.choice(ROADS)}{rng.randrange(1, 260)}号"
    return road + rng.choice(("", "", "", "之一", "A座", "2号厂房", "首层"))


def firm(rng: Random, *, place: str, town: str, word: str, ending: str, is_large: bool) -> str:
    """`place` is the district; workshops name their town too, large firms the province.

    `ending` makes a workshop's name of the word: 五金厂, 养殖场; where there is none, a company.
    """
    own = mark(rng)
    chance = rng.random()
    if is_large:
        return f"广东{own}{word}{'股份' if chance < 0.5 else ''}有限公司"
    if chance < 0.1 and (ending or word.endswith(WHOLE)):
        return f"佛山市{place}{town}{own}{word}{'' if word.endswith(WHOLE) else ending}"
    if chance < 0.5:
        return f"佛山市{place}{own}{word}有限公司"
    if chance < 0.76:
        return f"佛山市{own}{word}有限公司"
    if chance < 0.84:
        return f"{own}（佛山）{word}有限公司"
    return f"{'广东' if chance < 0.92 else '佛山'}{own}{word}有限公司"


WHOLE = ("楼", "店", "站", "场")  # words that name a place by themselves


def is_workshop(name: str) -> bool:
    """Run by a person, not a company: the credit code begins with 92."""
    return not name.endswith("公司")
