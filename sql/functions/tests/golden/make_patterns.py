"""Makes patterns.jsonl: what Spark writes and reads by patterns.

Run with PySpark 4.3, standard error thrown away: python make_patterns.py > patterns.jsonl
Each line: {"kind", "zone", "pattern", "value", and "answer" or "error" with "parameters"}.
Values and answers of timestamps are microseconds, of dates days.
"""

import json

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.ansi.enabled", "true")
    .getOrCreate()
)

UTC, LA, KOLKATA, FIXED = "UTC", "America/Los_Angeles", "Asia/Kolkata", "+01:30"
MOMENTS = [0, 1709210096789012, -1, -62135596800000001, -99999999999999999, 253402300800000000, 1635062706000001]
FORMATS = """y yy yyy yyyy yyyyy yyyyyy yyyyyyy M MM MMM MMMM MMMMM L LL LLL LLLL LLLLL d dd ddd D DD DDD DDDD
G GG GGG GGGG GGGGG yG yyyy-GGGG a aa H HH HHH h hh k kk K KK m mm s ss S SS SSS SSSSSS SSSSSSSSS SSSSSSSSSS
E EE EEE EEEE EEEEE F FF q qq qqq qqqq qqqqq Q QQ QQQ QQQQ Y w W u e c A B n N p g v vvvv r b C f i I j J l o P R t T U
VV V VVV X XX XXX XXXX XXXXX XXXXXX x xx xxx xxxx xxxxx Z ZZ ZZZ ZZZZ ZZZZZ ZZZZZZ O OO OOOO z zz zzz zzzz zzzzz
yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX] ''yyyy'' 'it''s'yyyy yyyy] yyyy[ [yyyy[MM] 'open {yyyy} yyyy#MM yyyy/MM/dd!
yyyy-MM-dd'Y'HH 'Y'yyyy EEEE,dd.MMMM.yyyy[hh:mm:ss.SSSSSS]a d/M/yy,h:m:s.S y'y'y é-yyyy""".split()

READS = [
    ("yyyy-MM-dd", ["2021-08-07", "2021-8-7", "2021-08-32", "2021-02-29", "+2021-08-07", "-2021-08-07", "12021-08-07", "+12021-08-07", "021-08-07", " 2021-08-07", "2021-08-07 ", "", "0000-01-01", "-0000-01-01"]),
    ("yyyyMMdd", ["20210807", "202108071", "2021087"]),
    ("yyyyMMddHHmmssSSS", ["20210807140506123", "20210807140506"]),
    ("yyyyMMddHHmmssS", ["202108071405061"]),
    ("yyyyMMddHHmmss.SSS", ["20210807140506.12", "20210807140506.1234"]),
    ("yyMMdd", ["210807", "990101", "2108071"]),
    ("yyyyMd", ["2021807", "20210807"]),
    ("y-M-d", ["2021-8-7", "2021-08-007", "21-1-1", "-5-1-1", "2021-13-1", "999999-1-1", "9999999-1-1"]),
    ("yy-M-d", ["21-8-7", "1-1-1", "121-1-1"]),
    ("yyy-M-d", ["2021-8-7", "21-8-7"]),
    ("yyyyy-M-d", ["02021-8-7", "2021-8-7"]),
    ("dd/MMM/yyyy", ["07/Aug/2021", "07/aug/2021", "07/AUGUST/2021", "07/Sept/2021", "07/Sep/2021"]),
    ("dd/LLL/yyyy", ["07/Aug/2021"]),
    ("d MMMM yyyy", ["7 August 2021", "07 aUgUsT 2021", "7 Aug 2021", "7 May 2021"]),
    ("d LLLL yyyy", ["7 August 2021"]),
    ("MM", ["8", "08", "13"]), ("M", ["8", "08", "13", "0"]), ("dd", ["31", "32"]), ("yyyy", ["2021"]), ("MM-dd", ["02-29", "02-28"]),
    ("yyyy-D", ["2021-219", "2021-366", "2020-366", "2021-0"]), ("yyyy-DDD", ["2021-219", "2021-007", "2021-7"]), ("yyyy-DD", ["2021-219", "2021-07"]), ("D", ["200"]),
    ("yyyy-MM-dd D", ["2021-01-07 7", "2021-01-07 8"]),
    ("yyyy dd", ["2021 07"]), ("yyyy-MM-dd yyyy", ["2021-08-07 2021", "2021-08-07 2022"]),
    ("yyyy G", ["2021 AD", "2021 BC", "44 BC", "0044 BC", "0000 AD"]), ("y GGGG", ["44 Before Christ", "44 Anno Domini", "44 AD"]), ("G", ["BC"]),
    ("HH:mm:ss", ["12:34:56", "24:00:00", "12:60:00", "23:59:60", "1:2:3"]),
    ("H:m:s", ["1:2:3", "01:02:03"]), ("HH", ["12", "24"]), ("mm", ["30", "60"]), ("ss", ["59"]), ("HH ss", ["10 20"]), ("HH SSS", ["10 123"]),
    ("hh:mm a", ["02:05 PM", "12:05 am", "12:05 PM", "00:05 AM", "13:05 PM", "02:05 p.m."]),
    ("hh:mm", ["02:05", "12:05"]), ("KK:mm a", ["00:05 PM", "11:05 AM", "12:05 AM"]), ("K", ["5", "12"]), ("kk:mm", ["24:05", "01:05", "00:05"]), ("a", ["PM", "AM", "x"]),
    ("HH hh a", ["14 02 PM", "14 02 AM", "14 03 PM"]), ("HH a", ["14 PM", "14 AM", "02 PM"]),
    ("yyyy-MM-dd HH:mm:ss[.SSS]", ["2021-08-07 01:02:03", "2021-08-07 01:02:03.1", "2021-08-07 01:02:03.123", "2021-08-07 01:02:03.1234", "2021-08-07 01:02:03."]),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", ["2021-08-07 01:02:03.123456", "2021-08-07 01:02:03.1", "2021-08-07 01:02:03"]),
    ("yyyy-MM-dd HH:mm:ss.SSSSSSSSS", ["2021-08-07 01:02:03.123456789"]), ("yyyy-MM-dd HH:mm:ss.SSSSSSSSSS", ["2021-08-07 01:02:03.123456789"]),
    ("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", ["2021-08-07T01:02:03Z", "2021-08-07t01:02:03.5+02:00", "2021-08-07T01:02:03+0200", "2021-08-07T01:02:03+19:00", "2021-08-07T01:02:03"]),
    ("yyyy X", ["2021 Z", "2021 z", "2021 +01", "2021 +0130", "2021 +01:30", "2021 +0", "2021 -18", "2021 +1860"]),
    ("yyyy XX", ["2021 Z", "2021 +01", "2021 +0130", "2021 +01:30"]), ("yyyy XXX", ["2021 +01:30", "2021 +01"]),
    ("yyyy XXXX", ["2021 +0130", "2021 +013015", "2021 +01:30"]), ("yyyy XXXXX", ["2021 +01:30", "2021 +01:30:15", "2021 -01:30:15"]),
    ("yyyy x", ["2021 Z", "2021 +00", "2021 +01", "2021 +0130"]), ("yyyy xx", ["2021 +0000", "2021 +0130", "2021 +01"]), ("yyyy xxx", ["2021 +00:00", "2021 -01:30"]),
    ("yyyy xxxxx", ["2021 +01:30:15"]),
    ("yyyy Z", ["2021 +0000", "2021 -0800", "2021 Z", "2021 -08:00"]), ("yyyy ZZZZ", ["2021 GMT", "2021 GMT-08:00", "2021 GMT-8", "2021 -08:00"]), ("yyyy ZZZZZ", ["2021 Z", "2021 -08:00", "2021 -08:00:01"]),
    ("yyyy O", ["2021 GMT", "2021 GMT+8", "2021 GMT+08:00", "2021 GMT+8:30", "2021 GMT+10", "2021 UTC"]), ("yyyy OOOO", ["2021 GMT+08:00", "2021 GMT+8", "2021 GMT+08:00:05"]),
    ("yyyy VV", ["2021 America/Los_Angeles", "2021 america/los_angeles", "2021 UTC", "2021 UTC+8", "2021 UTC+08:00", "2021 Z", "2021 +08:00", "2021 GMT0", "2021 GMT+01:00", "2021 PST", "2021 EST", "2021 Asia/Kolkata", "2021 Nowhere/X", "2021 UT", "2021 +08", "2021 utc"]),
    ("VV yyyy", ["America/Los_Angeles 2021", "UTC 2021", "UTC+01:00 2021"]),
    ("yyyy VV XXX", ["2021 Asia/Kolkata +01:00"]),
    ("yyyy z", ["2021 PST", "2021 PDT", "2021 UTC", "2021 GMT", "2021 Z", "2021 CET", "2021 America/Los_Angeles", "2021 +01:00", "2021 Pacific Standard Time", "2021 EST"]),
    ("yyyy zzzz", ["2021 Pacific Standard Time", "2021 Coordinated Universal Time", "2021 PST"]),
    ("'Day' d 'of' MMM ''yyyy", ["Day 7 of Aug '2021", "day 7 OF aug '2021"]),
    ("'it''s' yyyy", ["it's 2021"]), ("yyyy''MM", ["2021'08"]), ("''yyyy", ["'2021"]), ("yyyy''MM.S", ["2021'08.5"]), ("'T'yyyy.S", ["T2021.5"]), ("yyyy'S'S", ["2021S5"]), ("'it''s'yyyy.S", ["it's2021.5"]),
    ("[yyyy-MM-dd][dd.MM.yyyy]", ["2021-08-07", "07.08.2021", "", "x"]),
    ("yyyy[-MM[-dd]]", ["2021", "2021-08", "2021-08-07", "2021-"]), ("yyyy[-MM", ["2021-08"]), ("yyyy]", ["2021"]),
    ("[[yyyy]]MM", ["202108", "08"]),
    ("yyyy-MM-dd HH:mm:ss", ["2021-03-14 02:30:00", "2021-11-07 01:30:00", "2021-08-07 01:02:03", "1500-01-01 00:00:00", "300000-01-01 00:00:00", "+294247-01-10 04:00:55"]),
    ("E", ["Sat"]), ("EEEE yyyy-MM-dd", ["Saturday 2021-08-07"]), ("Q yyyy", ["1 2021"]), ("F", ["1"]), ("QQQ", ["Q1"]), ("q", ["1"]),
    ("Y", ["2021"]), ("u", ["2021"]), ("w", ["1"]), ("A", ["1"]), ("n", ["1"]), ("yyyyyyy", ["2021"]), ("MMMMM", ["J"]), ("y{", ["2021"]), ("'x", ["2021"]), ("b", ["1"]), ("g", ["59000"]), ("aa", ["PM"]), ("S", ["5"]), ("SS", ["5", "12"]),
]


def sql_text(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def ask(kind, zone, pattern, value):
    spark.conf.set("spark.sql.session.timeZone", zone)
    line = {"kind": kind, "zone": zone, "pattern": pattern, "value": value}
    form = sql_text(pattern)
    query = {
        "format": f"date_format(timestamp_micros({value}L), {form})",
        "timestamp": f"unix_micros(to_timestamp({sql_text(str(value))}, {form}))",
        "ntz": f"unix_micros(cast(to_timestamp_ntz({sql_text(str(value))}, {form}) as timestamp))",
    }[kind]
    try:
        line["answer"] = spark.sql("SELECT " + query).collect()[0][0]
    except PySparkException as error:
        line["error"], line["parameters"] = error.getCondition(), error.getMessageParameters()
        if line["error"] is None:
            line["java"] = str(error)[:120]
    except Exception as error:
        line["error"] = "java: " + str(error)[:120]
    print(json.dumps(line, ensure_ascii=False), flush=True)


for pattern in FORMATS:
    zones = [UTC, LA, KOLKATA, FIXED] if any(c in pattern for c in "VvXxZOzH") else [LA]
    for zone in zones:
        for value in MOMENTS:
            ask("format", zone, pattern, value)
for pattern, texts in READS:
    for text in texts:
        ask("timestamp", LA, pattern, text)
        ask("ntz", UTC, pattern, text)
