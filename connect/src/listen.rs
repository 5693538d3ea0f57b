//! Connections: who accepts them, how they are encrypted, and who answers their calls.
//!
//! A [`Router`](tonic::transport::server::Router) encrypts with one certificate for as long as it
//! serves. So connections are accepted here and handed to the router of the moment; when a certificate
//! is renewed, a new router takes what comes, and the old one's clients are told to connect anew once
//! the calls that they have open are done. Nothing that runs is disturbed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use flint_connect_protocol::spark::connect::spark_connect_service_server::SparkConnectServiceServer;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::server::Router;
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};

use crate::auth::BearerToken;
use crate::lingering::Lingering;
use crate::service::Service;
use crate::sessions::Sessions;

/// What clients may send in one message, in bytes: Spark's
/// `spark.connect.grpc.maxInboundMessageSize`.
const MAX_MESSAGE_BYTES: usize = 128 << 20;

/// Bytes of a call's headers. Clients send a token and a few names.
const MAX_HEADER_BYTES: u32 = 64 << 10;

/// Calls of one connection that run at a time.
const MAX_STREAMS: u32 = 1024;

/// How many connections wait for their router.
const WAITING: usize = 16;

/// How long nothing is accepted when it cannot be, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// What connections are encrypted with, as PEM.
#[derive(Clone)]
pub(crate) struct Encryption {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key: Vec<u8>,
    /// Who signs the certificates that clients must have, if they must.
    pub(crate) client_ca: Option<Vec<u8>>,
}

/// What answers calls, however they are encrypted.
#[derive(Clone)]
pub(crate) struct Reception {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) guard: BearerToken,
}

impl Reception {
    /// What answers the calls of connections, on a runtime of tokio.
    pub(crate) fn router(
        &self,
        encryption: Option<&Encryption>,
    ) -> Result<Router, tonic::transport::Error> {
        let mut server = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(60)))
            .http2_keepalive_timeout(Some(Duration::from_secs(60)))
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .max_concurrent_streams(MAX_STREAMS);
        if let Some(encryption) = encryption {
            server = server.tls_config(encryption.config())?;
        }
        let service = SparkConnectServiceServer::new(Service {
            sessions: Arc::clone(&self.sessions),
        });
        let service = service
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        // Before the service, which reads bodies.
        let guarded = InterceptedService::new(service, self.guard.clone());
        Ok(server.add_service(guarded))
    }
}

impl Encryption {
    fn config(&self) -> ServerTlsConfig {
        let identity = Identity::from_pem(&self.certificate, &self.key);
        let tls = ServerTlsConfig::new().identity(identity);
        match &self.client_ca {
            Some(authority) => tls.client_ca_root(Certificate::from_pem(authority)),
            None => tls,
        }
    }
}

/// Accepts connections until the server stops, and waits until their calls have ended. Each router
/// that comes takes the place of the one before it.
pub(crate) async fn listen(
    listener: TcpListener,
    first: Router,
    mut routers: mpsc::UnboundedReceiver<Router>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut serving = JoinSet::new();
    let end = stopped.clone();
    let mut current = begin(&mut serving, first, end.clone());
    loop {
        tokio::select! {
            biased;
            () = stop(&mut stopped) => break,
            Some(router) = routers.recv() => {
                current = begin(&mut serving, router, end.clone());
            }
            accepted = listener.accept() => match accepted {
                Ok((connection, _)) => {
                    // Small answers are not to wait for the client's acknowledgements.
                    let connection = connection.set_nodelay(true).map(|()| Lingering::new(connection));
                    if current.send(connection).await.is_err() {
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
        // Those whose connections have all ended.
        while serving.try_join_next().is_some() {}
    }
    drop((listener, current));
    while serving.join_next().await.is_some() {}
}

/// Waits until the server stops.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // The sender goes with the server.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Lets a router serve the connections that are sent, until the server stops or no more can come.
fn begin(
    serving: &mut JoinSet<()>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> mpsc::Sender<io::Result<Lingering>> {
    let (sender, connections) = mpsc::channel(WAITING);
    serving.spawn(async move {
        let stop = async move { stop(&mut stopped).await };
        let connections = ReceiverStream::new(connections);
        let served = router.serve_with_incoming_shutdown(connections, stop).await;
        if let Err(error) = served {
            tracing::error!(%error, "connections are not answered any more");
        }
    });
    sender
}
