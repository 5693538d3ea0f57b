//! [`Variables`]: `${name}` in statements, as spark-sql replaces it.
//!
//! A name alone is a variable that was defined (`--define`, `.define`), else a configuration key that
//! has a value; `hivevar:` and `hiveconf:` in front mean the same. `spark:` means a configuration key
//! only, `env:` a variable of the environment. What has no value stays as it is. It is replaced
//! anywhere in a statement, in strings and comments too, and values may hold variables.

use std::collections::BTreeMap;

use flint_sql::RuntimeConfig;

use crate::failure::{Failure, Result};

/// How deep values may refer to variables.
const MAX_DEPTH: usize = 40;

/// The variables that were defined.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    defined: BTreeMap<String, String>,
}

impl Variables {
    /// Variables with values.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Variables {
        Variables {
            defined: pairs.into_iter().collect(),
        }
    }

    /// Defines a variable, or gives it another value.
    pub(crate) fn define(&mut self, name: &str, value: &str) {
        self.defined.insert(name.to_owned(), value.to_owned());
    }

    /// The variables with their values, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.defined
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text with values for variables.
    ///
    /// # Errors
    /// For variables whose values lead back to themselves.
    pub(crate) fn substitute(&self, text: &str, conf: &RuntimeConfig) -> Result<String> {
        self.replaced(text, &|key| conf.get_option(key), 0)
    }

    fn replaced(
        &self,
        text: &str,
        conf: &dyn Fn(&str) -> Option<String>,
        depth: usize,
    ) -> Result<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let Some(end) = rest.find('}') else { break };
            let (whole, after) = rest.split_at(end + 1);
            rest = after;
            match self.value(&whole[2..end], conf) {
                Some(_) if depth == MAX_DEPTH => {
                    let told = format!("the variable {whole} leads back to itself");
                    return Err(Failure::Usage(told));
                }
                Some(value) => out.push_str(&self.replaced(&value, conf, depth + 1)?),
                None => out.push_str(whole),
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn value(&self, name: &str, conf: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let (space, key) = name.split_once(':').unwrap_or(("", name));
        match space {
            "" | "hivevar" | "hiveconf" => self.defined.get(key).cloned().or_else(|| conf(key)),
            "spark" | "sparkconf" => conf(key),
            "env" => std::env::var(key).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> Result<String> {
        let pairs = [("t", "sales"), ("full", "db.${t}"), ("round", "${round}")];
        let variables = Variables::new(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        let conf = |key: &str| (key == "spark.x").then(|| "7".to_owned());
        variables.replaced(text, &conf, 0)
    }

    #[test]
    fn variables_have_values() {
        for (text, expected) in [
            ("SELECT * FROM ${t}", "SELECT * FROM sales"),
            ("'${hivevar:t}' ${full}", "'sales' db.sales"),
            ("${spark.x} ${spark:spark.x} ${spark:t}", "7 7 ${spark:t}"),
            ("${other} $t ${", "${other} $t ${"),
            (
                "${env:NO_SUCH_VARIABLE_HERE}",
                "${env:NO_SUCH_VARIABLE_HERE}",
            ),
        ] {
            assert_eq!(replaced(text).expect("is finite"), expected);
        }
        assert_eq!(
            replaced("${round}").expect_err("is a circle").exit_code(),
            2
        );
    }
}
