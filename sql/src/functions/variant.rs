//! Variants: values that carry their types.

use super::*;

functions! {
    /// JSON text as variant.
    fn parse_json(col: Column);
    /// JSON text as variant, or null when it is not valid.
    fn try_parse_json(col: Column);
    /// Arrays, maps and structs as variant.
    fn to_variant_object(col: Column);
    /// Whether a variant is the null of JSON.
    fn is_variant_null(v: Column);
    /// Whether a variant is well formed.
    fn is_valid_variant(v: Column);
    /// The schema of a variant as DDL text.
    fn schema_of_variant(v: Column);
    /// What is at a path, as a type; an error when it cannot be converted.
    fn variant_get(v: Column, path: ColumnOrLiteral, target: ColumnOrLiteral);
    /// What is at a path, as a type; null when it cannot be converted.
    fn try_variant_get(v: Column, path: ColumnOrLiteral, target: ColumnOrLiteral);
    /// A variant with a value put in at a path.
    fn variant_insert(v: Column, path: ColumnOrLiteral, value: Column);
    /// A variant with a value put in at a path, or null when it cannot be.
    fn try_variant_insert(v: Column, path: ColumnOrLiteral, value: Column);
    /// A variant with the value at a path replaced or, where there is none, put in.
    fn variant_set(v: Column, path: ColumnOrLiteral, value: Column);
    /// A variant with the value at a path replaced; new ones are put in only if so said.
    fn variant_set_with(v: Column, path: ColumnOrLiteral, value: Column, create: ColumnOrLiteral) = "variant_set";
    /// The same as [`variant_set`], or null when it cannot be.
    fn try_variant_set(v: Column, path: ColumnOrLiteral, value: Column);
    /// The same as [`variant_set_with`], or null when it cannot be.
    fn try_variant_set_with(v: Column, path: ColumnOrLiteral, value: Column, create: ColumnOrLiteral) = "try_variant_set";
    /// A variant with a value added to the array at a path.
    fn variant_array_append(v: Column, path: ColumnOrLiteral, value: Column);
    /// A variant with a value added to the array at a path, or null when it cannot be.
    fn try_variant_array_append(v: Column, path: ColumnOrLiteral, value: Column);
    /// A variant without fields that are null, in arrays too.
    fn variant_strip_nulls(v: Column);
    /// A variant without fields that are null, in arrays if so said.
    fn variant_strip_nulls_with(v: Column, include_arrays: ColumnOrLiteral) = "variant_strip_nulls";
}

/// A variant without what is at the paths.
#[track_caller]
pub fn variant_delete<P: Into<ColumnOrLiteral>>(
    v: impl Into<Column>,
    paths: impl IntoIterator<Item = P>,
) -> Column {
    let mut call = ApiCall::of("variant_delete");
    let mut args = vec![call.expr(v)];
    for path in paths {
        args.push(call.value(path));
    }
    call.function("variant_delete", args)
}
