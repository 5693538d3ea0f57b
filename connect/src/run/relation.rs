//! Queries: the rows, what was observed.

use flint_connect_protocol::spark::connect as proto;
use flint_sql::{ObservedMetrics, QueryResult};
use flint_sql_spec::{Relation, Result};
use proto::execute_plan_response::ObservedMetrics as ObservedMessage;

use super::batches::Batches;
use super::{Run, while_running};
use crate::failure::Failure;

impl Run {
    /// Runs a query.
    pub(super) fn relation(&self, root: &proto::Relation) -> Result<(), Failure> {
        let relation = flint_connect_plans::relation(root)?;
        self.go_on()?;
        match self.spark().answered(&relation)? {
            Some(rows) => self.rows(&rows),
            None => self.query(&relation),
        }
    }

    /// Runs a query, and sends its rows as they come.
    pub(super) fn query(&self, relation: &Relation) -> Result<(), Failure> {
        let mut flow = self.spark().flow(relation)?;
        self.progress.watch(flow.watch());
        let mut batches = Batches::new(self, flow.schema())?;
        for batch in &mut flow {
            self.go_on()?;
            batches.send(&batch.map_err(while_running)?)?;
        }
        batches.end()?;
        let observed = flow.observed();
        if !observed.is_empty() {
            let observed: Result<_> = observed.iter().map(message).collect();
            self.send(proto::ExecutePlanResponse {
                observed_metrics: observed?,
                ..Default::default()
            })?;
        }
        Ok(())
    }

    /// Sends rows that are there.
    pub(super) fn rows(&self, found: &QueryResult) -> Result<(), Failure> {
        let mut batches = Batches::new(self, &found.schema)?;
        for batch in &found.batches {
            batches.send(batch)?;
        }
        batches.end()?;
        Ok(())
    }
}

fn message(observed: &ObservedMetrics) -> Result<ObservedMessage> {
    let values = observed.values.clone()?;
    Ok(ObservedMessage {
        name: observed.name.clone(),
        values: values
            .iter()
            .map(flint_connect_plans::literal_message)
            .collect(),
        keys: observed
            .columns
            .iter()
            .map(|field| field.name.to_string())
            .collect(),
        ..Default::default()
    })
}
