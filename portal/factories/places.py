"""The manufacturing cities that factories choose from, and great-circle distances."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0


class City(NamedTuple):
    """A city of China: names in English and Chinese, latitude and longitude in degrees."""

    code: str
    name: str
    name_zh: str
    province: str
    province_zh: str
    latitude: float
    longitude: float

    @property
    def place_zh(self) -> str:
        """What its own people call it: 江苏扬州; a municipality is named once."""
        return self.name_zh if self.province_zh == self.name_zh else self.province_zh + self.name_zh


_PROVINCES: dict[tuple[str, str], str] = {
    ("Anhui", "安徽"): "Hefei 合肥 31.82 117.23, Tongcheng 桐城 31.05 116.95, Wuhu 芜湖 31.35 118.43",
    ("Beijing", "北京"): "Beijing 北京 39.90 116.41",
    ("Chongqing", "重庆"): "Chongqing 重庆 29.56 106.55",
    ("Fujian", "福建"): (
        "Dehua 德化 25.49 118.24, Fuzhou 福州 26.07 119.30, Jinjiang 晋江 24.78 118.55, Putian 莆田 25.45 119.01, "
        "Quanzhou 泉州 24.87 118.68, Xiamen 厦门 24.48 118.09"
    ),
    ("Guangdong", "广东"): (
        "Chaozhou 潮州 23.66 116.62, Dongguan 东莞 23.02 113.75, Foshan 佛山 23.02 113.12, "
        "Guangzhou 广州 23.13 113.26, Huizhou 惠州 23.11 114.42, Jiangmen 江门 22.58 113.08, "
        "Shantou 汕头 23.35 116.68, Shenzhen 深圳 22.54 114.06, Zhongshan 中山 22.52 113.39, Zhuhai 珠海 22.27 113.58"
    ),
    ("Guangxi", "广西"): "Nanning 南宁 22.82 108.37",
    ("Guizhou", "贵州"): "Guiyang 贵阳 26.65 106.63",
    ("Hebei", "河北"): (
        "Baigou 白沟 39.11 116.02, Baoding 保定 38.87 115.46, Cangzhou 沧州 38.30 116.84, "
        "Shijiazhuang 石家庄 38.04 114.51, Xiongxian 雄县 38.99 116.11"
    ),
    ("Henan", "河南"): "Zhengzhou 郑州 34.75 113.63",
    ("Hubei", "湖北"): "Wuhan 武汉 30.59 114.31",
    ("Hunan", "湖南"): "Changsha 长沙 28.23 112.94, Liling 醴陵 27.65 113.50",
    ("Jiangsu", "江苏"): (
        "Changzhou 常州 31.81 119.97, Kunshan 昆山 31.38 120.98, Lianyungang 连云港 34.60 119.22, "
        "Nanjing 南京 32.06 118.80, Nantong 南通 31.98 120.89, Suzhou 苏州 31.30 120.62, Wuxi 无锡 31.49 120.31, "
        "Xuzhou 徐州 34.26 117.19, Yancheng 盐城 33.35 120.16, Yangzhou 扬州 32.39 119.42"
    ),
    ("Jiangxi", "江西"): "Ganzhou 赣州 25.83 114.93, Jingdezhen 景德镇 29.27 117.18, Nanchang 南昌 28.68 115.86",
    ("Liaoning", "辽宁"): "Dalian 大连 38.91 121.61, Shenyang 沈阳 41.80 123.43",
    ("Shaanxi", "陕西"): "Ankang 安康 32.69 109.03, Xi'an 西安 34.34 108.94",
    ("Shandong", "山东"): (
        "Jinan 济南 36.65 117.12, Linyi 临沂 35.10 118.36, Qingdao 青岛 36.07 120.38, Weifang 潍坊 36.71 119.16, "
        "Yantai 烟台 37.46 121.45"
    ),
    ("Shanghai", "上海"): "Shanghai 上海 31.23 121.47",
    ("Shanxi", "山西"): "Taiyuan 太原 37.87 112.55",
    ("Sichuan", "四川"): "Chengdu 成都 30.57 104.07",
    ("Tianjin", "天津"): "Tianjin 天津 39.08 117.20",
    ("Yunnan", "云南"): "Kunming 昆明 25.04 102.71",
    ("Zhejiang", "浙江"): (
        "Cangnan 苍南 27.52 120.43, Cixi 慈溪 30.17 121.27, Hangzhou 杭州 30.27 120.15, Huzhou 湖州 30.89 120.09, "
        "Jiaxing 嘉兴 30.75 120.76, Jinhua 金华 29.08 119.65, Longgang 龙港 27.58 120.55, Ningbo 宁波 29.87 121.55, "
        "Pinghu 平湖 30.70 121.02, Shaoxing 绍兴 30.00 120.58, Taizhou 台州 28.66 121.42, Tongxiang 桐乡 30.63 120.56, "
        "Wenzhou 温州 27.99 120.70, Yiwu 义乌 29.31 120.07, Yongkang 永康 28.89 120.05, Yuyao 余姚 30.04 121.15"
    ),
}


def _cities() -> dict[str, City]:
    found = {}
    for (province, province_zh), listed in _PROVINCES.items():
        for entry in listed.split(", "):
            name, name_zh, latitude, longitude = entry.split(" ")
            code = name.lower().replace("'", "")
            found[code] = City(code, name, name_zh, province, province_zh, float(latitude), float(longitude))
    return found


#: code -> city
CITIES: dict[str, City] = _cities()
_BY_NAME = {name: city for city in CITIES.values() for name in (city.name.casefold(), city.name_zh)}


def find_city(name: str) -> City | None:
    """The city that people call `name`, in English or Chinese, with or without 市; None for one not listed."""
    plain = name.strip().casefold()
    return _BY_NAME.get(plain) or _BY_NAME.get(plain.removesuffix("市"))


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km between two (latitude, longitude) points in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(x) for x in point) for point in (a, b))
    chord = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(chord))
