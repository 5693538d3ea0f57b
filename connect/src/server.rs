//! [`ConnectServer`]: started, stopped, and told how.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flint_connect_protocol::spark::connect::spark_connect_service_server::SparkConnectServiceServer;
use flint_sql::SparkSession;
use parking_lot::{Condvar, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::server::{Router, TcpIncoming};
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};

use crate::artifacts::QUOTA_BYTES;
use crate::auth::BearerToken;
use crate::service::Service;
use crate::sessions::{SessionLimits, Sessions};

/// What clients may send in one message, in bytes: Spark's
/// `spark.connect.grpc.maxInboundMessageSize`.
const MAX_MESSAGE_BYTES: usize = 128 << 20;

/// Bytes of a call's headers. Clients send a token and a few names.
const MAX_HEADER_BYTES: u32 = 64 << 10;

/// Calls of one connection that run at a time.
const MAX_STREAMS: u32 = 1024;

/// How often idle sessions and abandoned executions are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// How long calls have to end when the server stops.
const LAST_CALLS: Duration = Duration::from_secs(5);

/// Why a server could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The host name has no address, or the address is not free.
    Bind {
        /// What was asked for, as `host:port`.
        address: String,
        /// Why not.
        error: std::io::Error,
    },
    /// The address can be reached from other machines, and nobody would have to prove anything.
    Open {
        /// The address.
        address: SocketAddr,
    },
    /// Clients' certificates are asked for, and connections are not encrypted.
    ClientsWithoutTls,
    /// The certificate or key cannot be used.
    Tls(tonic::transport::Error),
    /// There are no threads for it.
    Threads(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Bind { address, error } => write!(f, "can't listen at {address}: {error}"),
            StartError::Open { address } => write!(
                f,
                "{address} can be reached from other machines: a token is needed, or the insecure \
                 option, which lets everybody run code here"
            ),
            StartError::ClientsWithoutTls => {
                f.write_str("clients' certificates need a certificate and key of the server's own")
            }
            StartError::Tls(error) => write!(f, "the certificate or key can't be used: {error}"),
            StartError::Threads(error) => write!(f, "the server's threads: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Bind { error, .. } | StartError::Threads(error) => Some(error),
            StartError::Tls(error) => Some(error),
            StartError::Open { .. } | StartError::ClientsWithoutTls => None,
        }
    }
}

/// How a server is to be: see [`ConnectServer::builder`].
#[derive(Clone)]
pub struct ConnectServerBuilder {
    session: SparkSession,
    host: String,
    port: u16,
    token: Option<String>,
    identity: Option<(Vec<u8>, Vec<u8>)>,
    client_ca: Option<Vec<u8>>,
    insecure: bool,
    limits: SessionLimits,
}

impl ConnectServerBuilder {
    /// Where it listens; `127.0.0.1` unless said.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Its port; 15002 unless said, and any free one for 0.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The token that every call must bring (`authorization: Bearer ..`).
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Encrypts connections: the certificate chain and its key, as PEM.
    #[must_use]
    pub fn tls(mut self, certificate: Vec<u8>, key: Vec<u8>) -> Self {
        self.identity = Some((certificate, key));
        self
    }

    /// Lets in only clients with a certificate of this authority, as PEM. Needs [`tls`](Self::tls).
    #[must_use]
    pub fn client_ca(mut self, certificate: Vec<u8>) -> Self {
        self.client_ca = Some(certificate);
        self
    }

    /// Whether an address that other machines can reach may do without a token or clients'
    /// certificates.
    #[must_use]
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.insecure = insecure;
        self
    }

    /// How long a session without calls lives; an hour unless said.
    #[must_use]
    pub fn session_timeout(mut self, idle: Duration) -> Self {
        self.limits.idle = idle;
        self
    }

    /// What the artifacts of one session may take, in bytes; 4 GiB unless said.
    #[must_use]
    pub fn artifact_quota(mut self, bytes: u64) -> Self {
        self.limits.artifact_bytes = bytes;
        self
    }

    /// Starts it. Calls are answered when this returns.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(self) -> Result<ConnectServer, StartError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("connect-server")
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let listener = runtime.block_on(self.listener())?;
        let address = listener.local_addr().map_err(|error| self.bind(error))?;
        if self.client_ca.is_some() && self.identity.is_none() {
            return Err(StartError::ClientsWithoutTls);
        }
        if !address.ip().is_loopback() && !self.is_guarded() {
            return Err(StartError::Open { address });
        }
        let sessions = Arc::new(Sessions::new(self.session.clone(), self.limits));
        let (stop, stopped) = watch::channel(false);
        let router = runtime.block_on(async { self.router(&sessions) })?;
        let state = Arc::new(State::default());
        runtime.spawn(serve(router, listener, stopped.clone(), Arc::clone(&state)));
        runtime.spawn(sweep(Arc::clone(&sessions), stopped));
        Ok(ConnectServer {
            address,
            sessions,
            stop,
            state,
            runtime: Mutex::new(Some(runtime)),
        })
    }

    fn bind(&self, error: std::io::Error) -> StartError {
        StartError::Bind {
            address: format!("{}:{}", self.host, self.port),
            error,
        }
    }

    async fn listener(&self) -> Result<TcpListener, StartError> {
        let bound = TcpListener::bind((self.host.as_str(), self.port)).await;
        bound.map_err(|error| self.bind(error))
    }

    fn is_guarded(&self) -> bool {
        self.insecure || self.token.is_some() || self.client_ca.is_some()
    }

    fn router(&self, sessions: &Arc<Sessions>) -> Result<Router, StartError> {
        let mut server = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(60)))
            .http2_keepalive_timeout(Some(Duration::from_secs(60)))
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .max_concurrent_streams(MAX_STREAMS);
        if let Some((certificate, key)) = &self.identity {
            let mut tls = ServerTlsConfig::new().identity(Identity::from_pem(certificate, key));
            if let Some(authority) = &self.client_ca {
                tls = tls.client_ca_root(Certificate::from_pem(authority));
            }
            server = server.tls_config(tls).map_err(StartError::Tls)?;
        }
        let service = SparkConnectServiceServer::new(Service {
            sessions: Arc::clone(sessions),
        });
        let service = service
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        // Before the service, which reads bodies.
        let guard = BearerToken::new(self.token.as_deref());
        Ok(server.add_service(InterceptedService::new(service, guard)))
    }
}

impl fmt::Debug for ConnectServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectServerBuilder")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("token", &self.token.is_some())
            .field("tls", &self.identity.is_some())
            .field("insecure", &self.insecure)
            .finish_non_exhaustive()
    }
}

/// A Spark Connect server that runs: unmodified PySpark programs, and other clients of the protocol,
/// run on Flint.
///
/// Dropping it stops it.
///
/// ```no_run
/// use flint_connect::ConnectServer;
/// use flint_sql::SparkSession;
/// let spark = SparkSession::builder().master("local[*]").get_or_create()?;
/// let server = ConnectServer::builder(spark).port(15002).start()?;
/// println!("sc://{}", server.address());
/// server.wait();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ConnectServer {
    address: SocketAddr,
    sessions: Arc<Sessions>,
    stop: watch::Sender<bool>,
    state: Arc<State>,
    runtime: Mutex<Option<Runtime>>,
}

/// Whether calls are answered still.
#[derive(Default)]
struct State {
    ended: Mutex<bool>,
    changed: Condvar,
}

impl ConnectServer {
    /// Begins to describe a server whose clients' sessions are sessions of this one's application.
    pub fn builder(session: SparkSession) -> ConnectServerBuilder {
        ConnectServerBuilder {
            session,
            host: "127.0.0.1".to_owned(),
            port: 15002,
            token: None,
            identity: None,
            client_ca: None,
            insecure: false,
            limits: SessionLimits {
                idle: Duration::from_secs(3600),
                artifact_bytes: QUOTA_BYTES,
            },
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: no new calls, running executions are interrupted, calls have some seconds to end.
    pub fn stop(&self) {
        // Nobody listens when it has ended.
        let _ = self.stop.send(true);
        let runtime = self.runtime.lock().take();
        {
            // Executions that are interrupted are watched by a task.
            let _entered = runtime.as_ref().map(Runtime::enter);
            self.sessions.end_all();
        }
        {
            let mut ended = self.state.ended.lock();
            while !*ended {
                if self
                    .state
                    .changed
                    .wait_for(&mut ended, LAST_CALLS)
                    .timed_out()
                {
                    break;
                }
            }
            *ended = true;
        }
        self.state.changed.notify_all();
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
    }

    /// Blocks until somebody stops it.
    pub fn wait(&self) {
        let mut ended = self.state.ended.lock();
        while !*ended {
            self.state.changed.wait(&mut ended);
        }
    }
}

impl Drop for ConnectServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for ConnectServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn serve(
    router: Router,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
    state: Arc<State>,
) {
    let stop = async move {
        // The sender goes with the server.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    // Small answers are not to wait for the client's acknowledgements.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    if let Err(error) = router.serve_with_incoming_shutdown(incoming, stop).await {
        tracing::error!(%error, "the Connect server ended");
    }
    *state.ended.lock() = true;
    state.changed.notify_all();
}

async fn sweep(sessions: Arc<Sessions>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = ticks.tick() => sessions.sweep(),
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}
