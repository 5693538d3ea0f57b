//! What is known of the session, the engine and the row's place.

use super::*;

functions! {
    /// The name of the current catalog.
    fn current_catalog();
    /// The name of the current database.
    fn current_database();
    /// The same as [`current_database`].
    fn current_schema();
    /// The path in which names of functions are looked up.
    fn current_path();
    /// The name of the user.
    fn current_user();
    /// The same as [`current_user`].
    fn user();
    /// The same as [`current_user`].
    fn session_user();
    /// The file that the row was read from; empty when there is none.
    fn input_file_name();
    /// The length of the file's block that the row was read from, or -1.
    fn input_file_block_length();
    /// Where the file's block begins that the row was read from, or -1.
    fn input_file_block_start();
    /// A number that grows with each row, and differs between partitions.
    fn monotonically_increasing_id();
    /// The number of the row's partition.
    fn spark_partition_id();
    /// The name of the value's type.
    fn typeof_(col: Column) = "typeof";
    /// The version of Spark that is followed.
    fn version();
    /// A call of a static method of a Java class, which is refused.
    fn java_method(..columns);
    /// The same as [`java_method`].
    fn reflect(..columns);
    /// The same as [`java_method`].
    fn try_reflect(..columns);
}
