//! Routes: which partitions of its parents a step reads for one partition of its own.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The narrow dependencies of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Route {
    /// No parent.
    Leaf,
    /// The same partition of each parent (one for most steps, several for zips).
    Same,
    /// Partition `p` is partition `p - starts[i]` of parent `i`, the last whose start is not
    /// beyond `p`. Starts ascend; equal starts are empty parents.
    Union(Arc<Vec<u32>>),
    /// Partition `p` is the listed partitions of the one parent, one after the other.
    Groups(Arc<Vec<Vec<u32>>>),
    /// Partition `p` pairs `p / right` of the first parent with `p % right` of the second.
    Cross {
        /// Partitions of the second parent.
        right: u32,
    },
    /// Partition `p` is partition `list[p]` of the one parent.
    Subset(Arc<Vec<u32>>),
}

impl Route {
    /// The one parent (by position) and partition that a step without code of its own stands for;
    /// `None` if there may be several.
    pub(crate) fn single(&self, partition: usize) -> Option<(usize, usize)> {
        match self {
            Route::Same => Some((0, partition)),
            Route::Union(starts) => {
                let parent = starts.partition_point(|&s| s as usize <= partition) - 1;
                Some((parent, partition - starts[parent] as usize))
            }
            Route::Subset(list) => Some((0, list[partition] as usize)),
            Route::Leaf | Route::Groups(_) | Route::Cross { .. } => None,
        }
    }

    /// All (parent, partition) that partition `partition` of a step with `parents` parents reads.
    pub(crate) fn inputs(&self, partition: usize, parents: usize) -> Vec<(usize, usize)> {
        match self {
            Route::Leaf => Vec::new(),
            Route::Same => (0..parents).map(|i| (i, partition)).collect(),
            Route::Groups(groups) => groups[partition].iter().map(|&p| (0, p as usize)).collect(),
            Route::Cross { right } => {
                let right = *right as usize;
                vec![(0, partition / right), (1, partition % right)]
            }
            Route::Union(_) | Route::Subset(_) => self.single(partition).into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_skips_empty_parents() {
        let route = Route::Union(Arc::new(vec![0, 2, 2, 3]));
        let parents: Vec<_> = (0..5)
            .map(|p| route.single(p).expect("a union is single"))
            .collect();
        assert_eq!(parents, [(0, 0), (0, 1), (2, 0), (3, 0), (3, 1)]);
    }

    #[test]
    fn a_cross_pairs_row_by_row() {
        let route = Route::Cross { right: 2 };
        assert_eq!(route.inputs(3, 2), [(0, 1), (1, 1)]);
    }
}
