//! The token that every call must bring.
//!
//! It is checked on a call's headers, before any of its body is read or decoded: a caller without it
//! reaches nothing of the service.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tonic::service::Interceptor;
use tonic::{Request, Status};

/// Lets calls through that bring `authorization: Bearer <token>`, or all if there is no token.
#[derive(Clone)]
pub(crate) struct BearerToken {
    /// The hash of the header that calls must have: hashes are equally long, so that comparing them
    /// tells nothing of the token's length either.
    expected: Option<[u8; 32]>,
}

impl BearerToken {
    /// Asks for a token, or lets everybody in. Nobody knows an empty token.
    pub(crate) fn new(token: Option<&str>) -> BearerToken {
        let header = |token| hash(format!("Bearer {token}").as_bytes());
        BearerToken {
            expected: token.map(header),
        }
    }
}

impl Interceptor for BearerToken {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let Some(expected) = &self.expected else {
            return Ok(request);
        };
        let mut headers = request.metadata().get_all("authorization").iter();
        let Some(header) = headers.next() else {
            return Err(Status::unauthenticated("No authentication token provided"));
        };
        let same = hash(header.as_bytes()).ct_eq(expected);
        if bool::from(same) && headers.next().is_none() {
            Ok(request)
        } else {
            Err(Status::unauthenticated("Invalid authentication token"))
        }
    }
}

fn hash(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

impl fmt::Debug for BearerToken {
    /// Whether there is a token, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BearerToken")
            .field(&self.expected.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(token: Option<&str>, headers: &[&str]) -> Result<(), String> {
        let mut request = Request::new(());
        for header in headers {
            let value = header.parse().expect("ASCII");
            request.metadata_mut().append("authorization", value);
        }
        let done = BearerToken::new(token).call(request);
        done.map(drop).map_err(|status| {
            assert_eq!(status.code(), tonic::Code::Unauthenticated);
            status.message().to_owned()
        })
    }

    #[test]
    fn s1_only_the_very_token_is_let_in() {
        let missing = Err("No authentication token provided".to_owned());
        let invalid = Err("Invalid authentication token".to_owned());
        let token = Some("Secret-1");
        assert_eq!(call(token, &["Bearer Secret-1"]), Ok(()));
        assert_eq!(call(token, &[]), missing);
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer Secret-2",
            "Bearer secret-1",
            "Bearer Secret-11",
            "Bearer Secret-",
            "bearer Secret-1",
            "Bearer  Secret-1",
            "Basic Secret-1",
            "Secret-1",
        ] {
            assert_eq!(call(token, &[header]), invalid, "{header}");
        }
        let twice = ["Bearer Secret-1", "Bearer other"];
        assert_eq!(call(token, &twice), invalid);
    }

    #[test]
    fn without_a_token_all_are_let_in() {
        assert_eq!(call(None, &[]), Ok(()));
        assert_eq!(call(None, &["Bearer any"]), Ok(()));
    }

    #[test]
    fn the_token_is_not_shown() {
        let shown = format!("{:?}", BearerToken::new(Some("Secret-1")));
        assert_eq!(shown, "BearerToken(true)");
    }
}
