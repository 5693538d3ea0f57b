//! [`Uri`]: parts of a URI, as Java's `java.net.URI` finds them (RFC 2396 with its own extras).
//!
//! Signs beyond ASCII are allowed, but for controls and blanks. An authority that is no host with a
//! port is one all the same, without a host.

/// Parts of a URI, as they are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Uri<'a> {
    pub(super) scheme: Option<&'a str>,
    pub(super) authority: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) host: Option<&'a str>,
    /// None of URIs like `mailto:a@b`.
    pub(super) path: Option<&'a str>,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Reads a URI; `None` for what Java refuses.
    pub(super) fn parse(text: &'a str) -> Option<Uri<'a>> {
        let mut uri = Uri::default();
        let rest = match text.split_once('#') {
            Some((rest, fragment)) => {
                uri.fragment = Some(checked(fragment, is_uric)?);
                rest
            }
            None => text,
        };
        let scheme_end = rest.find(['/', '?', ':']);
        let rest = match scheme_end.filter(|at| rest[*at..].starts_with(':')) {
            Some(at) => {
                let scheme = &rest[..at];
                if !is_scheme(scheme) || at + 1 == rest.len() {
                    return None;
                }
                uri.scheme = Some(scheme);
                let rest = &rest[at + 1..];
                if !rest.starts_with('/') {
                    // No path: the rest means something to the scheme only.
                    checked(rest, is_uric)?;
                    return Some(uri);
                }
                rest
            }
            None => rest,
        };
        let rest = match rest.split_once('?') {
            Some((rest, query)) => {
                uri.query = Some(checked(query, is_uric)?);
                rest
            }
            None => rest,
        };
        let path = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                if authority.is_empty() {
                    if path.is_empty() {
                        return None;
                    }
                } else {
                    uri.set_authority(authority)?;
                }
                path
            }
            None => rest,
        };
        uri.path = Some(checked(path, is_in_path)?);
        Some(uri)
    }

    fn set_authority(&mut self, authority: &'a str) -> Option<()> {
        self.authority = Some(authority);
        let (user, rest) = match authority.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, authority),
        };
        let (host, port) = host_and_port(rest);
        let served = user.is_none_or(|user| checked(user, is_in_user).is_some())
            && port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
            && is_host(host);
        if served {
            (self.user, self.host) = (user, Some(host));
            return Some(());
        }
        checked(authority, is_in_authority).map(|_| ())
    }
}

fn host_and_port(text: &str) -> (&str, Option<&str>) {
    let host_end = match text.strip_prefix('[') {
        Some(_) => text.find(']').map_or(text.len(), |at| at + 1),
        None => text.rfind(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(host_end);
    match rest.strip_prefix(':') {
        Some(port) => (host, Some(port)),
        None if rest.is_empty() => (host, None),
        None => (text, None),
    }
}

/// Names of labels, addresses of four numbers, or an address of IPv6 between brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let (address, zone) = address.split_once('%').unwrap_or((address, "0"));
        return !zone.is_empty() && address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        let inner = label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    // The last one begins with a letter, or there is one alone.
    let last = labels.rsplit('.').next().unwrap_or("");
    let named = last.starts_with(|c: char| c.is_ascii_alphabetic());
    labels.split('.').all(is_label) && named
}

fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// The text, if all its signs are allowed, and `%` stands before two digits.
fn checked(text: &str, allowed: fn(char) -> bool) -> Option<&str> {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let fine = match c {
            '%' => {
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
                digit(rest.next()) && digit(rest.next())
            }
            c if c.is_ascii() => allowed(c),
            c => !c.is_control() && !c.is_whitespace(),
        };
        if !fine {
            return None;
        }
    }
    Some(text)
}

fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c)
}

fn is_uric(c: char) -> bool {
    is_unreserved(c) || ";/?:@&=+$,[]".contains(c)
}

fn is_in_path(c: char) -> bool {
    is_unreserved(c) || ":@&=+$,;/".contains(c)
}

fn is_in_user(c: char) -> bool {
    is_unreserved(c) || ";:&=+$,".contains(c)
}

fn is_in_authority(c: char) -> bool {
    is_unreserved(c) || "$,;:@&=+".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_need_no_host() {
        let uri = Uri::parse("http://a_b:x/p?q#r").unwrap();
        assert_eq!(
            (uri.authority, uri.host, uri.path),
            (Some("a_b:x"), None, Some("/p"))
        );
        assert_eq!((uri.query, uri.fragment), (Some("q"), Some("r")));
        assert_eq!(Uri::parse("http:"), None);
        assert_eq!(Uri::parse("a b"), None);
        assert_eq!(Uri::parse("//[::1]:8/").unwrap().host, Some("[::1]"));
    }
}
