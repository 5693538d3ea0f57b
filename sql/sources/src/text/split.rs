//! [`split`]: big files as ranges, so that several tasks read one file.

use datafusion::datasource::listing::PartitionedFile;

use super::codec::Codec;
use crate::settings::SourceSettings;

/// Ranges of files of at most so many bytes as Spark would give a task: `maxPartitionBytes`, or less
/// where there are more tasks than that makes. Packed files stay whole, and all do where records
/// cannot be found from the middle.
pub(crate) fn split(
    files: Vec<PartitionedFile>,
    records_split: bool,
    tasks: usize,
    settings: &SourceSettings,
) -> Vec<PartitionedFile> {
    if !records_split {
        return files;
    }
    let open_cost = settings.open_cost_bytes;
    let total: u64 = files.iter().map(|f| f.object_meta.size + open_cost).sum();
    let share = total / tasks.max(1) as u64;
    let most = settings
        .max_partition_bytes
        .min(share.max(open_cost))
        .max(1);
    let mut pieces = Vec::new();
    for file in files {
        let name = file.object_meta.location.filename().unwrap_or_default();
        let size = file.object_meta.size;
        if Codec::of_name(name) != Codec::Plain || size <= most || i64::try_from(size).is_err() {
            pieces.push(file);
            continue;
        }
        let mut from = 0;
        while from < size {
            let to = (from + most).min(size);
            pieces.push(file.clone().with_range(from as i64, to as i64));
            from = to;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn plain_files_are_cut_and_packed_ones_are_not() {
        let mut settings = SourceSettings::new(Arc::default());
        (settings.max_partition_bytes, settings.open_cost_bytes) = (10, 1);
        let files = vec![
            PartitionedFile::new("a.json".to_owned(), 25),
            PartitionedFile::new("b.json.gz".to_owned(), 25),
        ];
        let ranges = |tasks, records_split| -> Vec<Option<(i64, i64)>> {
            split(files.clone(), records_split, tasks, &settings)
                .iter()
                .map(|f| f.range.as_ref().map(|r| (r.start, r.end)))
                .collect()
        };
        let cut = [Some((0, 10)), Some((10, 20)), Some((20, 25)), None];
        assert_eq!(ranges(1, true), cut);
        assert_eq!(ranges(13, true).len(), 8);
        assert_eq!(ranges(1, false), [None, None]);
    }
}
