"""The demo's factories: real Chinese manufacturing clusters, invented firms.

One line a firm: English name | Chinese name | city | founded | employees | MOQ | days | price at 100 pcs in yuan |
orders done, of them small, shipped, on time | what it is known for | the same in Chinese | changes.
The trade of the cluster (processes, materials, papers) stands above its firms; the last column changes it for one
firm: `+code`, `-code`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cluster:
    """Firms of one category that share what they can do. Codes are those of `portal.products`."""

    category: str
    processes: str
    materials: str
    certificates: str
    markets: str
    fees: tuple[int, int, int]  # tooling, plates, sample: yuan
    firms: str = field(repr=False)


CLUSTERS = (
    Cluster(
        "plush",
        "embroidery applique print heat_transfer safety_eyes",
        "minky velboa crystal_velvet faux_fur sherpa fleece felt pp_cotton recycled_fibre down_like",
        "icti iso_9001 bsci",
        "eu uk us ca au_nz jp kr cn hk_mo tw",
        (0, 0, 400),
        """
Golden Needle Toys|扬州金针玩具有限公司|yangzhou|2006|120|100|28|26.0|214 61 210 203|Embroidered faces on short pile, steady hands with small characters.|擅长短毛绒绣脸，小批量人偶做得稳。|
Slender West Lake Plush|扬州瘦西湖毛绒制品厂|yangzhou|2011|65|50|25|29.5|97 72 95 92|Small runs for illustrators; pattern maker answers the same day.|专做插画师小单，打版师当天回复。|
Guangling Toy Works|扬州广陵玩具厂|yangzhou|1998|310|300|32|21.8|402 18 399 371|Large lots, own embroidery hall with 40 heads.|大批量为主，自有四十头绣花车间。|
Five Pavilion Soft Toys|扬州五亭软玩有限公司|yangzhou|2014|48|50|24|31.0|58 49 57 55|Food characters and keyrings, down to 6 cm.|食物造型和挂件，最小六厘米。|
Jiangdu Dream Bear|江都梦熊玩具有限公司|yangzhou|2003|180|200|30|23.5|265 30 260 247|Collector bears, jointed limbs, glass-look eyes.|收藏熊，活动关节，仿玻璃眼。|
Canal Side Toys|扬州运河边玩具有限公司|yangzhou|2018|36|30|22|34.0|31 30 30 29|The smallest lots in Yangzhou; every seam photographed.|扬州起订量最低，每道缝都拍照。|
Hanjiang Plush Craft|邗江毛绒工艺厂|yangzhou|2009|90|100|27|25.4|143 52 141 130|Faux fur, hand-trimmed muzzles.|长毛人造毛，手工修脸。|
Ankang New Toys|安康新社区玩具有限公司|ankang|2017|140|100|30|22.0|121 47 119 113|A community workshop grown large; patient with first-time buyers.|社区工厂起家，对新手买家有耐心。|
Hanshui River Plush|安康汉水毛绒文创有限公司|ankang|2018|75|50|26|24.5|66 54 65 63|Local dishes as plush toys are our specialty.|专做地方美食毛绒文创。|
Qinba Cultural Toys|安康秦巴文创玩具厂|ankang|2019|58|50|25|25.8|44 39 44 42|Museum shops and city gifts, plate-sized food sets.|博物馆和城市礼物，整盘美食套装。|
Xunyang Bright Toys|旬阳明亮玩具有限公司|ankang|2020|42|80|28|21.0|27 15 26 23|Simple shapes at a low price.|简单造型，价格实惠。|
Ankang Pingli Workshop|平利社区毛绒厂|ankang|2019|33|60|29|22.8|19 14 19 17|Village workshops with one quality team.|多个村级车间，一支质检队。|
Dongguan Soft Star|东莞软星玩具有限公司|dongguan|2004|260|300|30|27.5|350 22 348 338|Licensed characters, full EN 71 and ASTM lab routine.|正版授权角色，熟悉欧美检测流程。|+oeko_tex_100 +smeta
Dongguan Little Cloud|东莞小云朵玩偶厂|dongguan|2015|70|100|24|30.0|84 37 83 81|Cosmetic-grade plush, sound modules, magnets sewn in.|亲肤面料，可装音乐机芯。|+grs
Qingdao Sea Breeze Toys|青岛海风玩具有限公司|qingdao|2001|150|200|33|24.0|188 20 186 172|Pet toys and ocean animals, reinforced seams.|宠物玩具和海洋动物，加固缝线。|
Yiwu Happy Doll|义乌开心玩偶商行工厂|yiwu|2016|40|30|20|28.0|52 50 51 44|Keyrings and claw-machine sizes, stock fabrics in 60 colours.|挂件和娃娃机尺寸，六十色现货面料。|
Gaoyou Lotus Plush|高邮莲塘毛绒厂|yangzhou|2025|18|30|24|26.5|0 0 0 0|Founded by two pattern makers; every first sample by their own hands.|两位打版师新办，首样亲手做。|
""",
    ),
    Cluster(
        "scented_packaging",
        "poly_mailer flat_pouch zip_bag stand_up_pouch masterbatch microcapsule_ink gravure flexo digital screen insert",
        "ldpe lldpe cpe pla_pbat pbat pe_pet",
        "iso_9001 grs",
        "eu uk us ca au_nz jp kr cn hk_mo tw sea",
        (0, 900, 300),
        """
Dongguan Fragrant Film|东莞香膜包装有限公司|dongguan|2010|110|500|18|2.4|176 33 174 170|Scent masterbatch blown into the film, keeps six months.|香味母粒吹膜，留香六个月。|
Houjie Poly Pack|东莞厚街宝力包装厂|dongguan|2005|160|1000|16|1.6|298 9 296 281|Courier bags by the million; 1,000 pieces with digital print.|快递袋大厂，数码印刷一千起。|
Humen Mailer Works|虎门快递袋制造有限公司|dongguan|2012|85|300|15|2.1|133 58 131 127|Frosted mailers, eight stock colours, microcapsule ink.|磨砂快递袋，八种现货色，微胶囊油墨。|
Dongguan Green Leaf Pack|东莞绿叶环保包装|dongguan|2016|60|500|20|2.9|74 26 73 69|Compostable film, certificates at hand.|可降解薄膜，证书齐全。|+compostable +brcgs
Changan Box Studio|长安盒子工坊|dongguan|2013|75|100|14|6.8|118 71 117 114|Mailer boxes with scented coating inside.|飞机盒，内壁可做香味涂层。|+mailer_box +folding_box +coating +offset +white_corrugated +kraft_corrugated +white_card +fsc
Yiwu Bright Pack|义乌亮彩包装有限公司|yiwu|2011|95|500|14|1.9|201 40 199 186|Fast printing for shops on every platform.|各平台店铺快印。| +mailer_box +offset +white_corrugated
Yiwu Fragrance Bag|义乌香袋包装厂|yiwu|2017|38|200|15|2.6|63 48 62 61|Scented zip bags for tea and candles, lots from 200.|茶叶蜡烛香味自封袋，二百起。|
Yiwu Kraft Story|义乌牛皮故事包装|yiwu|2015|52|200|16|5.2|88 44 87 83|Kraft boxes and pouches, offset and flexo.|牛皮纸盒袋，胶印柔印。|+mailer_box +folding_box +kraft_card +kraft_pe +offset +fsc
Choujiang Film Products|义乌稠江薄膜制品厂|yiwu|2003|140|2000|18|1.3|322 4 320 299|Long runs of gravure film.|凹版长单。|
Longgang Colour Pack|龙港彩印包装有限公司|longgang|2002|170|1000|17|1.5|410 12 408 380|The printing town's own; eight-colour gravure.|印刷之城，八色凹印。|
Longgang Small Batch Print|龙港小批量印务|longgang|2019|28|100|10|3.4|59 57 59 58|Digital only, 100 pieces in ten days.|纯数码印刷，一百起，十天交。| +mailer_box +offset +white_corrugated
Cangnan Pouch Factory|苍南自立袋厂|cangnan|2008|88|500|18|2.2|147 35 145 133|Stand-up pouches with valve and window.|自立袋，可加气阀和开窗。|+iso_22000
Xiongxian Northern Plastics|雄县北方塑业|xiongxian|1999|130|2000|20|1.2|266 3 262 231|Cheap poly film for large lots.|大批量低价膜袋。|
Baiyangdian Pack|雄安白洋淀包装|xiongxian|2014|64|800|19|1.7|91 16 90 80|Recycled film, up to 60 %.|再生膜，最高六成。|
Shenzhen Scent Lab|深圳气味实验室包装|shenzhen|2018|45|200|16|4.1|52 39 52 51|Twenty house scents with IFRA papers, or yours.|二十款自有香型，附IFRA文件。|+coating +rigid_box +folding_box +grey_board +white_card +fsc +mailer_box +offset +white_corrugated
Shenzhen Unboxing|深圳开箱设计包装有限公司|shenzhen|2015|66|100|15|8.5|104 66 103 101|Rigid boxes and inserts for small brands.|小品牌礼盒和内托。|+rigid_box +mailer_box +folding_box +insert +offset +grey_board +white_corrugated +white_card +fsc +smeta
Yiwu Mint Mailers|义乌薄荷包装厂|yiwu|2025|16|100|14|2.7|0 0 0 0|A new shop for scented mailers in lots from 100.|新厂，香味快递袋一百个起。|
""",
    ),
    Cluster(
        "moulded_part",
        "print_3d vacuum_cast soft_tool steel_tool pad screen laser uv",
        "abs pc pc_abs pp pe pom pa6 tpe silicone asa",
        "iso_9001",
        "eu uk us ca au_nz jp kr cn hk_mo tw sea gulf latam",
        (14000, 0, 900),
        """
Ningbo Precision Mould|宁波精铸模具有限公司|ningbo|2003|150|500|40|38.0|231 14 229 221|Steel tools for car interiors, texture to your plate.|汽车内饰钢模，皮纹按样板。|+iatf_16949 +imd +pa66_gf30
Beilun Plastic Works|北仑塑料制品厂|ningbo|1997|280|1000|42|29.0|388 2 385 355|Injection from 80 to 1,200 t.|八十到一千二百吨注塑。|
Cixi Small Parts|慈溪小件注塑厂|cixi|2012|62|100|28|45.0|112 64 111 108|Soft tools from 100 pieces, one engineer from first sketch to box.|软模一百起，一位工程师跟到底。|+pa66_gf30
Yuyao Mould City No. 7|余姚模具城七号车间|yuyao|2008|55|200|30|41.0|134 41 133 125|Aluminium tools in twelve days.|铝模十二天出。|
Yuyao Rapid|余姚快捷手板模型|yuyao|2016|34|10|14|96.0|150 149 149 146|Prototypes and vacuum casting from 10 pieces.|手板和复模，十件起。|-steel_tool
Ningbo Ever Assembly|宁波恒装电子塑胶|ningbo|2010|120|300|35|47.0|156 33 154 147|Moulding, magnets, springs and packing under one roof.|注塑、磁铁、弹簧、装配包装一条龙。|+pa66_gf30
Fenghua Kitchen Plastics|奉化厨具塑业|ningbo|2001|170|800|36|26.0|244 6 242 230|Food-contact parts, dishwasher tests in house.|食品接触件，自测洗碗机循环。|
Huangyan Mould Works|台州黄岩模具制造|taizhou|1995|340|1000|45|27.0|511 3 507 470|The town of moulds; large steel tools.|模具之乡，大型钢模。|+pa66_gf30
Huangyan Car Cup|黄岩车杯用品厂|taizhou|2013|80|200|32|49.0|98 37 97 95|Car cup holders, trays and clips, fitted in real cars.|车载杯架托盘，实车验证。|+iatf_16949 +pa66_gf30
Luqiao Daily Plastics|路桥日用塑料厂|taizhou|2004|130|500|34|24.0|276 10 273 251|Household parts, thirty stock colours.|日用塑料件，三十种现货色。|
Taizhou Pet Goods|台州宠物用品塑胶厂|taizhou|2015|72|300|30|33.0|87 28 86 82|Bowls, feeders and leads with silicone parts.|宠物碗、喂食器、硅胶配件。|
Jiaojiang Silicone|椒江硅胶制品有限公司|taizhou|2011|68|200|26|22.0|139 46 137 133|Liquid silicone and overmoulding.|液态硅胶和包胶。|+ul_yellow
Shenzhen Maker Factory|深圳创客工厂|shenzhen|2014|90|50|21|72.0|203 171 201 197|Print, cast, soft tool: the same drawing grows with your order.|从打印到软模，图纸不变订单长大。|+iso_14001
Baoan Rapid Parts|宝安快速零件|shenzhen|2010|110|20|16|88.0|318 240 316 309|3D print and CNC within a week.|三天打印，一周出件。|-steel_tool
Shenzhen Medical Mould|深圳医模精密|shenzhen|2006|140|500|40|58.0|119 8 118 116|Clean room, ISO 13485.|洁净车间。|+iso_13485 +ul_yellow
Changan Precision|东莞长安精密模具|dongguan|2002|220|500|38|36.0|342 11 340 326|Tight tolerances, in-mould decoration.|公差严，模内装饰。|+imd +iatf_16949
Dongguan Toy Parts|东莞玩具配件厂|dongguan|2009|96|300|27|30.0|165 39 163 152|Figures, wheels and boxes for toy brands.|玩具公仔、车轮、盒件。|+bsci
Yuyao Young Moulds|余姚新锐模具|yuyao|2024|14|100|27|40.0|0 0 0 0|New aluminium tooling shop with two injection machines.|新开铝模车间，两台注塑机。|
""",
    ),
    Cluster(
        "printed_goods",
        "screen dtf sublimation foil uv",
        "cotton canvas organic_cotton nonwoven jute polyester",
        "iso_9001 bsci oeko_tex_100",
        "eu uk us ca au_nz jp kr cn hk_mo tw sea gulf",
        (0, 120, 80),
        """
Longgang Tote Works|龙港帆布袋厂|longgang|2007|85|100|15|11.5|267 118 264 259|Canvas totes, screens made in house.|帆布袋，自制网版。|+embroidery +oeko_tex_100 +tote_bag +pouch +apron
Longgang Green Bags|龙港绿色环保袋业|longgang|2005|130|300|16|7.2|351 25 349 322|Non-woven and cotton bags by the bale.|无纺布和棉布袋大单。|+tote_bag +pouch
Aojiang Print House|鳌江印花工坊|longgang|2016|32|30|9|15.8|86 84 86 85|Thirty pieces are welcome; water-based inks.|三十件起，水性油墨。|+gots +grs +tote_bag +t_shirt +apron +pouch +towel
Longgang Badge and Gift|龙港徽章礼品厂|longgang|2001|140|100|18|6.0|298 77 295 281|Zinc badges, keyrings, lanyards.|锌合金徽章、钥匙扣、挂绳。|+pad +laser +zinc_alloy +stainless_steel +acrylic +ceramic +badge +keyring +patch +mug +pen
Cangnan Canvas Studio|苍南帆布工作室|cangnan|2018|26|50|12|13.9|41 38 41 40|Heavy canvas, pockets and zips on small lots.|厚帆布，小批量可加袋加拉链。|+embroidery +tote_bag +pouch +apron
Cangnan Paper Goods|苍南纸品文创|cangnan|2010|58|200|13|8.8|129 42 128 122|Notebooks and cards with foil.|笔记本和卡片，可烫金。|+paper +fsc +pu_leather +notebook +card +sticker
Yiwu Logo Express|义乌标志快印|yiwu|2013|60|20|7|14.0|304 288 302 295|Stock mugs, caps and bottles, your logo in a week.|现货杯帽壶，一周印标。|+pad +laser +ceramic +stainless_steel +glass +embroidery +dtg +mug +cap +bottle +tote_bag +t_shirt +hoodie +pen +keyring +mouse_mat +phone_case +umbrella
Yiwu Home Textile Print|义乌家纺印花厂|yiwu|2009|78|100|14|17.5|143 39 142 135|Tea towels, aprons, cushion covers.|茶巾、围裙、抱枕套。|+linen +oeko_tex_100 +towel +apron +tote_bag +pouch +socks
Yiwu Sticker World|义乌贴纸世界|yiwu|2017|29|100|6|2.8|192 160 191 188|Die-cut stickers, PVC-free.|异形贴纸，不含PVC。|+pvc_free_vinyl +paper +sticker +card +phone_case
Yiwu Cap Factory|义乌帽子工厂|yiwu|2006|115|100|20|19.0|176 44 174 163|Caps and beanies with flat and 3D embroidery.|平绣立体绣帽子。|+embroidery +wool +acrylic_fibre +cap +patch
Guangzhou Tee Studio|广州T恤工坊|guangzhou|2014|54|30|10|28.0|158 133 157 154|DTG and DTF on combed cotton, sizes XS to 4XL.|精梳棉直喷，XS至4XL。|+dtg +embroidery +elastane +oeko_tex_100 +grs +t_shirt +hoodie +tote_bag +patch
Baiyun Leather Gifts|白云皮具礼品厂|guangzhou|2008|92|100|20|32.0|121 31 120 112|Card holders, key fobs, blind emboss.|卡包钥匙扣，压印。|+laser +leather +pu_leather +embroidery +keyring +notebook +pouch +phone_case +mouse_mat
Jinhua Tumbler Works|金华保温杯厂|jinhua|2004|210|200|22|36.0|288 21 286 274|Vacuum tumblers, powder coat and laser.|真空杯，喷粉激光。|+laser +pad +stainless_steel +tritan +ceramic +bottle +mug
Yongkang Steel Cup|永康钢杯制造|yongkang|2000|260|300|24|31.0|377 9 375 349|The cup city's volume makers.|杯都大厂。|+laser +pad +stainless_steel +aluminium +bottle +mug
Yongkang Camp Mug|永康露营杯工坊|yongkang|2016|47|50|16|34.5|69 53 69 67|Enamel and titanium-look mugs in small lots.|搪瓷和露营杯小单。|+laser +stainless_steel +bamboo +wood +ceramic +mug +bottle
Dehua White Porcelain|德化白瓷文创|dehua|2003|135|100|25|22.0|154 48 152 144|Mugs and cup sets, underglaze decals.|马克杯和茶具，釉下贴花。|+ceramic +pad +mug
Jinjiang Umbrella|晋江雨伞制品|jinjiang|1999|190|200|21|24.0|236 17 233 214|Umbrellas printed panel by panel.|雨伞逐片印花。|+aluminium +umbrella
Longgang Fresh Print|龙港新印包袋|longgang|2025|12|30|11|12.4|0 0 0 0|New; one screen table, one heat press, answers at once.|新厂，一台网印一台烫印，回复快。|+tote_bag +pouch +t_shirt
""",
    ),
)
