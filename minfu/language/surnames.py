"""Chinese surnames, so that a name is told from any two or three characters."""

#: The commonest single ones (they name more than nine in ten people), then those of two characters.
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫"
    "费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
    "陳張劉楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鐘譚陸範賈韋鄒閆龍顧賀龔邵萬錢嚴湯莊聶魯歐關蘭寧"
)
_DOUBLE = "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|长孙|宇文|司徒|令狐|东方|夏侯|端木|轩辕|歐陽|司馬|諸葛"
#: A pattern that a surname fits.
SURNAME = f"{_DOUBLE}|[{''.join(dict.fromkeys(_SINGLE))}]"
#: Common single ones that hardly begin a word: a name is told by one of them where only a word like 村民 stands before it.
_PLAIN = (
    "王李张刘陈杨赵黄周吴徐胡朱林何郭罗梁郑韩唐冯董萧程曹袁邓傅沈彭吕苏卢蒋蔡魏薛叶阎潘杜戴钟汪姜范姚谭廖邹熊陆郝"
    "孔崔邱秦顾侯邵孟龚黎贺赖邬肖余"
)
PLAIN_SURNAME = f"欧阳|[{_PLAIN}]"
