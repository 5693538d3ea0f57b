//! Messages that only plug-ins understand.

use flint_sql_spec::Extension;

/// A message of any type, for the handler of that type.
pub(crate) fn extension(message: &prost_types::Any) -> Extension {
    Extension {
        type_url: message.type_url.as_str().into(),
        value: message.value.as_slice().into(),
    }
}
