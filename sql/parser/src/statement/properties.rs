//! Properties, partitions and other lists that statements share.

use flint_sql_spec::{Ident, Options, PartitionSpec, Result, condition};

use crate::cursor::Parser;
use crate::lexer::TokenKind;

impl Parser {
    /// `('key' = 'value', a.b 'c')`.
    pub(crate) fn properties(&mut self) -> Result<Options> {
        let start = self.start();
        let found = self.paren_list(|p| {
            let key = p.property_key()?;
            p.eat_sign("=");
            let ends = p.at_sign(",") || p.at_sign(")");
            Ok((
                key,
                if ends {
                    None
                } else {
                    Some(p.property_value()?)
                },
            ))
        })?;
        let bare = found.iter().filter(|(_, value)| value.is_none());
        let bare: Vec<&str> = bare.map(|(key, _)| &**key).collect();
        if !bare.is_empty() {
            let told = format!("Values must be specified for key(s): [{}]", bare.join(","));
            let error = self.error_from(start, condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", told));
        }
        let found: Options = found
            .into_iter()
            .map(|(key, value)| (key, value.unwrap_or_else(|| "".into())))
            .collect();
        for (at, (key, _)) in found.iter().enumerate() {
            if found[..at].iter().any(|(other, _)| other == key) {
                let error = self.error_from(start, condition::DUPLICATE_KEY);
                return Err(error.with("keyColumn", format!("`{key}`")));
            }
        }
        Ok(found)
    }

    /// `('key', a.b)`.
    pub(crate) fn property_keys(&mut self) -> Result<Vec<Ident>> {
        self.paren_list(Self::property_key)
    }

    pub(crate) fn property_key(&mut self) -> Result<Ident> {
        if self.at_string() {
            // A string behind it is the value.
            return self.one_string();
        }
        let mut key = self.name()?.to_string();
        while self.at_sign(".") && self.name_ahead(1) {
            self.bump();
            key = format!("{key}.{}", self.name()?);
        }
        Ok(key.into())
    }

    fn property_value(&mut self) -> Result<Ident> {
        if self.at_string() {
            return self.string();
        }
        if self.at_any(&["TRUE", "FALSE"]) {
            return self.name().map(|word| word.to_lowercase().into());
        }
        if self.at_number() || self.at_sign("-") {
            let sign = if self.eat_sign("-") { "-" } else { "" };
            let token = self.bump();
            if matches!(token.kind, TokenKind::Integer | TokenKind::Decimal) {
                return Ok(format!("{sign}{}", self.text_of(token)).into());
            }
        }
        Err(self.unexpected())
    }

    /// `PARTITION (a = 1, b)`, or nothing.
    pub(crate) fn partition_spec(&mut self) -> Result<PartitionSpec> {
        if !self.at_word("PARTITION") || !self.sign_ahead(1, "(") {
            return Ok(Vec::new());
        }
        let start = self.start();
        self.bump();
        let spec: PartitionSpec = self.paren_list(|p| {
            let column = p.name()?;
            let value = if p.eat_sign("=") {
                Some(p.value()?)
            } else {
                None
            };
            Ok((column, value))
        })?;
        for (at, (key, _)) in spec.iter().enumerate() {
            if spec[..at].iter().any(|(other, _)| other == key) {
                let error = self.error_from(start, condition::DUPLICATE_KEY);
                return Err(error.with("keyColumn", format!("`{key}`")));
            }
        }
        Ok(spec)
    }

    pub(crate) fn if_exists(&mut self) -> bool {
        self.eat_words(&["IF", "EXISTS"])
    }

    pub(crate) fn if_not_exists(&mut self) -> bool {
        self.eat_words(&["IF", "NOT", "EXISTS"])
    }

    /// The rest of the statement as it is written, without blanks around it.
    pub(crate) fn rest_of_text(&mut self) -> String {
        let start = self.start();
        while !self.at_end() && !self.at_sign(";") {
            self.bump();
        }
        self.source_from(start).trim().to_owned()
    }
}
