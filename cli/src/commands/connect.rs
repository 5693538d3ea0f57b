//! `flint connect`: a Spark Connect server that runs until it is told to stop.
//!
//! When it listens it prints one line with its address, and nothing else, on standard output, so that
//! programs that start it know when and where. SIGTERM and Ctrl-C stop it: running statements are
//! cancelled, and the exit code is 0. A second signal does not wait for them.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use flint_connect::ConnectServer;

use super::certificates::Certificates;
use super::stop::Stop;
use crate::args::{Common, ConnectArgs};
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Where the token may be, beside the file: ours, then that of Spark's clients.
const TOKENS: [&str; 2] = ["FLINT_CONNECT_TOKEN", "SPARK_CONNECT_AUTHENTICATE_TOKEN"];

/// Serves until a signal comes.
pub(crate) fn run(common: &Common, args: &ConnectArgs) -> Result<ExitCode> {
    // From here on a signal is not lost, whenever it comes.
    let stop = Stop::watch()?;
    let token = token(args.token_file.as_deref())?;
    let session = Settings::gather(common)?
        .or("spark.app.name", "flint connect")
        .session()?;
    let mut builder = ConnectServer::builder(session.clone())
        .host(&args.host)
        .port(args.port)
        .insecure(args.insecure);
    if let Some(token) = token {
        builder = builder.token(token);
    }
    let certificates = certificates(args)?;
    if let Some(files) = &certificates {
        let now = files.used();
        builder = builder.tls(now.certificate, now.key);
        if let Some(authority) = now.client_ca {
            builder = builder.client_ca(authority);
        }
    }
    let server = Arc::new(builder.start().map_err(Failure::of_server)?);
    let line = line(server.address(), certificates.is_some());
    writeln!(io::stdout(), "{line}").map_err(Failure::of_output)?;
    if let Some(files) = certificates {
        files.watch_for(&server);
    }
    let watched = Arc::clone(&server);
    let was_told = stop.wait(move || watched.wait());
    server.stop();
    session.stop();
    match was_told {
        true => Ok(ExitCode::SUCCESS),
        // Why is in the log.
        false => Ok(ExitCode::FAILURE),
    }
}

/// The line that says that the server is ready. Its address is what clients take.
fn line(address: SocketAddr, has_tls: bool) -> String {
    let tls = if has_tls { "/;use_ssl=true" } else { "" };
    format!("Spark Connect server at sc://{address}{tls}")
}

/// The files of the server's certificate, if it has one.
fn certificates(args: &ConnectArgs) -> Result<Option<Certificates>> {
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Ok(None);
    };
    Certificates::read(certificate, key, args.tls_client_ca.as_deref()).map(Some)
}

/// The token that clients must show: of the file, else of the environment. An empty one is a mistake,
/// and would be no protection.
fn token(file: Option<&Path>) -> Result<Option<String>> {
    let (token, place) = match file {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(Failure::of_file(path))?;
            (text, path.display().to_string())
        }
        None => {
            let set = TOKENS
                .iter()
                .find_map(|name| Some((std::env::var(name).ok()?, *name)));
            match set {
                Some((text, name)) => (text, name.to_owned()),
                None => return Ok(None),
            }
        }
    };
    match token.trim() {
        "" => Err(Failure::Usage(format!("the token in {place} is empty"))),
        token => Ok(Some(token.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_an_address_of_clients() {
        let address = SocketAddr::from(([127, 0, 0, 1], 15002));
        assert_eq!(
            line(address, false),
            "Spark Connect server at sc://127.0.0.1:15002"
        );
        let six = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, 7));
        assert_eq!(
            line(six, true),
            "Spark Connect server at sc://[::1]:7/;use_ssl=true"
        );
    }

    #[test]
    fn tokens_of_files_are_trimmed_and_not_empty() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "secret\n").expect("is written");
        let found = token(Some(file.path())).expect("is there");
        assert_eq!(found.as_deref(), Some("secret"));
        fs::write(file.path(), "\n").expect("is written");
        assert_eq!(
            token(Some(file.path())).expect_err("is empty").exit_code(),
            2
        );
    }
}
