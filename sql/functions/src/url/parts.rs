//! `parse_url`: a part of a URL, or the value of a key of its query.

use flint_sql_columnar::Raised;
use flint_sql_spec::{Result, SqlError, condition};

use super::uri::Uri;
use crate::each::{kernel, texts};
use crate::java_pattern::QueryKey;
use crate::scalar::{Kernel, Scalar};
use crate::site::Site;

/// The family of parts of URLs.
pub(crate) const FUNCTIONS: &[Scalar] = &[
    // Outside of ANSI mode what is no URL has no parts.
    Scalar::new("parse_url", |site| parse_url(site, !site.ansi)),
    Scalar::new("try_parse_url", |site| parse_url(site, true)),
];

/// `parse_url(url, part)` or `parse_url(url, 'QUERY', key)`; parts are named in capitals. The key is a
/// pattern.
fn parse_url(site: &Site, forgiving: bool) -> Result<Kernel> {
    let keyed = site.arguments.len() > 2;
    kernel(move |args| {
        let (url, part) = (args.strings(0)?, args.strings(1)?);
        let key = if keyed { Some(args.strings(2)?) } else { None };
        let mut last: Option<QueryKey> = None;
        texts(args.rows(), |row| {
            let Some((url, part)) = url.get(row).zip(part.get(row)) else {
                return Ok(None);
            };
            let key = key.as_ref().map(|key| key.get(row));
            if matches!(key, Some(None)) || key.is_some() && part != "QUERY" {
                return Ok(None);
            }
            let Some(uri) = Uri::parse(url) else {
                return match forgiving {
                    true => Ok(None),
                    false => Err(invalid(url)),
                };
            };
            let Some(Some(key)) = key else {
                return Ok(part_of(&uri, part));
            };
            let Some(query) = uri.query else {
                return Ok(None);
            };
            if last.as_ref().is_none_or(|last| last.key() != key) {
                last = Some(QueryKey::new(key)?);
            }
            let last = last.as_ref().expect("it was set just now");
            Ok(last.value(query)?.map(str::to_owned))
        })
    })
}

fn invalid(url: &str) -> Raised {
    SqlError::new(condition::INVALID_URL)
        .with("url", url)
        .into()
}

fn part_of(uri: &Uri<'_>, part: &str) -> Option<String> {
    let found = match part {
        "HOST" => uri.host,
        "PATH" => uri.path,
        "QUERY" => uri.query,
        "REF" => uri.fragment,
        "PROTOCOL" => uri.scheme,
        "AUTHORITY" => uri.authority,
        "USERINFO" => uri.user,
        "FILE" => {
            return match (uri.path, uri.query) {
                (Some(path), Some(query)) => Some(format!("{path}?{query}")),
                (path, _) => path.map(str::to_owned),
            };
        }
        _ => None,
    };
    found.map(str::to_owned)
}
