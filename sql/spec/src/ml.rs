//! Calls of estimators, transformers and models.

use serde::{Deserialize, Serialize};

use crate::{Ident, Literal, Options, Relation};

/// What is done with models.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MlCommand {
    /// Trains a model.
    Fit(MlStep),
    /// Reads something of a model.
    Fetch(MlFetch),
    /// Forgets models.
    Delete {
        /// Which.
        objects: Vec<Ident>,
        /// Only from memory.
        evict_only: Option<bool>,
    },
    /// Saves.
    Write {
        /// What.
        target: MlTarget,
        /// Its parameters.
        params: MlParams,
        /// Where to.
        path: Ident,
        /// Whether what is there is replaced.
        overwrite: Option<bool>,
        /// Options of the writer.
        options: Options,
    },
    /// Loads.
    Read {
        /// What.
        operator: MlOperator,
        /// From where.
        path: Ident,
    },
    /// Measures predictions.
    Evaluate(MlStep),
    /// Forgets all models of the session.
    CleanCache,
    /// Lists the models of the session.
    GetCacheInfo,
    /// Computes a model's summary over data.
    CreateSummary {
        /// The model.
        model: Ident,
        /// The data.
        dataset: Relation,
    },
    /// A model's size in bytes.
    GetModelSize(Ident),
}

/// Rows from a model.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MlRelation {
    /// What gives them.
    pub kind: MlRelationKind,
    /// The data that a lost summary is made from again.
    pub summary_dataset: Option<Relation>,
}

/// What gives rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MlRelationKind {
    /// A transformer over rows.
    Transform {
        /// A model of the session, or a transformer.
        target: MlTarget,
        /// The rows.
        input: Relation,
        /// Its parameters.
        params: MlParams,
    },
    /// Something of a model.
    Fetch(MlFetch),
}

/// A model of the session by its id, or an operator to be made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MlTarget {
    /// Id of an object in the session.
    Object(Ident),
    /// An operator by name.
    Operator(MlOperator),
}

/// An estimator, transformer, evaluator or model by class name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MlOperator {
    /// Spark's class name.
    pub name: Ident,
    /// The instance's id.
    pub uid: Ident,
    /// What it is.
    pub kind: MlOperatorKind,
}

/// What an operator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MlOperatorKind {
    /// Trains models.
    Estimator,
    /// Adds columns.
    Transformer,
    /// Measures predictions.
    Evaluator,
    /// A trained transformer.
    Model,
}

/// Parameters by name.
pub type MlParams = Vec<(Ident, Literal)>;

/// An operator applied to data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MlStep {
    /// The operator.
    pub operator: MlOperator,
    /// Its parameters.
    pub params: MlParams,
    /// The data.
    pub dataset: Relation,
}

/// A chain of method calls on an object of the session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MlFetch {
    /// The object's id.
    pub object: Ident,
    /// The methods, each called on the answer of the one before.
    pub methods: Vec<MlMethod>,
}

/// A method call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MlMethod {
    /// The method.
    pub name: Ident,
    /// Its arguments.
    pub args: Vec<MlArg>,
}

/// An argument of a method.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MlArg {
    /// A value.
    Value(Literal),
    /// Rows.
    Relation(Relation),
}
