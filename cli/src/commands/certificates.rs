//! Certificates that are renewed while the server runs.
//!
//! Whoever renews certificates writes files, and tells nobody. So the files are read again at times;
//! when they hold something else that can be used, connections are encrypted with that from then on.
//! Files that cannot be used, as in the midst of being written, are told in the log and read again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use flint_connect::ConnectServer;

use crate::failure::{Failure, Result};

/// How often the files are read.
const EVERY: Duration = Duration::from_secs(10);

/// The files of a server's certificate.
#[derive(Debug)]
pub(super) struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    /// What they held when they were used last.
    used: Contents,
}

/// Certificate chain, key, and authority of clients' certificates, as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) client_ca: Option<Vec<u8>>,
}

impl Certificates {
    /// Reads the files.
    pub(super) fn read(certificate: &Path, key: &Path, client_ca: Option<&Path>) -> Result<Self> {
        let used = contents(certificate, key, client_ca)?;
        Ok(Certificates {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            client_ca: client_ca.map(Path::to_owned),
            used,
        })
    }

    /// What is in the files.
    pub(super) fn used(&self) -> Contents {
        self.used.clone()
    }

    /// What is in the files now, if that is something else.
    fn renewed(&self) -> Result<Option<Contents>> {
        let now = contents(&self.certificate, &self.key, self.client_ca.as_deref())?;
        Ok((now != self.used).then_some(now))
    }

    /// Renews the server's certificate when the files change, until the server is gone.
    pub(super) fn watch_for(mut self, server: &Arc<ConnectServer>) {
        let server = Arc::downgrade(server);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(EVERY);
                let Some(server) = Weak::upgrade(&server) else {
                    return;
                };
                self.look(|new| {
                    let Contents {
                        certificate,
                        key,
                        client_ca,
                    } = new;
                    let renewed = server.renew_tls(certificate, key, client_ca);
                    renewed.map_err(Failure::of_server)
                });
            }
        });
    }

    /// Looks once.
    fn look(&mut self, renew: impl FnOnce(Contents) -> Result<()>) {
        let renewed = self.renewed().and_then(|found| match found {
            Some(new) => renew(new.clone()).map(|()| Some(new)),
            None => Ok(None),
        });
        match renewed {
            Ok(Some(new)) => {
                tracing::info!("the certificate was renewed");
                self.used = new;
            }
            Ok(None) => {}
            Err(failure) => {
                let error = failure.told().unwrap_or_default();
                tracing::warn!(error, "the certificate is not renewed");
            }
        }
    }
}

fn contents(certificate: &Path, key: &Path, client_ca: Option<&Path>) -> Result<Contents> {
    let read = |path: &Path| fs::read(path).map_err(Failure::of_file(path));
    Ok(Contents {
        certificate: read(certificate)?,
        key: read(key)?,
        client_ca: client_ca.map(read).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_change_are_used_once_and_again_until_they_can_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (folder.path().join("cert"), folder.path().join("key"));
        fs::write(&certificate, "one").expect("written");
        fs::write(&key, "one").expect("written");
        let mut files = Certificates::read(&certificate, &key, None).expect("they are there");
        files.look(|_| panic!("nothing has changed"));
        fs::write(&certificate, "two").expect("written");
        let mut asked = Vec::new();
        files.look(|new| {
            asked.push(new);
            Err(Failure::Usage("the key is of another one".to_owned()))
        });
        fs::write(&key, "two").expect("written");
        files.look(|new| {
            asked.push(new);
            Ok(())
        });
        files.look(|_| panic!("it was used"));
        let found: Vec<_> = asked
            .iter()
            .map(|new| (&*new.certificate, &*new.key))
            .collect();
        assert_eq!(found, [(&b"two"[..], &b"one"[..]), (b"two", b"two")]);
        fs::remove_file(&key).expect("removed");
        files.look(|_| panic!("it is not there"));
    }
}
