"""The expressions that make_types.py asks Spark about."""


def lit(kind, text):
    return {"lit": [kind, text]}


ONE, TWO = lit("int", "1"), lit("int", "2")
A, B = lit("string", "a"), lit("string", "b")
DAY = lit("day", "1")
EMPTY = lit("string", "")

CAST_TYPES = ["boolean", "tinyint", "smallint", "int", "bigint", "float", "double",
              "decimal(10,2)", "decimal(20,0)", "string", "binary", "date", "timestamp",
              "timestamp_ntz", "time(6)", "interval year to month", "interval day to second",
              "interval", "array<bigint>", "array<string>", "map<string,bigint>",
              "struct<x: bigint, y: string>", "variant"]

# Functions of one argument that varies, with the others fixed.
GRID_ONE = [(name, []) for name in """
abs acos acosh ascii asin asinh atan atanh avg any any_value base64 bin bit_and bit_count
bit_length bit_or bit_xor bool_and bool_or btrim cardinality cbrt ceil ceiling char_length
collect_list collect_set cos cosh cot count count_if crc32 csc date date_from_unix_date day dayname
dayofmonth dayofweek dayofyear degrees every exp explode explode_outer expm1 factorial first
first_value floor from_unixtime hash hex hour initcap inline isnan isnotnull isnull json_array_length
kurtosis last last_value last_day lcase len length ln log log10 log1p log2 lower ltrim luhn_check
map_entries map_from_entries map_keys map_values max md5 mean median min minute mode month monthname
negative positive not octet_length posexplode quarter quote radians reverse rint round rtrim sec
second sha sha1 shuffle sign signum sin sinh size skewness some soundex space sqrt std stddev
stddev_pop stddev_samp sum tan tanh timestamp_micros timestamp_millis timestamp_seconds to_date
to_timestamp to_timestamp_ltz to_timestamp_ntz trim try_sum try_avg typeof ucase unbase64 unhex
unix_date unix_micros unix_millis unix_seconds unix_timestamp to_unix_timestamp upper var_pop
var_samp variance weekday weekofyear xxhash64 year array array_compact array_distinct array_max
array_min array_size sort_array flatten struct to_json bround chr character_length nullifzero
zeroifnull array_agg approx_count_distinct url_encode url_decode sentences
bigint double string int boolean binary float smallint tinyint decimal timestamp
""".split()] + [(name, []) for name in ("-", "~", "+")] + [
    ("round", [ONE]), ("bround", [ONE]), ("substring", [ONE]), ("substring", [ONE, TWO]),
    ("left", [ONE]), ("right", [ONE]), ("repeat", [TWO]), ("lpad", [TWO]), ("rpad", [TWO, A]),
    ("date_add", [ONE]), ("date_sub", [ONE]), ("add_months", [ONE]), ("date_format", [A]),
    ("trunc", [A]), ("from_utc_timestamp", [A]), ("to_utc_timestamp", [A]), ("next_day", [A]),
    ("percentile", [lit("double", "0.5")]), ("percentile_approx", [lit("double", "0.5")]),
    ("sha2", [lit("int", "256")]), ("contains", [A]), ("startswith", [A]), ("instr", [A]),
    ("split", [A]), ("concat_ws", [A]), ("pow", [TWO]), ("mod", [TWO]), ("shiftleft", [ONE]),
    ("conv", [lit("int", "10"), lit("int", "16")]), ("format_number", [TWO]), ("lag", []),
    ("if", [ONE, TWO]), ("nvl2", [ONE, TWO]), ("element_at", [ONE]), ("getitem", [ONE]),
    ("sequence", [ONE]), ("array_repeat", [TWO]), ("slice", [ONE, TWO]), ("array_join", [A]),
    ("map", [ONE]), ("and", ["bo"]), ("like", [A]), ("rlike", [A]), ("||", [A]),
    ("regexp_replace", [A, B]), ("regexp_extract", [A]), ("get_json_object", [A]),
    ("translate", [A, B]), ("replace", [A, B]), ("locate", [A]), ("decode", [A]), ("encode", [A]),
    ("log", [TWO]), ("atan2", [TWO]), ("hypot", [TWO]), ("nanvl", [ONE]), ("pmod", [TWO]),
    ("months_between", ["dt"]), ("datediff", ["dt"]), ("to_char", [lit("string", "9")]),
    ("+", [ONE]), ("+", [DAY]), ("-", [DAY]), ("*", [DAY]), ("-", ["dt"]), ("-", ["ts"]),
    ("+", [A]), ("==", [A]), ("==", [ONE]), ("==", [lit("decimal", "1.5")]),
    ("*", [lit("decimal", "1.5")]), ("/", [TWO]), ("between", [ONE, TWO]), ("in", [ONE, A]),
]

GRID_TWO = ["+", "-", "*", "/", "%", "div", "&", "==", "<", "<=>", "and", "||", "in", "coalesce",
            "if2", "greatest", "array", "nvl", "nullif", "pmod", "array_contains",
            "array_append", "map2", "like", "getitem", "date_add", "concat_ws", "max_by"]
GRID_TWO = [name for name in GRID_TWO if name not in ("if2", "map2")]

COLUMNS = ["bo", "by", "sh", "i", "l", "f", "d", "dc", "dw", "s", "bn", "dt", "ts", "tn", "tm", "ym",
           "ds", "ai", "ar", "mp", "st", "i0", "s0", "d0", "dc0", "dt0", "bo0", "l0"]

LITERALS = [
    ONE, lit("long", "1"), lit("short", "1"), lit("byte", "1"), lit("double", "1.0"),
    lit("double", "1E10"), lit("double", "0.001"), lit("double", "1.0E-4"), lit("double", "123456789.0"),
    lit("float", "1.5"), lit("decimal", "1.5"), lit("decimal", "0.0000001"), lit("decimal", "100"),
    A, EMPTY, lit("string", "it's"), lit("boolean", "true"), lit("null", ""),
    lit("date", "2020-01-01"), lit("timestamp", "2020-01-01 00:00:00"),
    lit("timestamp", "2020-01-01 01:02:03.5"), lit("timestamp_ntz", "2020-01-01 00:00:00"),
    lit("binary", "1F"), lit("year", "1"), lit("month", "14"), DAY, lit("second", "1.5"),
    lit("hour", "30"), lit("day to second", "1 02:03:04.5"), lit("calendar", "1, 2, 0, 3"),
]

CASES = COLUMNS + LITERALS
CASES += [[op, "i", ONE] for op in "+ - * / % div & | ^ == <=> < <= > >= << >> >>>".split()]
CASES += [["-", "i"], ["+", "i"], ["~", "i"], ["negative", "i"], ["positive", "i"], ["not", "bo"],
          ["not", ["==", "i", ONE]], ["and", "bo", "bo0"], ["or", "bo", ["not", "bo0"]],
          ["like", "s", A], ["ilike", "s", A], ["rlike", "s", A], ["regexp_like", "s", A],
          ["regexp", "s", A], ["like", "s", A, B],
          ["not", ["like", "s", A]], ["||", "s", "s0"], ["concat", "s", "i"], ["isnull", "i"],
          ["isnotnull", "i"], ["between", "i", ONE, TWO], ["not", ["between", "i", ONE, TWO]],
          ["between", "i0", ONE, "l0"],
          ["in", "i", ONE, TWO], ["not", ["in", "i", ONE, TWO]], ["in", "i", A], ["in", "s", ONE, "dt"],
          ["when", ["==", "i", ONE], "s"], ["when", "bo", "i", "d"], ["when", "bo", ONE, "bo0", TWO, "l0"],
          ["when", "i", ONE, TWO], ["when", "bo", "i", "mp"], ["if", "bo", ONE, "d0"], ["if", "i", ONE, TWO],
          ["if", "bo0", ONE, lit("null", "")],
          ["coalesce", "i", "i0"], ["coalesce", "i", "l"], ["coalesce", "i", "s"], ["coalesce", "i"],
          ["coalesce"], ["coalesce", "i", "mp"], ["nvl", "i", "i0"], ["ifnull", "i", "d"],
          ["nvl2", "i", "s", "d0"], ["nullif", "i", ONE], ["nullif", "i0", "l"], ["nanvl", "d", "f"],
          ["greatest", "i", "d"], ["least", "i", "dc"], ["greatest", "i"], ["least", "s", "i"],
          ["getitem", "ai", ONE], ["getitem", "mp", A], ["getitem", "ai", "i"], ["getitem", "mp", "i"],
          ["getitem", "ai", A], ["getitem", "i", ONE], ["element_at", "ai", ONE], ["element_at", "mp", A],
          ["try_element_at", "ai", ONE], ["getitem", "st", A],
          ["array", ONE, TWO], ["array", "i", "l0"], ["array"], ["array", ONE, A], ["array", "i0", "l0"],
          ["map", A, ONE], ["map", A, "i"], ["map"], ["map", A], ["map", "s", "i", "s0", "l"], ["map", "mp", ONE],
          ["struct", "i", "s0"], ["struct", "i", ONE, ["+", "i", ONE]], ["named_struct", A, ONE, B, "s"],
          ["named_struct", A], ["named_struct", "s", ONE], ["named_struct", ONE, ONE], ["struct"],
          ["array_contains", "ai", ONE], ["array_contains", "ai", A], ["array_contains", "ai", "l"],
          ["array_position", "ai", ONE], ["array_remove", "ai", ONE], ["array_append", "ai", ONE],
          ["array_prepend", "ai", ONE], ["array_insert", "ai", ONE, TWO], ["array_union", "ai", "ar"],
          ["array_union", "ai", ["array", ONE]], ["array_intersect", "ai", "ai"], ["array_except", "ar", "ar"],
          ["arrays_overlap", "ai", "ai"], ["arrays_zip", "ai", "ar"], ["array_join", "ar", A],
          ["array_join", "ar", A, B], ["array_repeat", A, TWO], ["array_repeat", "i", TWO], ["sort_array", "ai"],
          ["sort_array", "ai", lit("boolean", "false")], ["flatten", ["array", "ai"]],
          ["sequence", ONE, TWO], ["sequence", "i", "l"], ["sequence", "dt", "dt", DAY], ["slice", "ai", ONE, TWO],
          ["concat", "ai", "ai"], ["concat", "bn", "bn"], ["concat", "bn", "s"], ["concat"], ["concat", "ai", ["array", A]],
          ["reverse", "ai"], ["size", "mp"], ["cardinality", "ai"], ["get", "ai", ONE],
          ["map_keys", "mp"], ["map_values", "mp"], ["map_entries", "mp"], ["map_concat", "mp", "mp"],
          ["map_from_arrays", "ar", "ai"], ["map_contains_key", "mp", A], ["str_to_map", "s"],
          ["str_to_map", "s", A, B], ["explode", "ai"], ["explode", "mp"], ["posexplode", "ai"], ["inline", ["array", "st"]],
          ["stack", TWO, ONE, TWO], ["stack", TWO, "i", "s"], ["json_tuple", "s", A], ["json_tuple", "s", A, B],
          ["explode", "i"], ["explode_outer", "ai"]]
CASES += [["count", ONE], ["count", "i"], ["count", "i", "s"], ["distinct", "count", "i"],
          ["distinct", "count", "i", "s"], ["count"],
          ["distinct", "sum", "i"], ["sum", "i"], ["sum", "dc"], ["sum", "dw"], ["sum", "d"], ["sum", "i0"], ["avg", "i"],
          ["avg", "dc"], ["avg", "dw"], ["mean", "i"], ["sum", "ym"], ["avg", "ds"], ["sum", "s"],
          ["min", "s"], ["max", "i0"], ["max", "mp"], ["min", "st"], ["first", "i0"], ["last", "i"],
          ["first", "i", lit("boolean", "true")], ["any_value", "i0"], ["first_value", "i"], ["last_value", "i"],
          ["stddev", "i"], ["std", "i"], ["stddev_samp", "d"], ["stddev_pop", "d"], ["var_samp", "d"],
          ["variance", "d"], ["var_pop", "d"], ["skewness", "d"], ["kurtosis", "d"], ["corr", "d", "i"],
          ["covar_pop", "d", "i"], ["covar_samp", "d", "i"], ["collect_list", "i0"], ["collect_set", "i"],
          ["array_agg", "i"], ["collect_set", "mp"], ["max_by", "s", "i"], ["min_by", "s0", "i"],
          ["max_by", "s", "mp"], ["bool_and", "bo"], ["every", "bo"], ["some", "bo"], ["any", "bo"], ["bool_or", "bo"],
          ["count_if", "bo"], ["count_if", "i"], ["approx_count_distinct", "i"], ["percentile", "i", lit("double", "0.5")],
          ["percentile", "i", ["array", lit("double", "0.5"), lit("double", "0.9")]],
          ["percentile_approx", "i", lit("double", "0.5")], ["approx_percentile", "dc", lit("double", "0.5")],
          ["percentile_approx", "i", lit("double", "0.5"), lit("int", "100")],
          ["percentile_approx", "i", ["array", lit("double", "0.5")]],
          ["median", "i"], ["median", "ym"], ["mode", "s"], ["bit_and", "i"], ["bit_or", "l"], ["bit_xor", "sh"],
          ["regr_count", "d", "i"], ["regr_slope", "d", "d"], ["regr_r2", "d", "d"], ["regr_avgx", "i", "d"],
          ["regr_intercept", "d", "d"], ["regr_sxx", "d", "d"], ["regr_sxy", "d", "d"], ["regr_syy", "d", "d"], ["regr_avgy", "i", "d"],
          ["try_sum", "i"], ["try_avg", "dc"], ["histogram_numeric", "i", lit("int", "5")], ["listagg", "s"],
          ["string_agg", "s", A], ["listagg", "s", A], ["grouping", "i"], ["grouping_id"]]
CASES += [["substring", "s", ONE, TWO], ["substr", "s", ONE, TWO], ["substring", "s", ONE], ["substring", "bn", ONE, TWO],
          ["substring", "s", A], ["substring", "s"], ["substr", "mp", ONE], ["upper", "s"], ["ucase", "s"], ["lower", "s0"],
          ["lcase", "s"], ["length", "s"], ["len", "s"], ["char_length", "s"], ["character_length", "s"],
          ["octet_length", "s"], ["bit_length", "s"], ["trim", "s"], ["ltrim", "s"], ["rtrim", "s"], ["btrim", "s"],
          ["btrim", "s", A], ["lpad", "s", ONE, A], ["rpad", "s", ONE], ["lpad", "bn", ONE], ["repeat", "s", TWO],
          ["replace", "s", A, B], ["replace", "s", A], ["translate", "s", A, B], ["locate", A, "s"],
          ["locate", A, "s", ONE], ["instr", "s", A], ["position", A, "s"], ["split", "s", A], ["split", "s", A, ONE],
          ["split_part", "s", A, ONE], ["concat_ws", A, "s", "ar"], ["concat_ws", A], ["initcap", "s"], ["reverse", "s"],
          ["left", "s", TWO], ["right", "s", TWO], ["ascii", "s"], ["chr", "i"], ["char", "i"], ["base64", "bn"], ["unbase64", "s"],
          ["hex", "i"], ["unhex", "s"], ["md5", "s"], ["sha", "s"], ["sha1", "s"], ["sha2", "s", lit("int", "256")], ["crc32", "s"], ["hash", "i", "s"],
          ["xxhash64", "i"], ["levenshtein", "s", "s0"], ["levenshtein", "s", "s0", ONE], ["soundex", "s"], ["format_number", "d", TWO],
          ["format_string", A, "i"], ["printf", A, "i"], ["regexp_replace", "s", A, B], ["regexp_replace", "s", A, B, ONE],
          ["regexp_extract", "s", A], ["regexp_extract", "s", A, ONE], ["regexp_extract_all", "s", A],
          ["regexp_count", "s", A], ["regexp_substr", "s", A], ["regexp_instr", "s", A], ["contains", "s", A], ["startswith", "s", A], ["endswith", "s", A],
          ["contains", "bn", "bn"], ["overlay", "s", A, ONE], ["overlay", "s", A, ONE, TWO], ["elt", ONE, "s", "s0"], ["elt", ONE, "s", "i"],
          ["find_in_set", A, "s"], ["substring_index", "s", A, ONE], ["encode", "s", A], ["decode", "bn", A],
          ["decode", "i", ONE, A], ["decode", "i", ONE, A, B], ["space", ONE], ["get_json_object", "s", A], ["from_json", "s", lit("string", "x INT")], ["to_json", "st"],
          ["to_csv", "st"], ["schema_of_json", lit("string", "{\"a\":1}")], ["json_array_length", "s"], ["json_object_keys", "s"], ["to_number", "s", lit("string", "999")], ["to_number", "s", lit("string", "99.99")],
          ["to_char", "dc", lit("string", "999")], ["to_varchar", "dc", lit("string", "999")], ["to_binary", "s"], ["to_binary", "s", lit("string", "utf-8")], ["mask", "s"], ["uuid"], ["typeof", "i"], ["rand"], ["rand", ONE], ["randn"],
          ["monotonically_increasing_id"], ["spark_partition_id"], ["input_file_name"], ["current_date"], ["current_timestamp"], ["now"], ["localtimestamp"], ["current_timezone"], ["current_user"], ["user"], ["session_user"], ["version"], ["parse_url", "s", A], ["url_encode", "s"], ["url_decode", "s"], ["assert_true", "bo"], ["raise_error", "s"], ["bitmap_count", "bn"], ["quote", "s"]]
CASES += [["round", "d"], ["round", "d", TWO], ["round", "dc"], ["round", "dc", ONE], ["round", "dw", lit("int", "20")], ["round", "i", lit("int", "-1")], ["round", "i"],
          ["bround", "d", ONE], ["bround", "dc", ONE], ["round", "d", "i"], ["ceil", "d"], ["floor", "dc"], ["ceiling", "d"], ["ceil", "dc", ONE], ["floor", "d", ONE], ["ceil", "i"], ["ceil", "l"],
          ["abs", "i"], ["abs", "dc"], ["abs", "ym"], ["sqrt", "i"], ["exp", "i"], ["ln", "i"], ["log", "i"], ["log", TWO, "i"], ["log10", "d"],
          ["log2", "d"], ["log1p", "d"], ["pow", "i", TWO], ["power", "i", TWO], ["mod", "i", TWO], ["pmod", "i", TWO], ["pmod", "dc", "dc"], ["sign", "i"], ["signum", "i"],
          ["sign", "ym"], ["sin", "d0"], ["atan2", "d", "i"], ["hypot", "d", "i"], ["pi"], ["e"], ["degrees", "d"], ["radians", "d"], ["cbrt", "d"],
          ["factorial", "i"], ["conv", "s", lit("int", "10"), lit("int", "16")], ["bin", "i"], ["shiftleft", "i", ONE], ["shiftright", "l", ONE], ["shiftrightunsigned", "i", ONE],
          ["bit_count", "i"], ["bit_get", "i", ONE], ["getbit", "i", ONE], ["try_add", "i", "l"], ["try_add", "dt", ONE], ["try_subtract", "i", "i"], ["try_multiply", "i", "d"], ["try_divide", "i", "i"], ["try_mod", "i", "i"], ["width_bucket", "d", "d", "d", "l"],
          ["isnan", "d"], ["negative", "dc"], ["rint", "d"], ["expm1", "d"], ["nullifzero", "i"], ["zeroifnull", "i"], ["equal_null", "i", "l"]]
CASES += [["*", "dc", "dc"], ["+", "dc", "dw"], ["/", "dc", "dc"], ["/", "dw", "dw"], ["%", "dc", "dw"], ["*", "dw", "dw"], ["div", "dc", "i"], ["*", "dc", TWO], ["*", "dc", "i"],
          ["+", "dc", lit("decimal", "1.5")], ["-", ONE, "dc"], ["*", "dc", ["-", ONE, "dc"]], ["*", ["*", "dc", ["-", ONE, "dc"]], ["+", ONE, "dc"]], ["/", "dc", "d"], ["+", "dc", "s"], ["==", "dc", "dw"], ["<", "dc", ONE], ["in", "dc", ONE, lit("decimal", "1.555")], ["coalesce", "dc", ONE], ["coalesce", "dc", "l"],
          ["/", "i0", "d0"], ["/", "dc0", "dc0"], ["+", "dc0", "dc0"], ["+", "i0", "l0"], ["%", "i0", "i0"], ["div", "i0", "i0"], ["*", "dc0", "i0"], ["-", "dc0"]]
CASES += [["year", "dt"], ["month", "dt"], ["day", "dt"], ["dayofmonth", "ts"], ["dayofweek", "dt"], ["dayofyear", "dt"], ["weekofyear", "dt"], ["weekday", "dt"], ["quarter", "dt"], ["hour", "ts"], ["minute", "ts"], ["second", "ts"], ["year", "s"], ["hour", "tm"],
          ["extract_", "dt"], ["date_part", lit("string", "YEAR"), "dt"], ["date_part", lit("string", "SECOND"), "ts"], ["datepart", lit("string", "DAY"), "ds"], ["date_part", A, "dt"], ["date_part", "s", "dt"], ["date_add", "dt", ONE], ["dateadd", "dt", ONE], ["date_sub", "dt", "i"], ["datediff", "dt", "ts"], ["date_diff", "dt", "dt0"], ["add_months", "dt", ONE], ["months_between", "dt", "ts"], ["months_between", "dt", "ts", lit("boolean", "false")], ["last_day", "dt"], ["next_day", "dt", A],
          ["trunc", "dt", A], ["date_trunc", A, "ts"], ["date_trunc", A, "dt"], ["date_format", "ts", A], ["to_date", "s"], ["to_date", "s", A], ["to_date", "ts"], ["to_timestamp", "s"], ["to_timestamp", "s", A], ["to_timestamp_ntz", "s"], ["to_timestamp_ltz", "s"], ["try_to_timestamp", "s"], ["try_to_date", "s"], ["from_unixtime", "l"], ["from_unixtime", "l", A], ["unix_timestamp"], ["unix_timestamp", "s"], ["unix_timestamp", "s", A], ["to_unix_timestamp", "s"], ["unix_date", "dt"], ["date_from_unix_date", "i"], ["timestamp_seconds", "i"], ["timestamp_millis", "l"], ["unix_seconds", "ts"],
          ["make_date", "i", "i", "i"], ["make_timestamp", "i", "i", "i", "i", "i", "d"], ["make_interval", "i"], ["make_interval"], ["make_dt_interval", "i"], ["make_ym_interval", "i", "i"], ["from_utc_timestamp", "ts", A], ["to_utc_timestamp", "ts", A], ["convert_timezone", A, "tn"], ["convert_timezone", A, B, "tn"], ["dayname", "dt"], ["monthname", "dt"],
          ["+", "dt", ONE], ["-", "dt", ONE], ["-", "dt", "dt"], ["-", "dt", "ts"], ["-", "ts", "ts"], ["+", "dt", DAY], ["+", "dt", lit("year", "1")], ["-", "dt", lit("month", "1")], ["-", "dt", DAY], ["+", "dt", lit("hour", "1")], ["-", "dt", lit("hour", "1")], ["+", "ts", DAY], ["-", "ts", DAY], ["-", "ts", lit("month", "1")], ["+", DAY, "dt"], ["+", ONE, "dt"], ["+", "ts", lit("calendar", "1")], ["+", "dt", lit("calendar", "1")], ["-", "dt", lit("calendar", "1")], ["+", "tn", DAY], ["+", "s", DAY], ["-", "s", DAY], ["+", "s", "dt"], ["-", "s", "dt"], ["-", "dt", "s"], ["+", "dt", "s"], ["+", DAY, DAY], ["-", "ds", DAY], ["+", "ym", lit("month", "1")], ["+", "ym", DAY], ["*", "ym", TWO], ["*", TWO, DAY], ["/", "ds", TWO], ["/", "ds", "d"], ["-", "ym"], ["-", DAY], ["+", "tm", DAY], ["-", "tm", "tm"], ["*", "ds", "s"], ["+", "ts", ONE], ["-", "ts", ONE],
          ["+", "dt", "l"], ["+", "dt", "sh"], ["+", "dt0", ONE], ["==", "dt", A], ["<", "ts", lit("string", "2020-01-01")], ["<", "dt", "ts"], ["between", "dt", lit("string", "2020-01-01"), ["+", lit("date", "2020-01-01"), lit("day", "30")]], ["==", "mp", "mp"], ["<", "st", "st"], ["==", "ai", "ar"], ["==", "st", ["struct", ONE, A]], ["<", "bo", ONE], ["==", "bo", ONE], ["and", "i", "bo"], ["not", "i"], ["+", "bo", ONE], ["+", "mp", ONE], ["+", "bn", "bn"], ["&", "d", ONE], ["~", "d"], ["<<", "i", "s"], ["-", "s"], ["-", "bo"], ["abs", "s"]]
CASES += [{"cast": ["i", "bigint"]}, {"cast": ["i", "string"]}, {"cast": ["s", "int"]}, {"cast": ["s0", "int"]}, {"cast": ["s0", "date"]}, {"cast": [["+", "i", ONE], "decimal(12,2)"]}, {"try_cast": ["s", "int"]}, {"try_cast": ["i0", "string"]}, {"cast": ["dt0", "timestamp"]}, {"cast": ["mp", "int"]}, {"cast": ["i", "date"]}, {"cast": ["bo", "date"]}, {"cast": ["st", "struct<x: bigint, y: string>"]}, {"try_cast": ["i", "date"]}, {"cast": ["i0", "decimal(5,0)"]}, {"cast": ["i0", "decimal(10,0)"]}, {"cast": ["i0", "bigint"]}, {"cast": ["d0", "int"]}, {"cast": ["l0", "int"]}, {"cast": ["ar", "array<int>"]}, {"cast": ["dc0", "decimal(5,1)"]}, {"cast": ["ts", "int"]}, {"cast": ["d", "timestamp"]}, {"cast": ["i", "interval day"]}, {"cast": ["bn", "int"]}, {"cast": ["i", "binary"]}, {"cast": ["tm", "timestamp"]}, {"cast": ["s", "varchar(5)"]}, {"cast": ["s", "char(5)"]}, {"try_cast": ["i0", "bigint"]}, {"try_cast": ["l0", "int"]},
          ["upper", {"cast": ["i", "string"]}], ["sum", {"cast": ["s", "decimal(10,2)"]}]]
CASES += [["no_such_function", "i"], ["upper"], ["upper", "s", "s"], ["substring", "s", ONE, ONE, ONE], ["if", "bo", ONE], ["abs"], ["pi", ONE], ["coalesce", "i", "ai"], ["sum", "i", "i"], ["row_number"], ["length", "mp"], ["year", "mp"], ["round", "s0"], ["sum", "mp"], ["avg", "bo"], ["sum", "dt"], ["array_contains", "i", ONE], ["map_keys", "i"], ["size", "i"], ["explode", "s"], ["date_add", "mp", ONE], ["date_add", "dt", "d"], ["date_add", "dt", "l"], ["date_add", "s", ONE], ["upper", "ai"], ["concat", "ai", "i"], ["lower", "dt"], ["trim", "i"], ["instr", "i", ONE], ["substring", "i", ONE, ONE], ["like", "i", A], ["greatest", "i", "ai"], ["greatest", "mp", "mp"], ["repeat", "s", "s"], ["in", "i", "mp"], ["in", "mp", "mp"], ["nullif", "i", "mp"], ["date_format", "dt", A], ["hour", "dt"], ["year", "i"], ["from_unixtime", "s"], ["round", "s", A]]
CASES += [[op, left, right] for op in ("<", "<=", ">", ">=", "==") for left, right in (
    ("i", lit("decimal", "1.5")), (lit("decimal", "1.5"), "i"), ("i", lit("decimal", "-1.5")),
    (TWO, lit("decimal", "1.1")), ("l0", lit("decimal", "2.0")), ("i", lit("decimal", "99999999999.5")))]
CASES += [["between", "i", lit("decimal", "1.5"), lit("decimal", "2.5")], ["timestampadd_", "i"],
          ["mode", "i", lit("boolean", "true")], ["instr", "s", A, ONE], ["max_by", "s", "i", TWO],
          ["nvl2", "i0", "i0", "l0"], ["trim", "i0"], ["to_char", "dt", A], ["pmod", "i0", "i0"],
          ["try_divide", "i0", "i0"], ["zeroifnull", "s"], ["nullifzero", "s"], ["decode", "i", ONE, "i0", "d0"],
          ["element_at", ["map", ONE, A], ONE], ["getitem", ["map", ONE, A], A], ["sign", "s"],
          ["array_max", "ai"], ["map_from_entries", ["array", ["struct", ONE, A]]], ["forall_", "ai"],
          ["to_number", "s", lit("string", "$99.99")], ["aes_encrypt", "s", "s"], ["xpath", "s", A]]
