"""The cases of make.py for CSV and text: what is written, and how it is read."""

import gzip
from pathlib import Path


def raw(**files):
    """Files with these bytes; `__` in a name is a slash, and `_DOT_` a point."""
    def write(path):
        for name, content in files.items():
            file = Path(path) / name.replace("__", "/").replace("_DOT_", ".").replace("_IS_", "=")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
    return write


def written(spark, query, form, by=(), **options):
    def write(path):
        spark.sql(query).coalesce(1).write.format(form).options(**options).partitionBy(*by).save(path)
    return write


def csv(*reads):
    return [{"format": "csv", **read} for read in reads]


def text(*reads):
    return [{"format": "text", **read} for read in reads]


def opts(**options):
    return {"options": {key: str(value) if not isinstance(value, bool) else str(value).lower() for key, value in options.items()}}


TYPED = '''id,name,price,day,at,ok,big
1,"a, b",1.50,2024-02-29,2024-02-29 12:34:56,true,1
2,,NaN,,2024-02-29T12:34:56.5Z,FALSE,9223372036854775808
3,"say ""x""",-1e3,0001-01-01,1969-12-31 23:59:59.999999,,3

# no comment
4,"",,2024-2-9,,yes,
'''

VALUES = """
  SELECT * FROM VALUES
    (1, true, 1Y, 1.5F, 1e300D, 1.25BD, 'a,b', DATE'2024-02-29', TIMESTAMP'2024-02-29 12:34:56.789', TIMESTAMP_NTZ'1969-12-31 23:59:59'),
    (2, false, -128Y, 'NaN'::float, '-Infinity'::double, -99.99BD, ' "q" ', DATE'0001-01-01', TIMESTAMP'1900-01-01 00:00:00', TIMESTAMP_NTZ'9999-12-31 23:59:59'),
    (3, null, null, null, null, null, null, null, null, null),
    (4, null, null, null, null, null, '', null, null, null)
  AS t(id, b, i8, f32, f64, d, s, day, at, ntz)
"""

WIDE = "id INT, b BOOLEAN, i8 TINYINT, f32 FLOAT, f64 DOUBLE, d DECIMAL(4,2), s STRING, day DATE, at TIMESTAMP, ntz TIMESTAMP_NTZ"
BAD = "a INT, b STRING, c DOUBLE, _corrupt_record STRING"
RAGGED = '1,x,1.5\n2,y\n3\nx,z,2\n4,v,3,9\n\n5,"w",4\n,,\n6,"u,1\n7,t",1e400\n'
MODES = [opts(mode="DROPMALFORMED"), opts(mode="FAILFAST"), opts(columnNameOfCorruptRecord="bad")]
BYTES = b"\xef\xbb\xbfa,b\r\n1,\xff\xfe\r\n2,x\x00y\n3,z\r4,\xc3\xa9\r\n\r\n"


def cases(spark):
    return {
        "csv_typed": (raw(people_DOT_csv=TYPED), csv(
            {}, opts(header=True), opts(header=True, inferSchema=True), opts(header=True, inferSchema=True, comment="#", escape='"'),
            opts(header=True, inferSchema=True, comment="#", escape='"', nullValue="NaN", preferDate=False),
            opts(inferSchema=True), opts(sep="|"), opts(header=True, samplingRatio="0.999", inferSchema=True),
            {"schema": "id INT, name STRING, price DOUBLE, day DATE, at TIMESTAMP, ok BOOLEAN, big BIGINT", **opts(header=True, comment="#", escape='"')},
            {"schema": "id INT, name STRING, price DOUBLE, day DATE, at TIMESTAMP, ok BOOLEAN, big BIGINT, _corrupt_record STRING", **opts(header=True, comment="#", escape='"')},
            {"schema": "id INT, other STRING, price DOUBLE, day DATE, at TIMESTAMP, ok BOOLEAN, big BIGINT", **opts(header=True, enforceSchema=False)},
            {"schema": "id INT, NAME STRING, price STRING, day STRING, at STRING, ok STRING, big STRING", **opts(header=True, enforceSchema=False)},
            {"schema": "id INT, name STRING", **opts(header=True)}, {"schema": "id INT, name STRING", **opts(header=True, enforceSchema=False)},
            {"schema": "x ARRAY<INT>"}, {"schema": "_corrupt_record INT, a INT"}, {"schema": "_corrupt_record STRING"},
            opts(quote="ab"), opts(encoding="klingon"), opts(maxColumns="3"), opts(maxCharsPerColumn="4"),
            {**opts(inferSchema=True, header=True), "conf": {"spark.sql.timestampType": "TIMESTAMP_NTZ"}},
        )),
        "csv_headers": (raw(a_DOT_csv="a,b,A,,b\n1,2,3,4,5\n6,7,8,9,10\n11,12,13,14,15\n", b_DOT_csv="x,y\n1,2\n", c_DOT_csv="", d_DOT_csv="  \n\n"), csv(
            opts(header=True), opts(header=True, inferSchema=True), {}, {**opts(header=True), "conf": {"spark.sql.caseSensitive": "true"}},
            {"paths": ["/c.csv"]}, {"paths": ["/d.csv"]}, {"paths": ["/b.csv"], **opts(header=True)}, {"paths": ["/b.csv"], **opts(header=True, multiLine=True)},
            {"paths": ["/nothing.csv"]},
        )),
        "csv_multiline": (raw(a_DOT_csv='a,b\r\n1,"x\r\ny"\r\n2,"z\nw"\r\n\r\n3,"q ""r"" s"\r\n4\r\n'), csv(
            opts(multiLine=True, header=True), opts(multiLine=True, header=True, escape='"'), opts(multiLine=True, header=True, inferSchema=True, escape='"'),
            opts(header=True), opts(multiLine=True, lineSep="\n", header=True), opts(multiLine=True, lineSep="\r\n", header=True, escape='"'), opts(lineSep="\n"), opts(lineSep=","),
            {"schema": "a INT, b STRING, _corrupt_record STRING", **opts(multiLine=True, header=True, escape='"')},
            {"schema": "a INT, b STRING", **opts(multiLine=True, header=True, escape='"', mode="DROPMALFORMED")},
        )),
        "csv_written": (written(spark, VALUES, "csv", header="true", compression="gzip"), csv(
            opts(header=True), opts(header=True, inferSchema=True), {"schema": WIDE, **opts(header=True)},
            {"schema": WIDE, **opts(header=True, ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)},
        )),
        "csv_partitions": (written(spark, VALUES, "csv", by=("i8", "day")), csv({}, {"schema": WIDE}, {"paths": ["/i8=1"]})),
        "csv_codecs": (raw(a_DOT_csv_DOT_gz=gzip.compress(b"1,x\n2,y\n"), b_DOT_csv="3,z\n"), csv({}, opts(pathGlobFilter="*.csv"), opts(recursiveFileLookup=True, modifiedBefore="2001-01-01T00:00:00"))),
        "csv_encodings": (raw(a_DOT_csv="a,é\nb,日\n".encode("utf-16le"), b_DOT_csv="a,é\nb,ü\n".encode("latin1"), c_DOT_csv="a,é\nb,日\n".encode("utf-16")), csv(
            {"paths": ["/a.csv"], **opts(encoding="UTF-16LE", multiLine=True)}, {"paths": ["/a.csv"], **opts(encoding="UTF-16LE", lineSep="\n")},
            {"paths": ["/b.csv"], **opts(charset="ISO-8859-1")}, {"paths": ["/c.csv"], **opts(encoding="UTF-16", multiLine=True)}, {"paths": ["/b.csv"]},
        )),
        "q11_csv_ragged": (raw(a_DOT_csv=RAGGED), csv(
            {}, {"schema": BAD}, {"schema": "a INT, b STRING, c DOUBLE"}, *({"schema": BAD, **mode} for mode in MODES[:2]), {"schema": "a INT, b STRING, c DOUBLE, bad STRING", **MODES[2]},
            {"schema": "a INT, b STRING, c DOUBLE", **MODES[0]}, {"schema": BAD, **opts(multiLine=True)}, {"schema": BAD, **opts(multiLine=True, mode="DROPMALFORMED")},
            {"schema": BAD, **opts(multiLine=True, mode="FAILFAST")}, opts(inferSchema=True), opts(multiLine=True, inferSchema=True),
        )),
        "q11_csv_unclosed": (raw(a_DOT_csv='1,x\n2,"y\n' + "3,z\n" * 30000 + "4,end"), csv(
            {"schema": "a INT, b STRING, _corrupt_record STRING", **opts(multiLine=True)}, {"schema": "a INT, b STRING", **opts(multiLine=True, maxCharsPerColumn="1000")},
        )),
        "q11_csv_bytes": (raw(a_DOT_csv=BYTES), csv(
            {}, opts(header=True), opts(multiLine=True), opts(multiLine=True, header=True), opts(lineSep="\n"), {"schema": "a INT, b STRING, _corrupt_record STRING"},
        )),
        "q11_csv_huge": (raw(a_DOT_csv="1," + "x" * 70000 + "\n2,\"" + "y\"\"" * 30000 + "\"\n"), csv({}, opts(escape='"'), opts(multiLine=True, escape='"'), opts(maxCharsPerColumn="60000"))),
        "q11_csv_cut": (raw(a_DOT_csv_DOT_gz=gzip.compress(b"".join(b"%d,%d\n" % (n, n * n) for n in range(2000)), mtime=0)[:-2000], b_DOT_csv="1,2\n"), csv(
            {"schema": "a INT, b INT"}, {"schema": "a INT, b INT", **opts(multiLine=True)}, {"schema": "a INT, b INT", "paths": ["/b.csv"]},
        )),
        "text_lines": (raw(a_DOT_txt="one\ntwo\r\n\nfour", b_DOT_txt_DOT_gz=gzip.compress(b"five|six\n"), p_IS_1__c_DOT_txt="x"), text(
            {"paths": ["/a.txt"]}, {"paths": ["/a.txt"], **opts(wholetext=True)}, {"paths": ["/a.txt"], **opts(lineSep="o")}, {"paths": ["/b.txt.gz"], **opts(lineSep="|")},
            {}, {"paths": ["/p=1"], **opts(basePath="BASE")}, {"schema": "line STRING", "paths": ["/a.txt"]}, {"schema": "a STRING, b STRING", "paths": ["/a.txt"]},
            {"schema": "a INT", "paths": ["/a.txt"]}, {"paths": ["/a.txt"], **opts(lineSep="")}, {"paths": ["/a.txt"], **opts(lineSep="t\n", wholetext=True)}, {"paths": ["/nothing"]},
        )),
        "q11_text_bytes": (raw(a_DOT_txt=BYTES, b_DOT_txt_DOT_gz=gzip.compress(bytes(range(256)) * 40, mtime=0)[:-200], c_DOT_txt="y" * 200000), text(
            {"paths": ["/a.txt"]}, {"paths": ["/a.txt"], **opts(wholetext=True)}, {"paths": ["/b.txt.gz"]}, {"paths": ["/c.txt"]}, {"paths": ["/b.txt.gz"], **opts(ignoreCorruptFiles=True, wholetext=True)},
        )),
    }
