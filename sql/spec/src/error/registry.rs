// Included by `condition.rs`: one line per condition, sorted.

conditions! {
    ALL_PARTITION_COLUMNS_NOT_ALLOWED = "ALL_PARTITION_COLUMNS_NOT_ALLOWED", "KD005",
        "At least one column must not be a partition column.";
    AMBIGUOUS_COLUMN_OR_FIELD = "AMBIGUOUS_COLUMN_OR_FIELD", "42702",
        "The column or field <name> fits <n> times.";
    AMBIGUOUS_COLUMN_REFERENCE = "AMBIGUOUS_COLUMN_REFERENCE", "42702",
        "The column <name> is there more than once, because both sides come from one DataFrame; give each an alias.";
    AMBIGUOUS_LATERAL_COLUMN_ALIAS = "AMBIGUOUS_LATERAL_COLUMN_ALIAS", "42702",
        "The name <name> is given to <n> columns of the list before.";
    AMBIGUOUS_REFERENCE = "AMBIGUOUS_REFERENCE", "42704",
        "The name <name> could mean any of <referenceNames>.";
    AMBIGUOUS_REFERENCE_TO_FIELDS = "AMBIGUOUS_REFERENCE_TO_FIELDS", "42000",
        "The field <field> could mean any of <count> fields of the struct.";
    APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT = "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT", "22023",
        "approx_top_k can track <limit> items at most, not maxItemsTracked = <maxItemsTracked>.";
    APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K = "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K", "22023",
        "approx_top_k must track at least k = <k> items, but maxItemsTracked is <maxItemsTracked>.";
    APPROX_TOP_K_NON_POSITIVE_ARG = "APPROX_TOP_K_NON_POSITIVE_ARG", "22023",
        "<argName> of approx_top_k must be above zero, but is <argValue>.";
    APPROX_TOP_K_NULL_ARG = "APPROX_TOP_K_NULL_ARG", "22004",
        "<argName> of approx_top_k cannot be NULL.";
    APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH = "APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH", "42846",
        "Sketches of approx_top_k that track <size1> and <size2> items cannot be combined without a size for the result.";
    APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH = "APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH", "42846",
        "Sketches of approx_top_k over <type1> and over <type2> cannot be combined.";
    ARITHMETIC_OVERFLOW = "ARITHMETIC_OVERFLOW", "22003",
        "<message>.<alternative> With <config> set to false there is no error.";
    ARTIFACT_ALREADY_EXISTS = "ARTIFACT_ALREADY_EXISTS", "42713",
        "There is an artifact <normalizedRemoteRelativePath> already, with other content; artifacts do not change.";
    ASSIGNMENT_ARITY_MISMATCH = "ASSIGNMENT_ARITY_MISMATCH", "42802",
        "There are <numExpr> names for <numTarget> columns.";
    AS_OF_JOIN_TOLERANCE_IS_NON_NEGATIVE = "AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE", "42604",
        "The tolerance of an as-of join must not be negative.";
    AS_OF_JOIN_TOLERANCE_IS_UNFOLDABLE = "AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE", "42604",
        "The tolerance of an as-of join must be a constant.";
    AS_OF_JOIN_UNSUPPORTED_DIRECTION = "AS_OF_JOIN.UNSUPPORTED_DIRECTION", "42604",
        "An as-of join cannot look in the direction '<direction>'. It can in: <supported>.";
    AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE = "AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", "22KD3",
        "The function <functionName> needs Avro, which is not part of this program.";
    BINARY_ARITHMETIC_OVERFLOW = "BINARY_ARITHMETIC_OVERFLOW", "22003",
        "<value1> <symbol> <value2> is too large for its type; <functionName> gives NULL instead.";
    CANNOT_BE_EMPTY = "CANNOT_BE_EMPTY", "22023",
        "At least one <item> must be given.";
    CANNOT_DECODE_URL = "CANNOT_DECODE_URL", "22546",
        "The URL <url> can't be decoded. Check how it is written.";
    CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE = "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", "42825",
        "The types <left> and <right> do not fit together.";
    CANNOT_MERGE_SCHEMAS = "CANNOT_MERGE_SCHEMAS", "42KD9",
        "The schemas <left> and <right> do not fit together.";
    CANNOT_MODIFY_CONFIG = "CANNOT_MODIFY_CONFIG", "46110",
        "The configuration key <key> is fixed when the application starts.";
    CANNOT_PARSE_INTERVAL = "CANNOT_PARSE_INTERVAL", "22006",
        "The text <intervalString> is no interval, such as 10 minutes.";
    CANNOT_PARSE_JSON_FIELD = "CANNOT_PARSE_JSON_FIELD", "2203G",
        "The field <fieldName> with the value <fieldValue>, a JSON <jsonType>, is no <dataType>.";
    CANNOT_PARSE_TIME = "CANNOT_PARSE_TIME", "22010",
        "The text <input> is no TIME of the form <format>.";
    CANNOT_PARSE_TIMESTAMP = "CANNOT_PARSE_TIMESTAMP", "22007",
        "<message>. Use <func> to get NULL instead.";
    CANNOT_RESOLVE_DATAFRAME_COLUMN = "CANNOT_RESOLVE_DATAFRAME_COLUMN", "42704",
        "The column <name> belongs to a DataFrame that is not part of this one.";
    CANNOT_RESOLVE_STAR_EXPAND = "CANNOT_RESOLVE_STAR_EXPAND", "42704",
        "Nothing is called <targetString> that <targetString>.* could list; there are <columns>.";
    CANNOT_UP_CAST_DATATYPE = "CANNOT_UP_CAST_DATATYPE", "42846",
        "Cannot turn <expression> of the type <sourceType> into <targetType>. <details>";
    CAST_INVALID_INPUT = "CAST_INVALID_INPUT", "22018",
        "The value <expression> of the type <sourceType> cannot be cast to <targetType>; try_cast gives NULL instead.";
    CAST_OVERFLOW = "CAST_OVERFLOW", "22003",
        "The value <value> of the type <sourceType> is too large for <targetType>; try_cast gives NULL instead.";
    CATALOG_NOT_FOUND = "CATALOG_NOT_FOUND", "42P08",
        "There is no catalog <catalogName>. <config> can make it one.";
    CODEC_NOT_AVAILABLE_WITH_AVAILABLE_CODECS_SUGGESTION = "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "56038",
        "There is no codec <codecName>; there are <availableCodecs>.";
    COLLECTION_SIZE_LIMIT_EXCEEDED_FUNCTION = "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION", "54000",
        "<functionName> would make an array of <numberOfElements> elements, more than <maxRoundedArrayLength>.";
    COLLECTION_SIZE_LIMIT_EXCEEDED_PARAMETER = "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", "54000",
        "An array of <numberOfElements> elements, more than <maxRoundedArrayLength>, is what <parameter> of <functionName> asks for.";
    COLUMN_ALIASES_NOT_ALLOWED = "COLUMN_ALIASES_NOT_ALLOWED", "42601",
        "Column aliases are not allowed in <op>.";
    COLUMN_ALREADY_EXISTS = "COLUMN_ALREADY_EXISTS", "42711",
        "There is more than one column <columnName>.";
    COLUMN_IS_NOT_VARIANT_TYPE = "COLUMN_IS_NOT_VARIANT_TYPE", "42K09",
        "A path behind `:` is taken of values of the type VARIANT alone.";
    COMPARATOR_RETURNS_NULL = "COMPARATOR_RETURNS_NULL", "22004",
        "The comparator gave NULL for <firstValue> and <secondValue>, not a number.";
    CONFLICTING_DIRECTORY_STRUCTURES = "CONFLICTING_DIRECTORY_STRUCTURES", "KD009",
        "Partitions start at more than one directory: <discoveredBasePaths> Say with the option basePath where the table starts, or read each alone.";
    CONFLICTING_PARTITION_COLUMN_NAMES = "CONFLICTING_PARTITION_COLUMN_NAMES", "KD009",
        "Directories name different partition columns: <distinctPartColLists> Look for files that do not belong there: <suspiciousPaths>";
    CONNECT_INVALID_PLAN_AGGREGATE_NEEDS_PLAN_INPUT = "CONNECT_INVALID_PLAN.AGGREGATE_NEEDS_PLAN_INPUT", "56K00",
        "Aggregate has no input.";
    CONNECT_INVALID_PLAN_AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT = "CONNECT_INVALID_PLAN.AGGREGATE_WITH_PIVOT_REQUIRES_PIVOT", "56K00",
        "An Aggregate of the group type GROUP_TYPE_PIVOT needs a Pivot.";
    CONNECT_INVALID_PLAN_ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA = "CONNECT_INVALID_PLAN.ALIAS_WITH_MULTIPLE_IDENTIFIERS_AND_METADATA", "56K00",
        "Metadata goes with one name; this alias has several.";
    CONNECT_INVALID_PLAN_ARRAY_LITERAL_MISSING_DATA_TYPE = "CONNECT_INVALID_PLAN.ARRAY_LITERAL_MISSING_DATA_TYPE", "56K00",
        "Nothing says of which type the elements of the array literal are.";
    CONNECT_INVALID_PLAN_ASSERTION_FAILURE = "CONNECT_INVALID_PLAN.ASSERTION_FAILURE", "56K00",
        "<message>";
    CONNECT_INVALID_PLAN_CANNOT_PARSE = "CONNECT_INVALID_PLAN.CANNOT_PARSE", "56K00",
        "The compressed plan cannot be read: <errorMsg>.";
    CONNECT_INVALID_PLAN_CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA = "CONNECT_INVALID_PLAN.CHUNKED_CACHED_LOCAL_RELATION_WITHOUT_DATA", "56K00",
        "A ChunkedCachedLocalRelation needs the hash of a piece at least.";
    CONNECT_INVALID_PLAN_DATAFRAME_NOT_FOUND = "CONNECT_INVALID_PLAN.DATAFRAME_NOT_FOUND", "56K00",
        "The session <sessionId> keeps no DataFrame <dfId>.";
    CONNECT_INVALID_PLAN_DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST = "CONNECT_INVALID_PLAN.DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST", "56K00",
        "The data type <kindCase> has no meaning here.";
    CONNECT_INVALID_PLAN_DEDUPLICATE_ALL_COLUMNS_AND_SUBSET = "CONNECT_INVALID_PLAN.DEDUPLICATE_ALL_COLUMNS_AND_SUBSET", "56K00",
        "Deduplicate takes all columns or some by name, not both.";
    CONNECT_INVALID_PLAN_DEDUPLICATE_NEEDS_INPUT = "CONNECT_INVALID_PLAN.DEDUPLICATE_NEEDS_INPUT", "56K00",
        "Deduplicate has no input.";
    CONNECT_INVALID_PLAN_DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL = "CONNECT_INVALID_PLAN.DEDUPLICATE_REQUIRES_COLUMNS_OR_ALL", "56K00",
        "Deduplicate must be told columns, or to take all.";
    CONNECT_INVALID_PLAN_EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME = "CONNECT_INVALID_PLAN.EXCEPT_DOES_NOT_SUPPORT_UNION_BY_NAME", "56K00",
        "Except pairs columns by position, not by name.";
    CONNECT_INVALID_PLAN_EXPECTED_NULL_VALUE = "CONNECT_INVALID_PLAN.EXPECTED_NULL_VALUE", "56K00",
        "A value of the type NULL must be null, not <literalTypeCase>.";
    CONNECT_INVALID_PLAN_FIELD_CANNOT_BE_EMPTY = "CONNECT_INVALID_PLAN.FIELD_CANNOT_BE_EMPTY", "56K00",
        "The field <fieldName> of <fullName> must not be empty.";
    CONNECT_INVALID_PLAN_INCOMPATIBLE_LITERAL_DATA_TYPE = "CONNECT_INVALID_PLAN.INCOMPATIBLE_LITERAL_DATA_TYPE", "56K00",
        "A literal <literalTypeCase> cannot be of the data type <dataTypeKindCase>.";
    CONNECT_INVALID_PLAN_INTERSECT_DOES_NOT_SUPPORT_UNION_BY_NAME = "CONNECT_INVALID_PLAN.INTERSECT_DOES_NOT_SUPPORT_UNION_BY_NAME", "56K00",
        "Intersect pairs columns by position, not by name.";
    CONNECT_INVALID_PLAN_INVALID_ENUM = "CONNECT_INVALID_PLAN.INVALID_ENUM", "56K00",
        "<name>(<number>) is no value that <fullName> may have.";
    CONNECT_INVALID_PLAN_INVALID_JDBC_PARAMS = "CONNECT_INVALID_PLAN.INVALID_JDBC_PARAMS", "56K00",
        "A read through JDBC needs a url and a table.";
    CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SET = "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET", "56K00",
        "The message <fullName> has no <name>.";
    CONNECT_INVALID_PLAN_INVALID_ONE_OF_FIELD_NOT_SUPPORTED = "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SUPPORTED", "56K00",
        "The member <name>(<number>) of <fullName> has no meaning here.";
    CONNECT_INVALID_PLAN_INVALID_SQL_WITH_REFERENCES = "CONNECT_INVALID_PLAN.INVALID_SQL_WITH_REFERENCES", "56K00",
        "This is no SQL text over named references: <query>";
    CONNECT_INVALID_PLAN_INVALID_WITH_RELATION_REFERENCE = "CONNECT_INVALID_PLAN.INVALID_WITH_RELATION_REFERENCE", "56K00",
        "WithRelations needs references, each with a plan id or a name.";
    CONNECT_INVALID_PLAN_LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID = "CONNECT_INVALID_PLAN.LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID", "56K00",
        "A lambda function has one to three parameters, not <got>.";
    CONNECT_INVALID_PLAN_LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME = "CONNECT_INVALID_PLAN.LOWER_BOUND_REQUIRED_IN_WINDOW_FRAME", "56K00",
        "The window frame lacks its lower bound.";
    CONNECT_INVALID_PLAN_MAP_LITERAL_MISSING_DATA_TYPE = "CONNECT_INVALID_PLAN.MAP_LITERAL_MISSING_DATA_TYPE", "56K00",
        "Nothing says of which types the keys and values of the map literal are.";
    CONNECT_INVALID_PLAN_MULTIPLE_PATHS_NOT_SUPPORTED_FOR_STREAMING_SOURCE = "CONNECT_INVALID_PLAN.MULTIPLE_PATHS_NOT_SUPPORTED_FOR_STREAMING_SOURCE", "56K00",
        "A stream is read from one path, not from several.";
    CONNECT_INVALID_PLAN_NA_FILL_VALUES_EMPTY = "CONNECT_INVALID_PLAN.NA_FILL_VALUES_EMPTY", "56K00",
        "NAFill needs a value at least.";
    CONNECT_INVALID_PLAN_NA_FILL_VALUES_LENGTH_MISMATCH = "CONNECT_INVALID_PLAN.NA_FILL_VALUES_LENGTH_MISMATCH", "56K00",
        "NAFill takes one value for all columns, or one for each that is named.";
    CONNECT_INVALID_PLAN_NOT_FOUND_CACHED_LOCAL_RELATION = "CONNECT_INVALID_PLAN.NOT_FOUND_CACHED_LOCAL_RELATION", "56K00",
        "The session <sessionUUID> has got no rows of the hash <hash>.";
    CONNECT_INVALID_PLAN_NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION = "CONNECT_INVALID_PLAN.NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION", "56K00",
        "The session <sessionUUID> has got no piece of rows of the hash <hash>.";
    CONNECT_INVALID_PLAN_NO_HANDLER_FOR_EXTENSION = "CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION", "56K00",
        "Nobody here understands messages of the type <extensionTypeUrl>.";
    CONNECT_INVALID_PLAN_PLAN_SIZE_LARGER_THAN_MAX = "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX", "56K00",
        "The plan takes <planSize> bytes, more than <maxPlanSize>. Split it, for example by temporary views.";
    CONNECT_INVALID_PLAN_PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE = "CONNECT_INVALID_PLAN.PREDICATES_NOT_SUPPORTED_FOR_DATA_SOURCE", "56K00",
        "A read of the format <format> cannot be divided by predicates.";
    CONNECT_INVALID_PLAN_PYTHON_UDT_MISSING_FIELDS = "CONNECT_INVALID_PLAN.PYTHON_UDT_MISSING_FIELDS", "56K00",
        "A user-defined type of Python needs python_class, serialized_python_class and sql_type.";
    CONNECT_INVALID_PLAN_SCHEMA_REQUIRED_FOR_LOCAL_RELATION = "CONNECT_INVALID_PLAN.SCHEMA_REQUIRED_FOR_LOCAL_RELATION", "56K00",
        "A LocalRelation without data needs a schema.";
    CONNECT_INVALID_PLAN_SET_OPERATION_MUST_HAVE_TWO_INPUTS = "CONNECT_INVALID_PLAN.SET_OPERATION_MUST_HAVE_TWO_INPUTS", "56K00",
        "A set operation has two inputs.";
    CONNECT_INVALID_PLAN_SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS = "CONNECT_INVALID_PLAN.SQL_COMMAND_EXPECTS_SQL_OR_WITH_RELATIONS", "56K00",
        "A SQL command holds SQL text or WithRelations over it, not <other>.";
    CONNECT_INVALID_PLAN_STRUCT_LITERAL_MISSING_DATA_TYPE = "CONNECT_INVALID_PLAN.STRUCT_LITERAL_MISSING_DATA_TYPE", "56K00",
        "Nothing says of which types the fields of the struct literal are.";
    CONNECT_INVALID_PLAN_UDT_JVM_CLASS_NOT_UDT = "CONNECT_INVALID_PLAN.UDT_JVM_CLASS_NOT_UDT", "56K00",
        "The class <jvmClass> is not known as a user-defined type.";
    CONNECT_INVALID_PLAN_UDT_TYPE_FIELD_INVALID = "CONNECT_INVALID_PLAN.UDT_TYPE_FIELD_INVALID", "56K00",
        "The field 'type' of a user-defined type is 'udt', not '<udtType>'.";
    CONNECT_INVALID_PLAN_UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME = "CONNECT_INVALID_PLAN.UNION_BY_NAME_ALLOW_MISSING_COL_REQUIRES_BY_NAME", "56K00",
        "A union can fill columns that one side lacks only when it pairs them by name.";
    CONNECT_INVALID_PLAN_UNKNOWN_ANALYZE_METHOD = "CONNECT_INVALID_PLAN.UNKNOWN_ANALYZE_METHOD", "56K00",
        "<other> is no question about a plan.";
    CONNECT_INVALID_PLAN_UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART = "CONNECT_INVALID_PLAN.UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART", "56K00",
        "A lambda's parameter has a name of at least one part.";
    CONNECT_INVALID_PLAN_UNRESOLVED_STAR_TARGET_INVALID = "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_TARGET_INVALID", "56K00",
        "The target of a star ends with '.*'; this one is <target>.";
    CONNECT_INVALID_PLAN_UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID = "CONNECT_INVALID_PLAN.UNRESOLVED_STAR_WITH_BOTH_TARGET_AND_PLAN_ID", "56K00",
        "A star has a target or a plan id, not both.";
    CONNECT_INVALID_PLAN_UNSUPPORTED_LITERAL_TYPE = "CONNECT_INVALID_PLAN.UNSUPPORTED_LITERAL_TYPE", "56K00",
        "Literals of the kind <typeInfo> have no meaning here.";
    CONNECT_INVALID_PLAN_UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME = "CONNECT_INVALID_PLAN.UPPER_BOUND_REQUIRED_IN_WINDOW_FRAME", "56K00",
        "The window frame lacks its upper bound.";
    CONNECT_INVALID_PLAN_USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN = "CONNECT_INVALID_PLAN.USING_COLUMNS_OR_JOIN_CONDITION_SET_IN_JOIN", "56K00",
        "A join has a condition or columns that both sides share, not both.";
    CONNECT_INVALID_PLAN_WINDOW_FUNCTION_REQUIRED = "CONNECT_INVALID_PLAN.WINDOW_FUNCTION_REQUIRED", "56K00",
        "The window lacks its function.";
    CONNECT_INVALID_PLAN_WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART = "CONNECT_INVALID_PLAN.WITH_COLUMNS_REQUIRE_SINGLE_NAME_PART", "56K00",
        "WithColumns names a column by one part, not by <got>.";
    CONVERSION_INVALID_INPUT = "CONVERSION_INVALID_INPUT", "22018",
        "The value <str> in the format <fmt> can't be converted to <targetType>, because it is malformed. <suggestion> gives NULL for such.";
    COUNTER_DIFF_NEGATIVE_COUNTER_VALUE = "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE", "22003",
        "<function> was given the counter <value>. Counters must not be negative.";
    COUNTER_DIFF_START_TIME_DECREASED = "COUNTER_DIFF_START_TIME_DECREASED", "22023",
        "<function> was given the start time <currentStartTime> behind <previousStartTime>. Start times must not go down.";
    CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION = "CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION", "42601",
        "An external table needs a LOCATION.";
    CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE = "CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE", "42601",
        "CREATE VIEW takes OR REPLACE or IF NOT EXISTS, not both.";
    DATATYPE_MISMATCH_ARRAY_FUNCTION_DIFF_TYPES = "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES", "42K09",
        "In <sqlExpr> the function <functionName> needs a <dataType> and an element of it, not <leftType> and <rightType>.";
    DATATYPE_MISMATCH_BINARY_ARRAY_DIFF_TYPES = "DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES", "42K09",
        "In <sqlExpr> the function <functionName> needs two of <arrayType> with the same elements, not <leftType> and <rightType>.";
    DATATYPE_MISMATCH_BINARY_OP_DIFF_TYPES = "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "42K09",
        "In <sqlExpr> the types do not fit: <left> and <right>.";
    DATATYPE_MISMATCH_BINARY_OP_WRONG_TYPE = "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", "42K09",
        "In <sqlExpr> the operator needs <inputType>, not <actualDataType>.";
    DATATYPE_MISMATCH_CANNOT_DROP_ALL_FIELDS = "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS", "42K09",
        "A struct keeps one field at least, so <sqlExpr> cannot be computed.";
    DATATYPE_MISMATCH_CAST_WITHOUT_SUGGESTION = "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09",
        "In <sqlExpr> a <srcType> cannot be cast to <targetType>.";
    DATATYPE_MISMATCH_CAST_WITH_CONF_SUGGESTION = "DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", "42K09",
        "In <sqlExpr> a <srcType> cannot be cast to <targetType> in ANSI mode; it can with <config> set to <configVal>.";
    DATATYPE_MISMATCH_CAST_WITH_FUNC_SUGGESTION = "DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", "42K09",
        "In <sqlExpr> a <srcType> cannot be cast to <targetType>; use <functionNames>.";
    DATATYPE_MISMATCH_CREATE_MAP_KEY_DIFF_TYPES = "DATATYPE_MISMATCH.CREATE_MAP_KEY_DIFF_TYPES", "42K09",
        "In <sqlExpr> the keys that <functionName> gets must be of one type, not <dataType>.";
    DATATYPE_MISMATCH_CREATE_MAP_VALUE_DIFF_TYPES = "DATATYPE_MISMATCH.CREATE_MAP_VALUE_DIFF_TYPES", "42K09",
        "In <sqlExpr> the values that <functionName> gets must be of one type, not <dataType>.";
    DATATYPE_MISMATCH_CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING = "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", "42K09",
        "In <sqlExpr> names of fields must be constant strings, not <inputExprs>.";
    DATATYPE_MISMATCH_DATA_DIFF_TYPES = "DATATYPE_MISMATCH.DATA_DIFF_TYPES", "42K09",
        "In <sqlExpr> the arguments of <functionName> must be of one type, not <dataType>.";
    DATATYPE_MISMATCH_FILTER_NOT_BOOLEAN = "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "42K09",
        "The condition <filter> is of the type <type>, not a boolean.";
    DATATYPE_MISMATCH_HASH_MAP_TYPE = "DATATYPE_MISMATCH.HASH_MAP_TYPE", "42K09",
        "In <sqlExpr> the function <functionName> cannot take maps, nor what has maps inside.";
    DATATYPE_MISMATCH_HASH_VARIANT_TYPE = "DATATYPE_MISMATCH.HASH_VARIANT_TYPE", "42K09",
        "The arguments of <functionName> hold variants, which have no hash.";
    DATATYPE_MISMATCH_INVALID_ARG_VALUE = "DATATYPE_MISMATCH.INVALID_ARG_VALUE", "42K09",
        "Can't resolve <sqlExpr>: the <inputName> must be <requireType> literal of <validValues>, not <inputValue>.";
    DATATYPE_MISMATCH_INVALID_JSON_SCHEMA = "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA", "42K09",
        "In <sqlExpr> the schema <schema> is no struct, array, map or variant.";
    DATATYPE_MISMATCH_INVALID_MAP_KEY_TYPE = "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE", "42K09",
        "In <sqlExpr> a key of a map cannot be of the type <keyType>.";
    DATATYPE_MISMATCH_INVALID_ORDERING_TYPE = "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "42K09",
        "In <sqlExpr> the function <functionName> needs values with an order, which <dataType> has not.";
    DATATYPE_MISMATCH_INVALID_XML_MAP_KEY_TYPE = "DATATYPE_MISMATCH.INVALID_XML_MAP_KEY_TYPE", "42K09",
        "Cannot resolve <sqlExpr> due to data type mismatch: <schema> has a MAP with keys other than STRING, which XML is not read as.";
    DATATYPE_MISMATCH_INVALID_XML_SCHEMA = "DATATYPE_MISMATCH.INVALID_XML_SCHEMA", "42K09",
        "Cannot resolve <sqlExpr> due to data type mismatch: <schema> is no type that XML is read as: it must be STRUCT or VARIANT.";
    DATATYPE_MISMATCH_IN_SUBQUERY_DATA_TYPE_MISMATCH = "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", "42K09",
        "In <sqlExpr> the columns <mismatchedColumns> do not fit: <leftType> and <rightType>.";
    DATATYPE_MISMATCH_IN_SUBQUERY_LENGTH_MISMATCH = "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "42K09",
        "In <sqlExpr> there are <leftLength> values, <leftColumns>, for the <rightLength> columns of the query, <rightColumns>.";
    DATATYPE_MISMATCH_MAP_CONCAT_DIFF_TYPES = "DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES", "42K09",
        "In <sqlExpr> the function <functionName> needs maps of one type, not <dataType>.";
    DATATYPE_MISMATCH_MAP_FUNCTION_DIFF_TYPES = "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES", "42K09",
        "In <sqlExpr> the function <functionName> needs a <dataType> and a key of it, not <leftType> and <rightType>.";
    DATATYPE_MISMATCH_NON_FOLDABLE_INPUT = "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", "42K09",
        "In <sqlExpr> the argument <inputName> must be a constant of the type <inputType>; <inputExpr> is none.";
    DATATYPE_MISMATCH_NON_STRING_TYPE = "DATATYPE_MISMATCH.NON_STRING_TYPE", "42K09",
        "In <sqlExpr> all arguments of <funcName> must be strings.";
    DATATYPE_MISMATCH_NON_STRUCT_TYPE = "DATATYPE_MISMATCH.NON_STRUCT_TYPE", "42K09",
        "In <sqlExpr> the input <inputName> must be a struct, but is <inputType>.";
    DATATYPE_MISMATCH_NULL_TYPE = "DATATYPE_MISMATCH.NULL_TYPE", "42K09",
        "In <sqlExpr> an argument of <functionName> is NULL without a type.";
    DATATYPE_MISMATCH_PARAMETER_CONSTRAINT_VIOLATION = "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION", "42K09",
        "In <sqlExpr>, <leftExprName> (<leftExprValue>) must be <constraint> <rightExprName> (<rightExprValue>).";
    DATATYPE_MISMATCH_RANGE_FRAME_INVALID_TYPE = "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE", "42K09",
        "<sqlExpr>: in an order by <orderSpecType> a distance cannot be of the type <valueBoundaryType>.";
    DATATYPE_MISMATCH_RANGE_FRAME_MULTI_ORDER = "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", "42K09",
        "<sqlExpr>: a frame that counts values needs an order by one expression, not by <orderSpec>.";
    DATATYPE_MISMATCH_RANGE_FRAME_WITHOUT_ORDER = "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", "42K09",
        "In <sqlExpr> a frame of values needs an order.";
    DATATYPE_MISMATCH_SEQUENCE_WRONG_INPUT_TYPES = "DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES", "42K09",
        "In <sqlExpr> the function <functionName> needs two of the type <startType> and a step of <stepType>, or all of <otherStartType>.";
    DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_DIFF_TYPES = "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES", "42K09",
        "<sqlExpr>: the bounds <lower> and <upper> are of the types <lowerType> and <upperType>.";
    DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_INVALID_BOUND = "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND", "42K09",
        "<sqlExpr>: a frame cannot go from <lower> to <upper>.";
    DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE = "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "42K09",
        "<sqlExpr>: the <location> bound is of the type <exprType>, but must be of <expectedType>.";
    DATATYPE_MISMATCH_SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON = "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", "42K09",
        "In <sqlExpr> the lower bound must be <comparison> the upper one.";
    DATATYPE_MISMATCH_STACK_COLUMN_DIFF_TYPES = "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES", "42K09",
        "In <sqlExpr> the column <columnIndex> has the type <leftType> by argument <leftParamIndex> and <rightType> by argument <rightParamIndex>.";
    DATATYPE_MISMATCH_TYPE_CHECK_FAILURE_WITH_HINT = "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", "42K09",
        "Cannot resolve <sqlExpr> because of its types: <msg><hint>.";
    DATATYPE_MISMATCH_UNEXPECTED_INPUT_TYPE = "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09",
        "In <sqlExpr> the <paramIndex> argument must be of the type <requiredType>; <inputSql> is of the type <inputType>.";
    DATATYPE_MISMATCH_UNEXPECTED_NULL = "DATATYPE_MISMATCH.UNEXPECTED_NULL", "42K09",
        "Cannot resolve <sqlExpr>: <exprName> must not be NULL.";
    DATATYPE_MISMATCH_UNSUPPORTED_INPUT_TYPE = "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE", "42K09",
        "In <sqlExpr> the function <functionName> cannot have the type <dataType>.";
    DATATYPE_MISMATCH_VALUE_OUT_OF_RANGE = "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09",
        "In <sqlExpr> the argument <exprName> must be in <valueRange>, not <currentValue>.";
    DATATYPE_MISSING_SIZE = "DATATYPE_MISSING_SIZE", "42K01",
        "The type <type> needs a length: <type>(5).";
    DATA_SOURCE_NOT_FOUND = "DATA_SOURCE_NOT_FOUND", "42K02",
        "There is no data source <provider>.";
    DATETIME_FIELD_OUT_OF_BOUNDS_WITHOUT_SUGGESTION = "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", "22023",
        "<rangeMessage>.";
    DATETIME_OVERFLOW = "DATETIME_OVERFLOW", "22008",
        "The result is out of range: <operation>.";
    DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION = "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003",
        "A decimal of <precision> digits is wider than the widest, <maxPrecision>.";
    DECIMAL_SCALE_EXCEEDS_PRECISION = "DECIMAL_SCALE_EXCEEDS_PRECISION", "22003",
        "A decimal of <precision> digits cannot have <scale> of them after the point.";
    DESCRIBE_JSON_NOT_EXTENDED = "DESCRIBE_JSON_NOT_EXTENDED", "0A000",
        "Only DESCRIBE EXTENDED <tableName> goes with AS JSON.";
    DISTINCT_WINDOW_FUNCTION_UNSUPPORTED = "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", "0A000",
        "DISTINCT is not supported over windows: <windowExpr>.";
    DIVIDE_BY_ZERO = "DIVIDE_BY_ZERO", "22012",
        "A number is divided by zero; try_divide gives NULL instead, and so does <config> set to false.";
    DUPLICATED_CTE_NAMES = "DUPLICATED_CTE_NAMES", "42602",
        "WITH names more than one query <duplicateNames>.";
    DUPLICATED_MAP_KEY = "DUPLICATED_MAP_KEY", "23505",
        "The key <key> is there more than once. With <mapKeyDedupPolicy> set to LAST_WIN the last one counts.";
    DUPLICATED_METRICS_NAME = "DUPLICATED_METRICS_NAME", "42710",
        "Two observations are called <metricName>.";
    DUPLICATE_CLAUSES = "DUPLICATE_CLAUSES", "42614",
        "The clause <clauseName> is written more than once.";
    DUPLICATE_KEY = "DUPLICATE_KEY", "23505",
        "The key <keyColumn> is given more than once.";
    DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT_BOTH_POSITIONAL_AND_NAMED = "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED", "4274K",
        "The parameter <parameterName> of <routineName> is given twice, by position and by name.";
    DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT_DOUBLE_NAMED_ARGUMENT_REFERENCE = "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE", "4274K",
        "The parameter <parameterName> of <routineName> is given twice.";
    EMPTY_JSON_FIELD_VALUE = "EMPTY_JSON_FIELD_VALUE", "42604",
        "An empty string is no <dataType>.";
    EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE = "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE", "0A000",
        "Files of <format> cannot be written without columns.";
    ENCODER_NOT_FOUND = "ENCODER_NOT_FOUND", "42704",
        "The type <typeName> has no form as a type of SQL: use one of those that <docroot> lists.";
    EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN = "EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN", "42K09",
        "The event time of a watermark is a column of its own, and <eventExpr> is a field inside of one.";
    EXCEPT_OVERLAPPING_COLUMNS = "EXCEPT_OVERLAPPING_COLUMNS", "42702",
        "The columns behind EXCEPT must not overlap: <columns>.";
    EXPECT_TABLE_NOT_VIEW_NO_ALTERNATIVE = "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "42809",
        "<operation> is for tables, but <viewName> is a view.";
    EXPRESSION_DECODING_FAILED = "EXPRESSION_DECODING_FAILED", "42846",
        "A row cannot become a value of the program: <expressions>.";
    EXPRESSION_ENCODING_FAILED = "EXPRESSION_ENCODING_FAILED", "42846",
        "A value of the program cannot become a row: <expressions>.";
    EXPRESSION_TYPE_IS_NOT_ORDERABLE = "EXPRESSION_TYPE_IS_NOT_ORDERABLE", "42822",
        "The expression <expr> is of type <exprType>, whose values have no order.";
    FAILED_EXECUTE_UDF = "FAILED_EXECUTE_UDF", "39000",
        "The function <functionName> of the user (<signature>) => <result> failed: <reason>.";
    FAILED_FUNCTION_CALL = "FAILED_FUNCTION_CALL", "38000",
        "The function <funcName> can't be prepared: check its arguments.";
    FAILED_READ_FILE_CANNOT_READ_FILE_FOOTER = "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", "KD001",
        "Reading the file <path> failed: it has no footer that can be read, so it is damaged or of another format.";
    FAILED_READ_FILE_FILE_NOT_EXIST = "FAILED_READ_FILE.FILE_NOT_EXIST", "KD001",
        "Reading the file <path> failed: it is gone; refresh the table or make the DataFrame anew.";
    FAILED_READ_FILE_NO_HINT = "FAILED_READ_FILE.NO_HINT", "KD001",
        "Reading the file <path> failed.";
    FAILED_READ_FILE_PARQUET_COLUMN_DATA_TYPE_MISMATCH = "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", "KD001",
        "Reading the file <path> failed: its column <column> is <actualType>, from which no <expectedType> can be read.";
    FAILED_TO_PARSE_TOO_COMPLEX = "FAILED_TO_PARSE_TOO_COMPLEX", "54001",
        "The statement is nested too deeply or is too long to be parsed; split it into several.";
    FIELD_NOT_FOUND = "FIELD_NOT_FOUND", "42704",
        "There is no field <fieldName> among <fields>.";
    GROUPING_COLUMN_MISMATCH = "GROUPING_COLUMN_MISMATCH", "42803",
        "The column of grouping, <grouping>, is not one of those grouped by, <groupingColumns>.";
    GROUPING_ID_COLUMN_MISMATCH = "GROUPING_ID_COLUMN_MISMATCH", "42803",
        "The columns of grouping_id, <groupingIdColumn>, are not those grouped by, <groupByColumns>.";
    GROUP_BY_AGGREGATE = "GROUP_BY_AGGREGATE", "42903",
        "GROUP BY cannot have aggregates such as <sqlExpr>.";
    GROUP_BY_POS_AGGREGATE = "GROUP_BY_POS_AGGREGATE", "42903",
        "GROUP BY <index> means <aggExpr>, which aggregates.";
    GROUP_BY_POS_OUT_OF_RANGE = "GROUP_BY_POS_OUT_OF_RANGE", "42805",
        "GROUP BY <index> is outside of the SELECT list, which has <size> columns.";
    GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE = "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", "42822",
        "Rows cannot be grouped by <sqlExpr>, whose type <dataType> has no order.";
    HINT_NEEDS_A_NUMBER = "_LEGACY_ERROR_TEMP_1048", "42000",
        "The hint <hintName> takes one number of partitions.";
    HINT_PARAMETERS_ARE_WRONG = "_LEGACY_ERROR_TEMP_1047", "42000",
        "The hint <hintName> takes a number and columns, not <invalidParams>.";
    HLL_INVALID_INPUT_SKETCH_BUFFER = "HLL_INVALID_INPUT_SKETCH_BUFFER", "22546",
        "<function> was given bytes that are not an HLL sketch, as hll_sketch_agg makes them.";
    HLL_INVALID_LG_K = "HLL_INVALID_LG_K", "22546",
        "lgConfigK of <function> must be from <min> to <max>, but is <value>.";
    HLL_K_MUST_BE_CONSTANT = "HLL_K_MUST_BE_CONSTANT", "42K0E",
        "K of <function> must be a constant.";
    HLL_UNION_DIFFERENT_LG_K = "HLL_UNION_DIFFERENT_LG_K", "22000",
        "<function> was given sketches whose lgConfigK are <left> and <right>. Set allowDifferentLgConfigK to true to unite them.";
    IDENTIFIER_TOO_MANY_NAME_PARTS = "IDENTIFIER_TOO_MANY_NAME_PARTS", "42601",
        "The name <identifier> has more parts than the <limit> allowed.";
    IDENTITY_COLUMNS_ILLEGAL_STEP = "IDENTITY_COLUMNS_ILLEGAL_STEP", "42611",
        "An identity column cannot go in steps of 0.";
    ILLEGAL_DAY_OF_WEEK = "ILLEGAL_DAY_OF_WEEK", "22009",
        "There is no day of the week <string>.";
    INCOMPARABLE_PIVOT_COLUMN = "INCOMPARABLE_PIVOT_COLUMN", "42818",
        "Values of the pivot column <columnName> cannot be compared.";
    INCOMPATIBLE_COLUMN_TYPE = "INCOMPATIBLE_COLUMN_TYPE", "42825",
        "In <operator> the <columnOrdinalNumber> columns do not fit: <dataType1> and, <tableOrdinalNumber>, <dataType2><hint>.";
    INCOMPATIBLE_DATA_FOR_TABLE_CANNOT_FIND_DATA = "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA", "KD000",
        "The data has nothing for the column <colName> of the table <tableName>.";
    INCOMPATIBLE_DATA_FOR_TABLE_CANNOT_SAFELY_CAST = "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", "KD000",
        "The column <colName> of the table <tableName> has the type <targetType>, to which <srcType> is not converted on writing.";
    INCOMPATIBLE_DATA_FOR_TABLE_EXTRA_COLUMNS = "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", "KD000",
        "The table <tableName> has no columns for <extraColumns> of the data.";
    INCOMPATIBLE_JOIN_TYPES = "INCOMPATIBLE_JOIN_TYPES", "42613",
        "The join types <joinType1> and <joinType2> do not go together.";
    INCOMPLETE_TYPE_DEFINITION_ARRAY = "INCOMPLETE_TYPE_DEFINITION.ARRAY", "42K01",
        "The type ARRAY needs that of its elements: ARRAY<elementType>.";
    INCOMPLETE_TYPE_DEFINITION_MAP = "INCOMPLETE_TYPE_DEFINITION.MAP", "42K01",
        "The type MAP needs those of its keys and values.";
    INCOMPLETE_TYPE_DEFINITION_STRUCT = "INCOMPLETE_TYPE_DEFINITION.STRUCT", "42K01",
        "The type STRUCT needs its fields.";
    INCONSISTENT_BEHAVIOR_CROSS_VERSION_DATETIME_PATTERN_RECOGNITION = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION", "42K0B",
        "The pattern <pattern> is one of Spark before 3.0; set <config> to \"LEGACY\", or see <docroot>/sql-ref-datetime-pattern.html for what it is now.";
    INCONSISTENT_BEHAVIOR_CROSS_VERSION_DATETIME_WEEK_BASED_PATTERN = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", "42K0B",
        "The letter <c> counts by weeks, which patterns no longer do since Spark 3.0; EXTRACT does.";
    INCONSISTENT_BEHAVIOR_CROSS_VERSION_PARSE_DATETIME_BY_NEW_PARSER = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER", "42K0B",
        "The text <datetime> can be read only as Spark before 3.0 did; set <config> to \"LEGACY\" for that, or to \"CORRECTED\" to take it as no date or time.";
    INSERT_COLUMN_ARITY_MISMATCH_NOT_ENOUGH_DATA_COLUMNS = "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", "21S01",
        "The table <tableName> has the columns <tableColumns>, the data fewer: <dataColumns>.";
    INSERT_COLUMN_ARITY_MISMATCH_TOO_MANY_DATA_COLUMNS = "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS", "21S01",
        "The table <tableName> has the columns <tableColumns>, the data more: <dataColumns>.";
    INTERNAL_ERROR = "INTERNAL_ERROR", "XX000",
        "<message>";
    INTERVAL_ARITHMETIC_OVERFLOW_WITHOUT_SUGGESTION = "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "22015",
        "The interval is too large.";
    INTERVAL_ARITHMETIC_OVERFLOW_WITH_SUGGESTION = "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "22015",
        "The interval is too large. <functionName> gives NULL instead.";
    INTERVAL_DIVIDED_BY_ZERO = "INTERVAL_DIVIDED_BY_ZERO", "22012",
        "An interval is divided by zero; try_divide gives NULL instead.";
    INVALID_AGGREGATE_FILTER_NOT_BOOLEAN = "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", "42903",
        "The condition <filterExpr> of FILTER is no boolean.";
    INVALID_ARRAY_INDEX = "INVALID_ARRAY_INDEX", "22003",
        "An array of <arraySize> elements has none at <indexValue>; get() gives NULL instead.";
    INVALID_ARRAY_INDEX_IN_ELEMENT_AT = "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "22003",
        "An array of <arraySize> elements has none at <indexValue>; try_element_at gives NULL instead.";
    INVALID_ARTIFACT_PATH = "INVALID_ARTIFACT_PATH", "22023",
        "<name> is no name of an artifact: it must be a path inside of a folder for artifacts.";
    INVALID_ATTRIBUTE_NAME_SYNTAX = "INVALID_ATTRIBUTE_NAME_SYNTAX", "42601",
        "The name <name> is not valid: backticks must come in pairs around whole parts, and no part may be empty.";
    INVALID_BITMAP_POSITION = "INVALID_BITMAP_POSITION", "22003",
        "A bitmap of <bitmapNumBytes> bytes has <bitmapNumBits> bits, none of which is <bitPosition>, counted from 0.";
    INVALID_BOOLEAN_STATEMENT = "INVALID_BOOLEAN_STATEMENT", "22546",
        "A condition is expected here, but this is none: <invalidStatement>.";
    INVALID_BUCKET_COUNT = "INVALID_BUCKET_COUNT", "22003",
        "A table has from 1 to <bucketingMaxBuckets> buckets, not <numBuckets>.";
    INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_ALREADY_CLOSED = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_CLOSED", "42K04",
        "A session cannot be cloned as <targetSessionId>: a session of that id has ended.";
    INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_ALREADY_EXISTS = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS", "42K04",
        "A session cannot be cloned as <targetSessionId>: there is a session of that id.";
    INVALID_CLONE_SESSION_REQUEST_TARGET_SESSION_ID_FORMAT = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_FORMAT", "42K04",
        "A session cannot be cloned as <targetSessionId>: that is no UUID in its text form.";
    INVALID_COLUMN_OR_FIELD_DATA_TYPE = "INVALID_COLUMN_OR_FIELD_DATA_TYPE", "42000",
        "The column or field <name> is of the type <type>, which cannot become <expectedType>.";
    INVALID_CONF_VALUE_REQUIREMENT = "INVALID_CONF_VALUE.REQUIREMENT", "22022",
        "The value <confValue> does not fit the configuration key <confName>: <confRequirement>.";
    INVALID_CONF_VALUE_TIME_ZONE = "INVALID_CONF_VALUE.TIME_ZONE", "22022",
        "The value <confValue> of the configuration key <confName> is no time zone.";
    INVALID_CORRUPT_RECORD_TYPE = "INVALID_CORRUPT_RECORD_TYPE", "42804",
        "The column <columnName> of corrupt records is a nullable string, not <actualType>.";
    INVALID_CURSOR_DISCONNECTED = "INVALID_CURSOR.DISCONNECTED", "HY109",
        "The cursor is invalid. The server has disconnected it.";
    INVALID_CURSOR_NOT_REATTACHABLE = "INVALID_CURSOR.NOT_REATTACHABLE", "HY109",
        "The cursor is invalid. The operation was not started as one to come back to.";
    INVALID_CURSOR_POSITION_NOT_AVAILABLE = "INVALID_CURSOR.POSITION_NOT_AVAILABLE", "HY109",
        "The cursor is invalid. The response <responseId> has been released.";
    INVALID_CURSOR_POSITION_NOT_FOUND = "INVALID_CURSOR.POSITION_NOT_FOUND", "HY109",
        "The cursor is invalid. There is no response <responseId>.";
    INVALID_DATETIME_PATTERN_ILLEGAL_CHARACTER = "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", "22007",
        "The pattern <pattern> has the letter <c>, which means nothing.";
    INVALID_DATETIME_PATTERN_LENGTH = "INVALID_DATETIME_PATTERN.LENGTH", "22007",
        "The pattern <pattern> has a letter too often or never ends.";
    INVALID_DATETIME_PATTERN_SECONDS_FRACTION = "INVALID_DATETIME_PATTERN.SECONDS_FRACTION", "22007",
        "The pattern has no fraction of the second that can have any length.";
    INVALID_DATETIME_PATTERN_WITH_SUGGESTION = "INVALID_DATETIME_PATTERN.WITH_SUGGESTION", "22007",
        "The pattern <pattern> is none; <docroot>/sql-ref-datetime-pattern.html tells how they are made.";
    INVALID_DELIMITER_VALUE_DELIMITER_LONGER_THAN_EXPECTED = "INVALID_DELIMITER_VALUE.DELIMITER_LONGER_THAN_EXPECTED", "42602",
        "The delimiter <str> is more than one character.";
    INVALID_DELIMITER_VALUE_EMPTY_STRING = "INVALID_DELIMITER_VALUE.EMPTY_STRING", "42602",
        "The delimiter cannot be empty.";
    INVALID_DELIMITER_VALUE_SINGLE_BACKSLASH = "INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH", "42602",
        "A single backslash is no delimiter; write two.";
    INVALID_DELIMITER_VALUE_UNSUPPORTED_SPECIAL_CHARACTER = "INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER", "42602",
        "The delimiter <str> is no escape that is known.";
    INVALID_EMPTY_LOCATION = "INVALID_EMPTY_LOCATION", "42K05",
        "A location cannot be empty, as '<location>' is.";
    INVALID_ESC = "INVALID_ESC", "42604",
        "The escape <invalidEscape> is not one character.";
    INVALID_ESCAPE_CHAR = "INVALID_ESCAPE_CHAR", "42604",
        "The escape <sqlExpr> must be a string of one character.";
    INVALID_EXTRACT_BASE_FIELD_TYPE = "INVALID_EXTRACT_BASE_FIELD_TYPE", "42000",
        "Nothing can be taken out of <base>, which is of the type <other>: no struct, array or map.";
    INVALID_EXTRACT_FIELD = "INVALID_EXTRACT_FIELD", "42601",
        "The field <field> cannot be extracted from <expr>.";
    INVALID_EXTRACT_FIELD_TYPE = "INVALID_EXTRACT_FIELD_TYPE", "42000",
        "The name of a field must be a constant string, not <extraction>.";
    INVALID_FORMAT_CONT_THOUSANDS_SEPS = "INVALID_FORMAT.CONT_THOUSANDS_SEPS", "42601",
        "The format <format> is invalid: there must be digits between separators of thousands.";
    INVALID_FORMAT_CUR_MUST_BEFORE_DEC = "INVALID_FORMAT.CUR_MUST_BEFORE_DEC", "42601",
        "The format <format> is invalid: currency signs stand before the point.";
    INVALID_FORMAT_CUR_MUST_BEFORE_DIGIT = "INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT", "42601",
        "The format <format> is invalid: currency signs stand before digits.";
    INVALID_FORMAT_EMPTY = "INVALID_FORMAT.EMPTY", "42601",
        "The format <format> is invalid: it is empty.";
    INVALID_FORMAT_ESC_AT_THE_END = "INVALID_FORMAT.ESC_AT_THE_END", "42601",
        "The format <format> is invalid: the escape character must not end it.";
    INVALID_FORMAT_ESC_IN_THE_MIDDLE = "INVALID_FORMAT.ESC_IN_THE_MIDDLE", "42601",
        "The format <format> is invalid: the escape character must not stand before <char>.";
    INVALID_FORMAT_MISMATCH_INPUT = "INVALID_FORMAT.MISMATCH_INPUT", "42601",
        "The format <format> is invalid for the input <inputType> <input>.";
    INVALID_FORMAT_THOUSANDS_SEPS_MUST_BEFORE_DEC = "INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC", "42601",
        "The format <format> is invalid: separators of thousands stand before the point.";
    INVALID_FORMAT_UNEXPECTED_TOKEN = "INVALID_FORMAT.UNEXPECTED_TOKEN", "42601",
        "The format <format> is invalid: <token> is not where it can be in [MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S].";
    INVALID_FORMAT_WRONG_NUM_DIGIT = "INVALID_FORMAT.WRONG_NUM_DIGIT", "42601",
        "The format <format> is invalid: it has no digit.";
    INVALID_FORMAT_WRONG_NUM_TOKEN = "INVALID_FORMAT.WRONG_NUM_TOKEN", "42601",
        "The format <format> is invalid: it has more than one <token>.";
    INVALID_FRACTION_OF_SECOND = "INVALID_FRACTION_OF_SECOND", "22023",
        "A second is below 60, or 60 without a fraction, and not <secAndMicros>.";
    INVALID_HANDLE_FORMAT = "INVALID_HANDLE.FORMAT", "HY000",
        "The handle <handle> is invalid. It must be a UUID in its text form.";
    INVALID_HANDLE_OPERATION_ABANDONED = "INVALID_HANDLE.OPERATION_ABANDONED", "HY000",
        "The handle <handle> is invalid. The operation was removed, because nobody asked for it.";
    INVALID_HANDLE_OPERATION_ALREADY_EXISTS = "INVALID_HANDLE.OPERATION_ALREADY_EXISTS", "HY000",
        "The handle <handle> is invalid. There is an operation of that id.";
    INVALID_HANDLE_OPERATION_NOT_FOUND = "INVALID_HANDLE.OPERATION_NOT_FOUND", "HY000",
        "The handle <handle> is invalid. There is no operation of that id.";
    INVALID_HANDLE_SESSION_CHANGED = "INVALID_HANDLE.SESSION_CHANGED", "HY000",
        "The handle <handle> is invalid. The server has been started anew since: connect again.";
    INVALID_HANDLE_SESSION_CLOSED = "INVALID_HANDLE.SESSION_CLOSED", "HY000",
        "The handle <handle> is invalid. The session has ended.";
    INVALID_HANDLE_SESSION_NOT_FOUND = "INVALID_HANDLE.SESSION_NOT_FOUND", "HY000",
        "The handle <handle> is invalid. There is no session of that id.";
    INVALID_IDENTIFIER = "INVALID_IDENTIFIER", "42602",
        "The name <ident> is not valid without quotes; put it in backquotes.";
    INVALID_INDEX_OF_ZERO = "INVALID_INDEX_OF_ZERO", "22003",
        "The index 0 means nothing: the first element is 1, the last -1.";
    INVALID_INLINE_TABLE_INCOMPATIBLE_TYPES_IN_INLINE_TABLE = "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", "42000",
        "The values of the column <colName> of the inline table do not fit together.";
    INVALID_INLINE_TABLE_ROWS = "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", "42000",
        "VALUES has rows of <expectedNumCols> columns, but row <rowIndex> has <actualNumCols>.";
    INVALID_INTERVAL_FORMAT_ARITHMETIC_EXCEPTION = "INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION", "22006",
        "The interval <input> is out of range.";
    INVALID_INTERVAL_FORMAT_INPUT_IS_EMPTY = "INVALID_INTERVAL_FORMAT.INPUT_IS_EMPTY", "22006",
        "The interval <input> is empty.";
    INVALID_INTERVAL_FORMAT_INPUT_IS_NULL = "INVALID_INTERVAL_FORMAT.INPUT_IS_NULL", "22006",
        "The interval is NULL.";
    INVALID_INTERVAL_FORMAT_INTERVAL_PARSING = "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "22006",
        "A number of the <interval> interval '<input>' is out of range.";
    INVALID_INTERVAL_FORMAT_INVALID_FRACTION = "INVALID_INTERVAL_FORMAT.INVALID_FRACTION", "22006",
        "The interval <input> has a fraction, <unit>, where only seconds have one.";
    INVALID_INTERVAL_FORMAT_INVALID_PRECISION = "INVALID_INTERVAL_FORMAT.INVALID_PRECISION", "22006",
        "The interval <input> has more than nine digits of a second at <value>.";
    INVALID_INTERVAL_FORMAT_INVALID_PREFIX = "INVALID_INTERVAL_FORMAT.INVALID_PREFIX", "22006",
        "The interval <input> does not start with a number or with the word interval: <prefix>.";
    INVALID_INTERVAL_FORMAT_INVALID_UNIT = "INVALID_INTERVAL_FORMAT.INVALID_UNIT", "22006",
        "The interval <input> has no known unit at <unit>.";
    INVALID_INTERVAL_FORMAT_INVALID_VALUE = "INVALID_INTERVAL_FORMAT.INVALID_VALUE", "22006",
        "The interval <input> has no number at <value>.";
    INVALID_INTERVAL_FORMAT_MISSING_NUMBER = "INVALID_INTERVAL_FORMAT.MISSING_NUMBER", "22006",
        "The interval <input> lacks a number before <word>.";
    INVALID_INTERVAL_FORMAT_MISSING_UNIT = "INVALID_INTERVAL_FORMAT.MISSING_UNIT", "22006",
        "The interval <input> lacks a unit after <word>.";
    INVALID_INTERVAL_FORMAT_UNMATCHED_FORMAT_STRING = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING", "22006",
        "The interval <input> has not the form <supportedFormat> of <intervalStr>.";
    INVALID_INTERVAL_FORMAT_UNMATCHED_FORMAT_STRING_WITH_NOTICE = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE", "22006",
        "The interval <input> has not the form <supportedFormat> of <intervalStr><typeName>.";
    INVALID_INTERVAL_FORMAT_UNRECOGNIZED_NUMBER = "INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER", "22006",
        "The interval <input> has no number at <number>.";
    INVALID_INTERVAL_FORMAT_UNSUPPORTED_FROM_TO_EXPRESSION = "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", "22006",
        "No interval <input> goes from <from> to <to>.";
    INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION = "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION", "22006",
        "An interval with a part shorter than a day cannot be added to a date; cast the date to a timestamp first.";
    INVALID_JSON_DATA_TYPE = "INVALID_JSON_DATA_TYPE", "2203G",
        "The JSON <invalidType> is no schema.";
    INVALID_JSON_RECORD_TYPE = "INVALID_JSON_RECORD_TYPE", "22023",
        "A schema cannot be inferred in the mode <failFastMode>: a record should be a STRUCT, and one is <invalidType>.";
    INVALID_JSON_ROOT_FIELD = "INVALID_JSON_ROOT_FIELD", "22032",
        "The root of a JSON text does not fit the type that is asked for.";
    INVALID_JSON_SCHEMA_MAP_TYPE = "INVALID_JSON_SCHEMA_MAP_TYPE", "22032",
        "The schema <jsonSchema> may have maps with keys of type STRING only.";
    INVALID_LAMBDA_FUNCTION_CALL_NON_HIGHER_ORDER_FUNCTION = "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION", "42K0D",
        "The function <class> takes no lambda.";
    INVALID_LAMBDA_FUNCTION_CALL_NUM_ARGS_MISMATCH = "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH", "42K0D",
        "The lambda has <expectedNumArgs> parameters, and gets <actualNumArgs>.";
    INVALID_LATERAL_JOIN_TYPE = "INVALID_LATERAL_JOIN_TYPE", "42613",
        "LATERAL does not go with a <joinType> JOIN, whose right side cannot depend on the left.";
    INVALID_LIMIT_LIKE_EXPRESSION_DATA_TYPE = "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", "42K0E",
        "LIMIT, OFFSET or the like needs a whole number; <expr> is of the type <dataType>.";
    INVALID_LIMIT_LIKE_EXPRESSION_IS_NEGATIVE = "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "42K0E",
        "LIMIT, OFFSET or the like needs a number from 0 up; <expr> of <name> is <v>.";
    INVALID_LIMIT_LIKE_EXPRESSION_IS_NULL = "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", "42K0E",
        "LIMIT, OFFSET or the like needs a number; <expr> of <name> is NULL.";
    INVALID_LIMIT_LIKE_EXPRESSION_IS_UNFOLDABLE = "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", "42K0E",
        "LIMIT, OFFSET or the like needs a constant; <expr> of <name> is none.";
    INVALID_NUMERIC_LITERAL_RANGE = "INVALID_NUMERIC_LITERAL_RANGE", "22003",
        "The literal <rawStrippedQualifier> is outside of the range of <typeName>, from <minValue> to <maxValue>.";
    INVALID_OBSERVED_METRICS_AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED = "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", "42K0E",
        "Observed metrics take no DISTINCT: <expr>.";
    INVALID_OBSERVED_METRICS_AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED = "INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", "42K0E",
        "Observed metrics take no FILTER: <expr>.";
    INVALID_OBSERVED_METRICS_MISSING_NAME = "INVALID_OBSERVED_METRICS.MISSING_NAME", "42K0E",
        "Observed metrics need a name: <operator>.";
    INVALID_OBSERVED_METRICS_NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE = "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", "42K0E",
        "The column <expr> can be observed only inside an aggregate function.";
    INVALID_OBSERVED_METRICS_NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC = "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC", "42K0E",
        "The random expression <expr> can be observed only inside an aggregate function.";
    INVALID_OBSERVED_METRICS_WINDOW_EXPRESSIONS_UNSUPPORTED = "INVALID_OBSERVED_METRICS.WINDOW_EXPRESSIONS_UNSUPPORTED", "42K0E",
        "Observed metrics take no window functions: <expr>.";
    INVALID_OPTIONS_NON_MAP_FUNCTION = "INVALID_OPTIONS.NON_MAP_FUNCTION", "42K06",
        "Options are written with the function map().";
    INVALID_OPTIONS_NON_STRING_TYPE = "INVALID_OPTIONS.NON_STRING_TYPE", "42K06",
        "Keys and values of options must be of type STRING, but the map is <mapType>.";
    INVALID_PARAMETER_VALUE_AES_CRYPTO_ERROR = "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR", "22023",
        "<functionName> can't do it with <parameter>: <detailMessage>";
    INVALID_PARAMETER_VALUE_AES_IV_LENGTH = "INVALID_PARAMETER_VALUE.AES_IV_LENGTH", "22023",
        "The parameter <parameter> of <functionName> must have 16 bytes for CBC and 12 for GCM, not <actualLength> for <mode>.";
    INVALID_PARAMETER_VALUE_AES_KEY_LENGTH = "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH", "22023",
        "The parameter <parameter> of <functionName> must have 16, 24 or 32 bytes, not <actualLength>.";
    INVALID_PARAMETER_VALUE_BINARY_FORMAT = "INVALID_PARAMETER_VALUE.BINARY_FORMAT", "22023",
        "The value of the parameter <parameter> in <functionName> is invalid: a form of bytes is 'base64', 'hex' or 'utf-8', and not <invalidFormat>.";
    INVALID_PARAMETER_VALUE_BIT_POSITION_RANGE = "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", "22023",
        "<parameter> of <functionName> must be from 0 to below <upper>, not <invalidValue>.";
    INVALID_PARAMETER_VALUE_CHARSET = "INVALID_PARAMETER_VALUE.CHARSET", "22023",
        "The value of <parameter> in <functionName> must be one of <charsets>, but is <charset>.";
    INVALID_PARAMETER_VALUE_DATETIME_UNIT = "INVALID_PARAMETER_VALUE.DATETIME_UNIT", "22023",
        "The value of the parameter <parameter> in <functionName> is invalid: a unit without quotes, such as YEAR or DAY, and not <invalidValue>.";
    INVALID_PARAMETER_VALUE_EXTENSION = "INVALID_PARAMETER_VALUE.EXTENSION", "22023",
        "The value of parameter <parameter> in <functionName> is invalid: <invalidValue> is no extension of exactly three letters.";
    INVALID_PARAMETER_VALUE_HMAC_ALGORITHM = "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM", "22023",
        "The parameter <parameter> of <functionName> must be one of the algorithms SHA-224, SHA-256, SHA-384, SHA-512, SHA-1 and MD5, not <algorithm>.";
    INVALID_PARAMETER_VALUE_HMAC_CRYPTO_ERROR = "INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR", "22023",
        "The parameter <parameter> of <functionName> does not work: <detailMessage>.";
    INVALID_PARAMETER_VALUE_INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID = "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID", "22023",
        "An interruption of an operation needs its id: <parameter> of <functionName>.";
    INVALID_PARAMETER_VALUE_INTERRUPT_TYPE_TAG_REQUIRES_TAG = "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_TAG_REQUIRES_TAG", "22023",
        "An interruption by tag needs a tag: <parameter> of <functionName>.";
    INVALID_PARAMETER_VALUE_LENGTH = "INVALID_PARAMETER_VALUE.LENGTH", "22023",
        "A <parameter> of <functionName> cannot be <length>.";
    INVALID_PARAMETER_VALUE_LONG = "INVALID_PARAMETER_VALUE.LONG", "22023",
        "The parameter <parameter> of <functionName> must be a constant of the type BIGINT, not <invalidValue>.";
    INVALID_PARAMETER_VALUE_PATTERN = "INVALID_PARAMETER_VALUE.PATTERN", "22023",
        "The parameter <parameter> of <functionName> is no valid pattern: <value>.";
    INVALID_PARAMETER_VALUE_REGEX_GROUP_INDEX = "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", "22023",
        "The parameter <parameter> of <functionName> must be a group between 0 and <groupCount>, not <groupIndex>.";
    INVALID_PARAMETER_VALUE_START = "INVALID_PARAMETER_VALUE.START", "22023",
        "A <parameter> of <functionName> cannot be <start>.";
    INVALID_PARAMETER_VALUE_ZERO_INDEX = "INVALID_PARAMETER_VALUE.ZERO_INDEX", "22023",
        "The value of the parameter <parameter> in <functionName> is invalid: arguments are counted from %1$ on, there is no %0$.";
    INVALID_PARTITION_OPERATION_PARTITION_SCHEMA_IS_EMPTY = "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", "42601",
        "The table <name> has no partitions to work on.";
    INVALID_PARTITION_VALUE = "INVALID_PARTITION_VALUE", "42846",
        "The value <value> of the partition column <columnName> is no <dataType>.";
    INVALID_PROPERTY_KEY = "INVALID_PROPERTY_KEY", "42602",
        "<key> cannot be the key of a setting; put it in backquotes: SET <key>=<value>.";
    INVALID_PROPERTY_VALUE = "INVALID_PROPERTY_VALUE", "42602",
        "<value> cannot be the value of a setting; put it in backquotes: SET <key>=<value>.";
    INVALID_QUERY_MIXED_QUERY_PARAMETERS = "INVALID_QUERY_MIXED_QUERY_PARAMETERS", "42613",
        "A query takes arguments by position or by name, not both.";
    INVALID_RECURSIVE_CTE = "INVALID_RECURSIVE_CTE", "42836",
        "A recursive query must be a UNION whose first side does not mention it.";
    INVALID_RECURSIVE_REFERENCE_PLACE = "INVALID_RECURSIVE_REFERENCE.PLACE", "42836",
        "A recursive query cannot refer to itself in an aggregate, a window, or the side of a join that nulls are added for.";
    INVALID_REGEXP_REPLACE = "INVALID_REGEXP_REPLACE", "22023",
        "The replacement \"<replacement>\" can't stand for matches of \"<pattern>\" in \"<source>\", from position <position> on.";
    INVALID_RESET_COMMAND_FORMAT = "INVALID_RESET_COMMAND_FORMAT", "42000",
        "RESET takes one key at most; a key with blanks is written in backquotes.";
    INVALID_SAVE_MODE = "INVALID_SAVE_MODE", "42000",
        "The save mode <mode> is none of \"append\", \"overwrite\", \"ignore\", \"error\", \"errorifexists\" and \"default\".";
    INVALID_SCHEMA_NON_STRING_LITERAL = "INVALID_SCHEMA.NON_STRING_LITERAL", "42K07",
        "The schema <inputSchema> is no constant string.";
    INVALID_SCHEMA_NON_STRUCT_TYPE = "INVALID_SCHEMA.NON_STRUCT_TYPE", "42K07",
        "The schema <inputSchema> is of the type <dataType>, not a struct.";
    INVALID_SCHEMA_TYPE_NON_STRUCT = "INVALID_SCHEMA_TYPE_NON_STRUCT", "42K09",
        "A schema must be a struct, not <dataType>.";
    INVALID_SET_SYNTAX = "INVALID_SET_SYNTAX", "42000",
        "SET takes key, or key = value; put keys with special characters in backquotes, and values with them too.";
    INVALID_SQL_SYNTAX_ANALYZE_TABLE_UNEXPECTED_NOSCAN = "INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN", "42000",
        "After COMPUTE STATISTICS comes NOSCAN or nothing, not <ctx>.";
    INVALID_SQL_SYNTAX_EMPTY_IN_PREDICATE = "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", "42000",
        "IN needs at least one value between its parentheses.";
    INVALID_SQL_SYNTAX_EMPTY_PARTITION_VALUE = "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", "42000",
        "The partition column <partKey> needs a value here.";
    INVALID_SQL_SYNTAX_EMPTY_QUANTIFIED_PATTERN = "INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", "42000",
        "LIKE ANY, SOME and ALL need at least one pattern between their parentheses.";
    INVALID_SQL_SYNTAX_EMPTY_REFRESH_RESOURCE_PATH = "INVALID_SQL_SYNTAX.EMPTY_REFRESH_RESOURCE_PATH", "42000",
        "REFRESH needs a path; / means everything.";
    INVALID_SQL_SYNTAX_FUNCTION_WITH_UNSUPPORTED_SYNTAX = "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "42000",
        "The function <prettyName> does not take <syntax>.";
    INVALID_SQL_SYNTAX_INVALID_REFRESH_RESOURCE_PATH = "INVALID_SQL_SYNTAX.INVALID_REFRESH_RESOURCE_PATH", "42000",
        "A path after REFRESH that has blanks in it must be in quotes.";
    INVALID_SQL_SYNTAX_INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES = "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES", "42000",
        "The table argument <argumentName> must be in parentheses.";
    INVALID_SQL_SYNTAX_INVALID_WINDOW_FRAME_BOUND = "INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND", "42000",
        "The bound of a window's frame must be a literal.";
    INVALID_SQL_SYNTAX_INVALID_WINDOW_REFERENCE = "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE", "42000",
        "The window <windowName> refers to another one and is no window itself.";
    INVALID_SQL_SYNTAX_LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC = "INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC", "42000",
        "LATERAL goes with subqueries and table functions only.";
    INVALID_SQL_SYNTAX_OPTION_IS_INVALID = "INVALID_SQL_SYNTAX.OPTION_IS_INVALID", "42000",
        "There is no option <key>; <supported> are those known.";
    INVALID_SQL_SYNTAX_REPETITIVE_WINDOW_DEFINITION = "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", "42000",
        "The window <windowName> is defined more than once.";
    INVALID_SQL_SYNTAX_SHOW_FUNCTIONS_INVALID_PATTERN = "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_PATTERN", "42000",
        "SHOW FUNCTIONS takes a string or a name as its pattern, not <pattern>.";
    INVALID_SQL_SYNTAX_SHOW_FUNCTIONS_INVALID_SCOPE = "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", "42000",
        "SHOW <scope> FUNCTIONS does not exist.";
    INVALID_SQL_SYNTAX_UNRESOLVED_WINDOW_REFERENCE = "INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE", "42000",
        "There is no window <windowName>.";
    INVALID_SQL_SYNTAX_UNSUPPORTED_SQL_STATEMENT = "INVALID_SQL_SYNTAX.UNSUPPORTED_SQL_STATEMENT", "42000",
        "This statement is not supported: <sqlText>.";
    INVALID_SQL_SYNTAX_VARIABLE_TYPE_OR_DEFAULT_REQUIRED = "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED", "42000",
        "A variable needs a type or a DEFAULT.";
    INVALID_STATEMENT_OR_CLAUSE = "INVALID_STATEMENT_OR_CLAUSE", "42601",
        "The statement or clause <operation> is not valid.";
    INVALID_SUBQUERY_EXPRESSION_SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN = "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN", "42823",
        "A query as a value must give one column, not <number>.";
    INVALID_TABLESAMPLE_FRACTION = "INVALID_TABLESAMPLE_FRACTION", "22023",
        "The sampled share <fraction> is outside of 0 to 1.";
    INVALID_TEMP_OBJ_QUALIFIER = "INVALID_TEMP_OBJ_QUALIFIER", "42602",
        "The name <qualifier> cannot stand before the temporary <objectType> <objectName>: temporary objects belong to SESSION or SYSTEM.SESSION.";
    INVALID_TIMESTAMP_PRECISION = "INVALID_TIMESTAMP_PRECISION", "22023",
        "<type> has 7 to 9 digits of a second here, not <precision>; with 6 it is the type without a number.";
    INVALID_TIMEZONE = "INVALID_TIMEZONE", "22009",
        "There is no time zone <timeZone>: it must be a region such as 'America/Los_Angeles' or an offset such as '+01:00'.";
    INVALID_TYPED_LITERAL = "INVALID_TYPED_LITERAL", "42604",
        "The value <value> is no literal of the type <valueType>.";
    INVALID_URL = "INVALID_URL", "22P02",
        "The URL <url> is invalid. try_parse_url gives NULL for such.";
    INVALID_USAGE_OF_STAR_OR_REGEX = "INVALID_USAGE_OF_STAR_OR_REGEX", "42000",
        "<elem> cannot stand in <prettyName>.";
    INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT = "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT", "42000",
        "count(<tableName>.*) is not allowed; list the columns or take count(*).";
    INVALID_UTF8_STRING = "INVALID_UTF8_STRING", "22029",
        "The string <str> has bytes that are no UTF-8.";
    INVALID_VARIANT_CAST = "INVALID_VARIANT_CAST", "22023",
        "The variant <value> cannot be cast to <dataType>; try_variant_get gives NULL instead.";
    INVALID_VARIANT_GET_PATH = "INVALID_VARIANT_GET_PATH", "22023",
        "The text <path> is no path for <functionName>: it begins with $, and steps are .name, ['name'] or [0].";
    INVALID_VARIANT_PATH = "INVALID_VARIANT_PATH", "22023",
        "The text <path> is no path for <functionName>: it begins with $, and steps are .name, ['name'] or [0].";
    INVALID_VECTOR_NORM_DEGREE = "INVALID_VECTOR_NORM_DEGREE", "22023",
        "The degree of <functionName> must be 1.0, 2.0 or float('inf'), not <degree>.";
    INVALID_WHERE_CONDITION = "INVALID_WHERE_CONDITION", "42903",
        "The condition <condition> holds <expressionList>, which WHERE cannot have.";
    INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC = "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", "42601",
        "The window of <aggFunc> can have neither ORDER BY nor a frame.";
    INVALID_WITHIN_GROUP_EXPRESSION_DISTINCT_UNSUPPORTED = "INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED", "42K0K",
        "The function <funcName> does not take DISTINCT.";
    INVALID_WITHIN_GROUP_EXPRESSION_MISMATCH_WITH_DISTINCT_INPUT = "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT", "42K0K",
        "With DISTINCT the function <funcName> is ordered by its value <funcArg>, not by <orderingExpr>.";
    INVALID_WITHIN_GROUP_EXPRESSION_WITHIN_GROUP_MISSING = "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", "42K0K",
        "The function <funcName> needs WITHIN GROUP.";
    INVALID_WITHIN_GROUP_EXPRESSION_WRONG_NUM_ORDERINGS = "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS", "42K0K",
        "The function <funcName> needs <expectedNum> orders in WITHIN GROUP, not <actualNum>.";
    JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE = "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "42K0E",
        "The join condition <joinCondition> is of the type <conditionType>, not a boolean.";
    KLL_INVALID_INPUT_SKETCH_BUFFER = "KLL_INVALID_INPUT_SKETCH_BUFFER", "22000",
        "<function> was given bytes that are not a KLL sketch it can use, as kll_sketch_agg makes them.";
    KLL_SKETCH_INVALID_QUANTILE_RANGE = "KLL_SKETCH_INVALID_QUANTILE_RANGE", "22003",
        "Ranks of <functionName> must be from 0.0 to 1.0.";
    KLL_SKETCH_K_OUT_OF_RANGE = "KLL_SKETCH_K_OUT_OF_RANGE", "22003",
        "k of <functionName> must be from 8 to 65535, but is <k>.";
    LEGACY_ERROR_TEMP_1035 = "_LEGACY_ERROR_TEMP_1035", "42000",
        "The function <prettyName> takes no frame.";
    LEGACY_ERROR_TEMP_1036 = "_LEGACY_ERROR_TEMP_1036", "42000",
        "The frame <wf> is not the one that the function has: <required>.";
    LEGACY_ERROR_TEMP_1039 = "_LEGACY_ERROR_TEMP_1039", "42000",
        "A query has one window of time or of sessions, not several different ones.";
    LEGACY_ERROR_TEMP_1040 = "_LEGACY_ERROR_TEMP_1040", "42000",
        "The gap of sessions is an interval or a text of one, but <dt> was given.";
    LEGACY_ERROR_TEMP_1207 = "_LEGACY_ERROR_TEMP_1207", "42000",
        "Lengths of windows are written as whole numbers or as texts.";
    LEGACY_ERROR_TEMP_1324 = "_LEGACY_ERROR_TEMP_1324", "XXKD0",
        "The pivot column <pivotColumn> has more than <maxValues> values; set <config> to at least their number.";
    LEGACY_ERROR_TEMP_2128 = "_LEGACY_ERROR_TEMP_2128", "XXKST",
        "A map needs as many values as keys.";
    LEGACY_ERROR_TEMP_3231 = "_LEGACY_ERROR_TEMP_3231", "42000",
        "A window cannot be a month long or longer: <interval>.";
    MALFORMED_CHARACTER_CODING = "MALFORMED_CHARACTER_CODING", "22000",
        "<function> met what is no value of the charset <charset>.";
    MALFORMED_CSV_RECORD = "MALFORMED_CSV_RECORD", "KD000",
        "The record <badRecord> has another number of fields than the schema.";
    MALFORMED_RECORD_IN_PARSING_CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS = "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS", "22023",
        "The record <badRecord> is malformed in the mode <failFastMode>, the mode PERMISSIVE makes nulls of such records: an array is no struct.";
    MALFORMED_RECORD_IN_PARSING_CANNOT_PARSE_STRING_AS_DATATYPE = "MALFORMED_RECORD_IN_PARSING.CANNOT_PARSE_STRING_AS_DATATYPE", "22023",
        "The record <badRecord> is malformed in the mode <failFastMode>, the mode PERMISSIVE makes nulls of such records: the value <fieldValue> of the field <fieldName>, read as <inputType>, is no <targetType>.";
    MALFORMED_RECORD_IN_PARSING_WITHOUT_SUGGESTION = "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "22023",
        "The record <badRecord> is malformed in the mode <failFastMode>; the mode PERMISSIVE makes nulls of such records.";
    MALFORMED_VARIANT = "MALFORMED_VARIANT", "22023",
        "The bytes are no variant.";
    MERGE_WITHOUT_WHEN = "MERGE_WITHOUT_WHEN", "42601",
        "MERGE needs at least one WHEN.";
    MISSING_AGGREGATION = "MISSING_AGGREGATION", "42803",
        "The expression <expression> is neither grouped by nor aggregated; group by it, or use <expressionAnyValue>.";
    MISSING_GROUP_BY = "MISSING_GROUP_BY", "42803",
        "The query aggregates and needs a GROUP BY.";
    MISSING_WINDOW_SPECIFICATION = "MISSING_WINDOW_SPECIFICATION", "42P20",
        "No WINDOW clause gives the name <windowName>.";
    MIXED_INTERVAL_UNITS = "_LEGACY_ERROR_TEMP_0029", "42000",
        "Years and months do not mix with days and shorter units: <input>.";
    MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION = "MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION", "42K0E",
        "The expression <expr> is of one source, and there are more of them.";
    NAMED_PARAMETERS_NOT_SUPPORTED = "NAMED_PARAMETERS_NOT_SUPPORTED", "4274K",
        "The function <functionName> takes no arguments by name.";
    NEAREST_BY_JOIN_NON_ORDERABLE_RANKING_EXPRESSION = "NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION", "42604",
        "Values of the ranking <expression>, of the type <type>, have no order.";
    NEAREST_BY_JOIN_NUM_RESULTS_OUT_OF_RANGE = "NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE", "42604",
        "The number of results must be from <min> to <max>, not <numResults>.";
    NEAREST_BY_JOIN_UNSUPPORTED_DIRECTION = "NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION", "42604",
        "A nearest-by join cannot rank by '<direction>'. It can by: <supported>.";
    NEAREST_BY_JOIN_UNSUPPORTED_JOIN_TYPE = "NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE", "42604",
        "A nearest-by join cannot be of the type <joinType>. It can be: <supported>.";
    NEAREST_BY_JOIN_UNSUPPORTED_MODE = "NEAREST_BY_JOIN.UNSUPPORTED_MODE", "42604",
        "A nearest-by join cannot run in the mode '<mode>'. It can in: <supported>.";
    NEGATIVE_SCALE_DISALLOWED = "NEGATIVE_SCALE_DISALLOWED", "0A000",
        "A negative scale is not allowed: <scale>. Set <sqlConf> to true to allow it.";
    NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION = "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION", "22003",
        "The frequency <frequencyExpression> must not be negative, but is <negativeValue>.";
    NESTED_AGGREGATE_FUNCTION = "NESTED_AGGREGATE_FUNCTION", "42607",
        "An aggregate function cannot be an argument of another one; use a subquery.";
    NESTED_DATABASE_UNSUPPORTED_BY_V1_SESSION_CATALOG = "NESTED_DATABASE_UNSUPPORTED_BY_V1_SESSION_CATALOG", "42K05",
        "The session catalog has no schemas inside of schemas: <namespace>.";
    NON_FOLDABLE_ARGUMENT = "NON_FOLDABLE_ARGUMENT", "42K08",
        "The argument <paramName> of <funcName> must be a constant of the type <paramType>.";
    NON_LITERAL_PIVOT_VALUES = "NON_LITERAL_PIVOT_VALUES", "42K08",
        "The values of a pivot must be constants, not <expression>.";
    NON_PARTITION_COLUMN = "NON_PARTITION_COLUMN", "42000",
        "<columnName> is no partition column.";
    NOT_ALLOWED_IN_FROM_LATERAL_WITH_PIVOT = "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT", "42601",
        "LATERAL and PIVOT do not go together in one FROM; put one in a subquery.";
    NOT_ALLOWED_IN_FROM_LATERAL_WITH_UNPIVOT = "NOT_ALLOWED_IN_FROM.LATERAL_WITH_UNPIVOT", "42601",
        "LATERAL and UNPIVOT do not go together in one FROM; put one in a subquery.";
    NOT_ALLOWED_IN_FROM_UNPIVOT_WITH_PIVOT = "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT", "42601",
        "UNPIVOT and PIVOT do not go together in one FROM; put one in a subquery.";
    NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE_WINDOW_CLAUSE = "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE", "42601",
        "A WINDOW clause is not allowed after |> WHERE.";
    NOT_A_CONSTANT_STRING_NOT_CONSTANT = "NOT_A_CONSTANT_STRING.NOT_CONSTANT", "42601",
        "The expression <expr> for <name> is no constant.";
    NOT_A_CONSTANT_STRING_NULL = "NOT_A_CONSTANT_STRING.NULL", "42601",
        "The expression <expr> for <name> is NULL.";
    NOT_A_CONSTANT_STRING_WRONG_TYPE = "NOT_A_CONSTANT_STRING.WRONG_TYPE", "42601",
        "The expression <expr> for <name> is of the type <dataType>, not a string.";
    NOT_A_PARTITIONED_TABLE = "NOT_A_PARTITIONED_TABLE", "42809",
        "<operation> is for partitioned tables, and <tableIdentWithDB> is none.";
    NOT_A_SCALAR_FUNCTION = "NOT_A_SCALAR_FUNCTION", "42887",
        "The function <functionName> makes rows: it stands in FROM, not among values.";
    NOT_A_TABLE_FUNCTION = "NOT_A_TABLE_FUNCTION", "42887",
        "The function <functionName> gives a value, not rows; it cannot stand in FROM.";
    NOT_NULL_ASSERT_VIOLATION = "NOT_NULL_ASSERT_VIOLATION", "42000",
        "There is a null in the field <walkedTypePath> that takes none; make the field of the type an Option.";
    NOT_NULL_CONSTRAINT_VIOLATION_ARRAY_ELEMENT = "NOT_NULL_CONSTRAINT_VIOLATION.ARRAY_ELEMENT", "42000",
        "The array <columnPath> can hold nulls where the schema says that it cannot.";
    NOT_NULL_CONSTRAINT_VIOLATION_MAP_VALUE = "NOT_NULL_CONSTRAINT_VIOLATION.MAP_VALUE", "42000",
        "The map <columnPath> can hold null values where the schema says that it cannot.";
    NOT_NUMERIC_COLUMNS = "NOT_NUMERIC_COLUMNS", "42K09",
        "The columns <invalid_columns> hold no numbers.";
    NOT_SUPPORTED_COMMAND_FOR_V2_TABLE = "NOT_SUPPORTED_COMMAND_FOR_V2_TABLE", "0A000",
        "<cmd> does not work on tables of this kind.";
    NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT = "NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", "0A000",
        "<cmd> needs Hive.";
    NOT_SUPPORTED_YET = "UNSUPPORTED_FEATURE", "0A000",
        "Flint does not support <feature> yet.";
    NO_MERGE_ACTION_SPECIFIED = "NO_MERGE_ACTION_SPECIFIED", "42K0E",
        "A merge needs an action for at least one kind of rows.";
    NULLABLE_COLUMN_OR_FIELD = "NULLABLE_COLUMN_OR_FIELD", "42000",
        "The column or field <name> can be null where the schema says that it cannot.";
    NULL_MAP_KEY = "NULL_MAP_KEY", "2200E",
        "NULL is no key of a map.";
    NUMERIC_OUT_OF_SUPPORTED_RANGE = "NUMERIC_OUT_OF_SUPPORTED_RANGE", "22003",
        "The value <value> has more digits before its point than the 38 of any decimal.";
    NUMERIC_VALUE_OUT_OF_RANGE_WITHOUT_SUGGESTION = "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "22003",
        "<originalValue>, which rounds to <roundedValue>, is no decimal of <precision> digits with <scale> after the point.";
    NUMERIC_VALUE_OUT_OF_RANGE_WITH_SUGGESTION = "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003",
        "The value <value> is no decimal of <precision> digits with <scale> after the point; with <config> set to false it is NULL.";
    NUM_COLUMNS_MISMATCH = "NUM_COLUMNS_MISMATCH", "42826",
        "In <operator> the inputs have <firstNumColumns> columns and, <invalidOrdinalNum>, <invalidNumColumns>.";
    NUM_TABLE_VALUE_ALIASES_MISMATCH = "NUM_TABLE_VALUE_ALIASES_MISMATCH", "42826",
        "There are <aliasesNum> names for the <outColsNum> columns of <funcName>.";
    OPERATION_CANCELED = "OPERATION_CANCELED", "HY008",
        "The operation was cancelled.";
    OPERATION_NOT_ALLOWED = "_LEGACY_ERROR_TEMP_0035", "42000",
        "This is not allowed: <message>.";
    OPTION_VALUE_EXCEEDS_ONE_CHARACTER = "OPTION_VALUE_EXCEEDS_ONE_CHARACTER", "22023",
        "The option <paramName> is one character, not <actualValue>.";
    ORDER_BY_POS_OUT_OF_RANGE = "ORDER_BY_POS_OUT_OF_RANGE", "42805",
        "ORDER BY <index> is outside of the SELECT list, which has <size> columns.";
    PARQUET_TYPE_ILLEGAL = "PARQUET_TYPE_ILLEGAL", "42846",
        "The type <parquetType> of Parquet cannot be read.";
    PARQUET_TYPE_NOT_SUPPORTED = "PARQUET_TYPE_NOT_SUPPORTED", "42846",
        "The type <parquetType> of Parquet cannot be read yet.";
    PARSE_EMPTY_STATEMENT = "PARSE_EMPTY_STATEMENT", "42617",
        "There is no statement in the text.";
    PARSE_MODE_UNSUPPORTED = "PARSE_MODE_UNSUPPORTED", "42601",
        "The function <funcName> has no mode <mode>: its modes are PERMISSIVE and FAILFAST.";
    PARSE_SYNTAX_ERROR = "PARSE_SYNTAX_ERROR", "42601",
        "The text is not valid SQL at or near <error><hint>.";
    PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO = "PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO", "42601",
        "PARTITION goes with INSERT OVERWRITE only here.";
    PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA = "PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA", "42000",
        "There is no column <column> to partition by; there are <schema>.";
    PATH_ALREADY_EXISTS = "PATH_ALREADY_EXISTS", "42K04",
        "There is something at <outputPath> already; the mode overwrite replaces it.";
    PATH_NOT_FOUND = "PATH_NOT_FOUND", "42K03",
        "There is nothing at <path>.";
    PATTERN_TOO_COSTLY = "PATTERN_TOO_COSTLY", "54000",
        "The pattern is too large, or takes too many steps for this text. Make it simpler, without references to groups, looking around and nested repetitions.";
    PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION = "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION", "0A000",
        "After |> AGGREGATE the expression <expr> has no aggregate function; put it after GROUP BY.";
    PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION = "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION", "0A000",
        "After |> <clause> the aggregate function <expr> is not allowed; use |> AGGREGATE.";
    PIVOT_NEEDS_AGGREGATE = "_LEGACY_ERROR_TEMP_1006", "42000",
        "A pivot needs aggregate functions; <sql> is none.";
    PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE = "PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", "22KD3",
        "The function <functionName> needs Protobuf, which is not part of this program.";
    QUALIFY_AGGREGATE_NOT_ALLOWED = "QUALIFY_AGGREGATE_NOT_ALLOWED", "42903",
        "QUALIFY takes no aggregate functions: <aggregateExpr>.";
    QUALIFY_REQUIRES_WINDOW_FUNCTION = "QUALIFY_REQUIRES_WINDOW_FUNCTION", "42903",
        "QUALIFY needs a window function in its condition or in the SELECT list.";
    RECURSION_LEVEL_LIMIT_EXCEEDED = "RECURSION_LEVEL_LIMIT_EXCEEDED", "42836",
        "The recursion goes deeper than <levelLimit> levels; MAX RECURSION LEVEL or spark.sql.cteRecursionLevelLimit allows more.";
    RECURSION_ROW_LIMIT_EXCEEDED = "RECURSION_ROW_LIMIT_EXCEEDED", "42836",
        "The recursion has made more than <rowLimit> rows and goes on; a LIMIT over it allows more.";
    RECURSIVE_VIEW = "RECURSIVE_VIEW", "42K0H",
        "The view <viewIdent> is made of itself: <newPath>.";
    REMAINDER_BY_ZERO = "REMAINDER_BY_ZERO", "22012",
        "A remainder by zero does not exist; try_mod gives NULL instead, and so does <config> set to false.";
    REPEATED_CLAUSE = "REPEATED_CLAUSE", "42614",
        "The clause <clause> may be used once at most in a <operation>.";
    REQUIRED_PARAMETER_NOT_FOUND = "REQUIRED_PARAMETER_NOT_FOUND", "4274K",
        "A call of <routineName> lacks the parameter <parameterName>, the one at <index>.";
    REQUIREMENT_FAILED = "REQUIREMENT_FAILED", "22023",
        "<message>.";
    REQUIRES_SINGLE_PART_NAMESPACE = "REQUIRES_SINGLE_PART_NAMESPACE", "42K05",
        "Schemas of <sessionCatalog> have names of one part, unlike <identifier>.";
    ROUTINE_NOT_FOUND = "ROUTINE_NOT_FOUND", "42883",
        "There is no routine <routineName>.";
    ROW_VALUE_IS_NULL = "ROW_VALUE_IS_NULL", "22023",
        "The value at position <index> of the row is NULL.";
    SAMPLE_IS_EMPTY = "_LEGACY_ERROR_TEMP_0014", "42000",
        "TABLESAMPLE does not take nothing.";
    SAMPLE_NOT_SUPPORTED = "_LEGACY_ERROR_TEMP_0015", "42000",
        "TABLESAMPLE (<msg>) is not supported.";
    SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION = "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION", "0A000",
        "The correlated scalar subquery <sqlExpr> is neither in GROUP BY nor in an aggregate function.";
    SCALAR_SUBQUERY_TOO_MANY_ROWS = "SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000",
        "A subquery that stands for one value gives more than one row.";
    SCHEMA_ALREADY_EXISTS = "SCHEMA_ALREADY_EXISTS", "42P06",
        "There is a schema <schemaName> already.";
    SCHEMA_NOT_EMPTY = "SCHEMA_NOT_EMPTY", "2BP01",
        "The schema <schemaName> has tables in it; CASCADE drops them too.";
    SCHEMA_NOT_FOUND = "SCHEMA_NOT_FOUND", "42704",
        "There is no schema <schemaName>.";
    SEED_EXPRESSION_IS_UNFOLDABLE = "SEED_EXPRESSION_IS_UNFOLDABLE", "42K08",
        "The seed <seedExpr> of <exprWithSeed> must be a constant.";
    SESSION_NOT_SAME = "SESSION_NOT_SAME", "42000",
        "Both DataFrames must be of the same session.";
    SKETCH_INVALID_LG_NOM_ENTRIES = "SKETCH_INVALID_LG_NOM_ENTRIES", "22003",
        "lgNomEntries of <function> must be from <min> to <max>, but is <value>.";
    SPILL_OUT_OF_MEMORY = "SPILL_OUT_OF_MEMORY", "82003",
        "No room on disk for what <consumerToSpill> cannot hold in memory: <message>";
    SQL_CONF_NOT_FOUND = "SQL_CONF_NOT_FOUND", "42K0I",
        "There is no SQL configuration key <sqlConf>.";
    STDS_INVALID_OPTION_VALUE_WITH_MESSAGE = "STDS_INVALID_OPTION_VALUE.WITH_MESSAGE", "42616",
        "The option <optionName> has a wrong value: <message>";
    TABLE_OR_VIEW_ALREADY_EXISTS = "TABLE_OR_VIEW_ALREADY_EXISTS", "42P07",
        "There is a table or view <relationName> already.";
    TABLE_OR_VIEW_NOT_FOUND = "TABLE_OR_VIEW_NOT_FOUND", "42P01",
        "There is no table or view <relationName>.";
    TASK_WRITE_FAILED = "TASK_WRITE_FAILED", "58030",
        "Writing rows to <path> failed.";
    TEMPORARY_VIEW_IF_NOT_EXISTS = "_LEGACY_ERROR_TEMP_0053", "42000",
        "A temporary view cannot be created IF NOT EXISTS.";
    TEMP_TABLE_OR_VIEW_ALREADY_EXISTS = "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", "42P07",
        "There is a temporary view <relationName> already.";
    TEXT_DATA_SOURCE_WITH_MULTIPLE_COLUMNS = "_LEGACY_ERROR_TEMP_1290", "42000",
        "Text has a single column, and the schema has <schemaSize>.";
    THETA_INVALID_INPUT_SKETCH_BUFFER = "THETA_INVALID_INPUT_SKETCH_BUFFER", "22000",
        "<function> was given bytes that are not a theta sketch, as theta_sketch_agg makes them.";
    THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY = "THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY", "22000",
        "<function> takes sketches of the family <expectedFamily>, as theta_sketch_agg makes them, but was given one of <actualFamily>.";
    THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT = "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT", "42K0E",
        "lgNomEntries of <function> must be a constant.";
    TRAILING_COMMA_IN_SELECT = "TRAILING_COMMA_IN_SELECT", "42601",
        "A comma stands at the end of the SELECT list, before FROM; remove it.";
    TRANSPOSE_EXCEED_ROW_LIMIT = "TRANSPOSE_EXCEED_ROW_LIMIT", "54006",
        "A transposition takes at most <maxValues> rows; set <config> to at least their number if that is meant.";
    TRANSPOSE_INVALID_INDEX_COLUMN = "TRANSPOSE_INVALID_INDEX_COLUMN", "42804",
        "The index column of a transposition is wrong: <reason>";
    TRANSPOSE_NO_LEAST_COMMON_TYPE = "TRANSPOSE_NO_LEAST_COMMON_TYPE", "42K09",
        "The columns of a transposition must have a common type; <dt1> and <dt2> have none.";
    TUPLE_INVALID_INPUT_SKETCH_BUFFER = "TUPLE_INVALID_INPUT_SKETCH_BUFFER", "22000",
        "<function> was given bytes that are not a tuple sketch of its kind, as tuple_sketch_agg makes them.";
    TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY = "TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY", "22000",
        "<function> takes sketches of the family <expectedFamily>, as tuple_sketch_agg makes them, but was given one of <actualFamily>.";
    TUPLE_INVALID_SKETCH_MODE = "TUPLE_INVALID_SKETCH_MODE", "22023",
        "<function> has no mode <mode>. Modes are: <validModes>.";
    UDTF_ALIAS_NUMBER_MISMATCH = "UDTF_ALIAS_NUMBER_MISMATCH", "42802",
        "There are names <aliasesNames> for <aliasesSize> generated columns.";
    UNABLE_TO_ACQUIRE_MEMORY = "UNABLE_TO_ACQUIRE_MEMORY", "53200",
        "No more than <receivedBytes> of the memory asked for was free: <requestedBytes>.";
    UNABLE_TO_INFER_SCHEMA = "UNABLE_TO_INFER_SCHEMA", "42KD9",
        "What is there says nothing about the schema of <format>; give one.";
    UNBOUND_SQL_PARAMETER = "UNBOUND_SQL_PARAMETER", "42P02",
        "The parameter <name> has no argument.";
    UNCLOSED_BRACKETED_COMMENT = "UNCLOSED_BRACKETED_COMMENT", "42601",
        "A comment that starts with /* is not closed; add */ at its end.";
    UNEXPECTED_POSITIONAL_ARGUMENT = "UNEXPECTED_POSITIONAL_ARGUMENT", "4274K",
        "In a call of <routineName> an argument without a name stands behind that for <parameterName>.";
    UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE = "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", "42836",
        "A recursive query is written with UNION ALL; UNION is not supported.";
    UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT = "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT", "22023",
        "A variant has a value of the unknown kind <id>.";
    UNPIVOT_REQUIRES_VALUE_COLUMNS = "UNPIVOT_REQUIRES_VALUE_COLUMNS", "42K0A",
        "UNPIVOT needs at least one column to turn into rows.";
    UNPIVOT_VALUE_DATA_TYPE_MISMATCH = "UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "42K09",
        "The columns of UNPIVOT have no type in common: <types>.";
    UNPIVOT_VALUE_SIZE_MISMATCH = "UNPIVOT_VALUE_SIZE_MISMATCH", "428C4",
        "Each list of columns of UNPIVOT must have <names> columns, one per value column.";
    UNRECOGNIZED_PARAMETER_NAME = "UNRECOGNIZED_PARAMETER_NAME", "4274K",
        "The function <routineName> has no parameter <argumentName>; it has [<proposal>].";
    UNRECOGNIZED_STATISTIC = "UNRECOGNIZED_STATISTIC", "42704",
        "There is no statistic <stats>.";
    UNRESOLVABLE_TABLE_VALUED_FUNCTION = "UNRESOLVABLE_TABLE_VALUED_FUNCTION", "42883",
        "There is no table function <name>.";
    UNRESOLVED_ALL_IN_GROUP_BY = "UNRESOLVED_ALL_IN_GROUP_BY", "42803",
        "GROUP BY ALL cannot tell what to group by; write the columns.";
    UNRESOLVED_COLUMN_WITHOUT_SUGGESTION = "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703",
        "There is no column, variable or parameter <objectName>.";
    UNRESOLVED_COLUMN_WITH_SUGGESTION = "UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703",
        "There is no column, variable or parameter <objectName>; did you mean one of [<proposal>]?";
    UNRESOLVED_FIELD_WITHOUT_SUGGESTION = "UNRESOLVED_FIELD.WITHOUT_SUGGESTION", "42703",
        "The struct <columnPath> has no field <fieldName>.";
    UNRESOLVED_FIELD_WITH_SUGGESTION = "UNRESOLVED_FIELD.WITH_SUGGESTION", "42703",
        "The struct <columnPath> has no field <fieldName>; did you mean one of [<proposal>]?";
    UNRESOLVED_ROUTINE = "UNRESOLVED_ROUTINE", "42883",
        "There is no function <routineName> in <searchPath>.";
    UNRESOLVED_USING_COLUMN_FOR_JOIN = "UNRESOLVED_USING_COLUMN_FOR_JOIN", "42703",
        "USING needs the column <colName> on the <side> side, which has [<suggestion>].";
    UNSUPPORTED_ARROWTYPE = "UNSUPPORTED_ARROWTYPE", "0A000",
        "There is no type of Spark for columns of the Arrow type <typeName>.";
    UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING = "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", "0A000",
        "CHAR and VARCHAR are no types here; STRING is.";
    UNSUPPORTED_DATATYPE = "UNSUPPORTED_DATATYPE", "0A000",
        "There is no data type <typeName>.";
    UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE = "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000",
        "Files of <format> cannot hold the column <columnName> of the type <columnType>.";
    UNSUPPORTED_DESERIALIZER_DATA_TYPE_MISMATCH = "UNSUPPORTED_DESERIALIZER.DATA_TYPE_MISMATCH", "0A000",
        "The type of the program needs a field of <desiredType>, but the column is <dataType>.";
    UNSUPPORTED_DESERIALIZER_FIELD_NUMBER_MISMATCH = "UNSUPPORTED_DESERIALIZER.FIELD_NUMBER_MISMATCH", "0A000",
        "The columns <schema> are not as many as the fields of the tuple: <ordinal>.";
    UNSUPPORTED_EXPR_FOR_OPERATOR = "UNSUPPORTED_EXPR_FOR_OPERATOR", "42K0E",
        "The operator <operator> cannot compute [<invalidExprSqls>].";
    UNSUPPORTED_EXPR_FOR_WINDOW = "UNSUPPORTED_EXPR_FOR_WINDOW", "42P20",
        "The expression <sqlExpr> cannot be computed over a window.";
    UNSUPPORTED_FEATURE_AES_MODE = "UNSUPPORTED_FEATURE.AES_MODE", "0A000",
        "AES in the mode <mode> with the padding <padding> is not there in <functionName>.";
    UNSUPPORTED_FEATURE_AES_MODE_AAD = "UNSUPPORTED_FEATURE.AES_MODE_AAD", "0A000",
        "<functionName> takes no additional data in the mode <mode>.";
    UNSUPPORTED_FEATURE_AES_MODE_IV = "UNSUPPORTED_FEATURE.AES_MODE_IV", "0A000",
        "<functionName> takes no initial vector in the mode <mode>.";
    UNSUPPORTED_FEATURE_CLAUSE_WITH_PIPE_OPERATORS = "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", "0A000",
        "After |> the clauses <clauses> are not supported.";
    UNSUPPORTED_FEATURE_COMBINATION_QUERY_RESULT_CLAUSES = "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", "0A000",
        "ORDER BY, SORT BY, DISTRIBUTE BY and CLUSTER BY do not go together.";
    UNSUPPORTED_FEATURE_DESC_TABLE_COLUMN_JSON = "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", "0A000",
        "A single column is not described AS JSON.";
    UNSUPPORTED_FEATURE_DROP_DATABASE = "UNSUPPORTED_FEATURE.DROP_DATABASE", "0A000",
        "The default schema <database> stays.";
    UNSUPPORTED_FEATURE_INTERRUPT_TYPE = "UNSUPPORTED_FEATURE.INTERRUPT_TYPE", "0A000",
        "There is no interruption of the type <interruptType>.";
    UNSUPPORTED_FEATURE_LATERAL_COLUMN_ALIAS_IN_WINDOW = "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW", "0A000",
        "A window function cannot refer to the name <lca> of the same list: <windowExpr>.";
    UNSUPPORTED_FEATURE_LATERAL_JOIN_USING = "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", "0A000",
        "USING with LATERAL is not supported.";
    UNSUPPORTED_FEATURE_PARAMETER_MARKER_IN_UNEXPECTED_STATEMENT = "UNSUPPORTED_FEATURE.PARAMETER_MARKER_IN_UNEXPECTED_STATEMENT", "0A000",
        "Parameters are not allowed in <statement>.";
    UNSUPPORTED_FEATURE_PARTITION_BY_VARIANT = "UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT", "0A000",
        "Rows are not partitioned by variants, and <expr> is of type <dataType>.";
    UNSUPPORTED_FEATURE_PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE = "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", "0A000",
        "After |> AGGREGATE <case> is not supported.";
    UNSUPPORTED_FEATURE_PIVOT_AFTER_GROUP_BY = "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY", "0A000",
        "PIVOT after GROUP BY is not supported; put the GROUP BY in a subquery.";
    UNSUPPORTED_FEATURE_QUERY_ONLY_CORRUPT_RECORD_COLUMN = "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", "0A000",
        "The feature is not supported: a query of raw JSON, CSV or XML files that reads nothing but the column for corrupt records. Cache or save the parsed rows, and ask those.";
    UNSUPPORTED_FEATURE_SCHEMA_LEVEL_COLLATIONS = "UNSUPPORTED_FEATURE.SCHEMA_LEVEL_COLLATIONS", "0A000",
        "A schema has no default collation.";
    UNSUPPORTED_FEATURE_SET_NAMESPACE_PROPERTY = "UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY", "0A000",
        "The property <property> of namespaces is reserved; <msg>.";
    UNSUPPORTED_FEATURE_SET_OPERATION_ON_MAP_TYPE = "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", "0A000",
        "Rows with maps cannot be compared: the column <colName> is of the type <dataType>.";
    UNSUPPORTED_FEATURE_SET_OPERATION_ON_VARIANT_TYPE = "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE", "0A000",
        "Set operations compare no variants, and <colName> is of type <dataType>.";
    UNSUPPORTED_FEATURE_SET_TABLE_PROPERTY = "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY", "0A000",
        "The table property <property> is reserved; <msg>.";
    UNSUPPORTED_FEATURE_TABLESAMPLE_SYSTEM = "UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM", "0A000",
        "TABLESAMPLE SYSTEM needs a source that samples by blocks.";
    UNSUPPORTED_FEATURE_TABLE_OPERATION = "UNSUPPORTED_FEATURE.TABLE_OPERATION", "0A000",
        "The table <tableName> does not support <operation>.";
    UNSUPPORTED_FEATURE_TIME_TRAVEL = "UNSUPPORTED_FEATURE.TIME_TRAVEL", "0A000",
        "Past states of <relationId> cannot be read.";
    UNSUPPORTED_FEATURE_TRANSFORM_DISTINCT_ALL = "UNSUPPORTED_FEATURE.TRANSFORM_DISTINCT_ALL", "0A000",
        "TRANSFORM with DISTINCT or ALL is not supported.";
    UNSUPPORTED_GENERATOR_NESTED_IN_EXPRESSIONS = "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "42K0E",
        "A generator cannot be a part of <expression>.";
    UNSUPPORTED_GENERATOR_NOT_GENERATOR = "UNSUPPORTED_GENERATOR.NOT_GENERATOR", "42K0E",
        "The function <functionName>, a <classCanonicalName>, is no generator.";
    UNSUPPORTED_GENERATOR_OUTSIDE_SELECT = "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "42K0E",
        "A generator cannot stand outside of a SELECT list: <plan>.";
    UNSUPPORTED_GROUPING_EXPRESSION = "UNSUPPORTED_GROUPING_EXPRESSION", "42K0E",
        "grouping and grouping_id need CUBE, ROLLUP or GROUPING SETS.";
    UNSUPPORTED_JOIN_TYPE = "UNSUPPORTED_JOIN_TYPE", "0A000",
        "There is no join type <typ>; <supported> are those known.";
    UNSUPPORTED_OVERWRITE_PATH = "UNSUPPORTED_OVERWRITE.PATH", "42902",
        "The path <path> is read by the query that would overwrite it.";
    UNSUPPORTED_OVERWRITE_TABLE = "UNSUPPORTED_OVERWRITE.TABLE", "42902",
        "The table <table> is read by the query that would overwrite it.";
    UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY_MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY = "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY", "0A000",
        "A scalar subquery over columns of the query around it must be an aggregate, so that it gives one row.";
    UNSUPPORTED_TIME_PRECISION = "UNSUPPORTED_TIME_PRECISION", "0A001",
        "TIME has 0 to 9 digits of a second, not <precision>.";
    UNSUPPORTED_TIME_TYPE = "UNSUPPORTED_TIME_TYPE", "0A000",
        "The type TIME is not supported.";
    UNSUPPORTED_TYPED_LITERAL = "UNSUPPORTED_TYPED_LITERAL", "0A000",
        "Literals of the type <unsupportedType> do not exist; those of the types <supportedTypes> do.";
    USER_RAISED_EXCEPTION = "USER_RAISED_EXCEPTION", "P0001",
        "<errorMessage>";
    USER_RAISED_EXCEPTION_PARAMETER_MISMATCH = "USER_RAISED_EXCEPTION_PARAMETER_MISMATCH", "P0001",
        "raise_error() was asked for the condition <errorClass>, which takes the parameters <expectedParms>, but was given <providedParms>.";
    USER_RAISED_EXCEPTION_UNKNOWN_ERROR_CLASS = "USER_RAISED_EXCEPTION_UNKNOWN_ERROR_CLASS", "P0001",
        "raise_error() was asked for the condition <errorClass>, which is unknown.";
    VALUE_NOT_ANY_OR_ALL = "VALUE_NOT_ANY_OR_ALL", "22023",
        "The argument <arg_name> must be 'any' or 'all', not <arg_value>.";
    VALUE_NOT_POSITIVE = "VALUE_NOT_POSITIVE", "22023",
        "The argument <arg_name> must be positive, not <arg_value>.";
    VARIANT_DUPLICATE_KEY = "VARIANT_DUPLICATE_KEY", "22023",
        "Two fields of an object in a variant have the name <key>.";
    VARIANT_PATH_TYPE_MISMATCH = "VARIANT_PATH_TYPE_MISMATCH", "22023",
        "The path <path> of <functionName> does not suit the value at <failedAt>.";
    VARIANT_SIZE_LIMIT = "VARIANT_SIZE_LIMIT", "22023",
        "A variant in <functionName> would be larger than <sizeLimit>.";
    VECTOR_DIMENSION_MISMATCH = "VECTOR_DIMENSION_MISMATCH", "22000",
        "The vectors given to <functionName> must have as many elements as each other, not <leftDim> and <rightDim>.";
    VIEW_EXCEED_MAX_NESTED_DEPTH = "VIEW_EXCEED_MAX_NESTED_DEPTH", "54K00",
        "The view <viewName> is the last of more than <maxNestedDepth> views one over the other, the most that are read.";
    VIEW_NOT_FOUND = "VIEW_NOT_FOUND", "42P01",
        "There is no view <relationName>.";
    WINDOW_FUNCTION_FRAME_NOT_ORDERED = "WINDOW_FUNCTION_FRAME_NOT_ORDERED", "42601",
        "The window function <wf_name> needs an ORDER BY in its window: <wf_expr>.";
    WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE = "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", "42601",
        "The <clauseName> clause cannot have window functions.";
    WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE = "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "42601",
        "The window function <funcName> needs an OVER clause.";
    WRONG_COMMAND_FOR_OBJECT_TYPE = "WRONG_COMMAND_FOR_OBJECT_TYPE", "42809",
        "<operation> is for <requiredType>, but <objectName> is <foundType>. <alternative> is for these.";
    WRONG_NUM_ARGS_WITHOUT_SUGGESTION = "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605",
        "The function <functionName> takes <expectedNum> arguments, not <actualNum>.";
    WRONG_NUM_ARGS_WITH_SUGGESTION = "WRONG_NUM_ARGS.WITH_SUGGESTION", "42605",
        "The function <functionName> takes <expectedNum> arguments, not <actualNum>; with <legacyConfKey> set to <legacyConfValue> it takes <legacyNum>.";
    ZIP_PLANS_NOT_MERGEABLE = "ZIP_PLANS_NOT_MERGEABLE", "42K03",
        "Only columns of the same rows can be zipped: both sides must be projections of one plan.";
}
