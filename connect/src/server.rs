//! [`ConnectServer`]: started, stopped, and told how. Its connections are accepted in `listen`.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flint_sql::SparkSession;
use parking_lot::{Condvar, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tonic::transport::server::Router;

use crate::artifacts::QUOTA_BYTES;
use crate::auth::BearerToken;
use crate::extensions::{CommandHandler, ExpressionHandler, Extensions, RelationHandler};
use crate::listen::{Encryption, Reception, listen};
use crate::sessions::{SessionLimits, Sessions};

/// How often idle sessions and abandoned executions are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// How long calls have to end when the server stops.
const LAST_CALLS: Duration = Duration::from_secs(5);

/// Why a server could not be started, or its certificate not be renewed.
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
    /// A certificate is to be renewed of a server that has none.
    NotEncrypted,
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
            StartError::NotEncrypted => {
                f.write_str("a server that was started without a certificate gets none later")
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
            StartError::Open { .. } | StartError::ClientsWithoutTls | StartError::NotEncrypted => {
                None
            }
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
    extensions: Extensions,
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

    /// Understands messages of a type in the place of relations. The type is told by its full name or
    /// its URL.
    ///
    /// ```
    /// use flint_connect::{ConnectServer, Planner};
    /// use flint_sql::{DataFrame, Result, SparkSession};
    ///
    /// /// As many rows as the message has bytes.
    /// fn bytes(message: &[u8], planner: &Planner) -> Result<DataFrame> {
    ///     Ok(planner.session().range(0, message.len() as i64))
    /// }
    ///
    /// let spark = SparkSession::builder().master("local[1]").create()?;
    /// let server = ConnectServer::builder(spark)
    ///     .port(0)
    ///     .relation_handler("example.Bytes", bytes)
    ///     .start()?;
    /// # drop(server);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn relation_handler(
        mut self,
        message: &str,
        handler: impl RelationHandler + 'static,
    ) -> Self {
        self.extensions.add_relation(message, Arc::new(handler));
        self
    }

    /// Understands messages of a type in the place of expressions: see
    /// [`relation_handler`](Self::relation_handler).
    #[must_use]
    pub fn expression_handler(
        mut self,
        message: &str,
        handler: impl ExpressionHandler + 'static,
    ) -> Self {
        self.extensions.add_expression(message, Arc::new(handler));
        self
    }

    /// Understands messages of a type in the place of commands: see
    /// [`relation_handler`](Self::relation_handler).
    #[must_use]
    pub fn command_handler(
        mut self,
        message: &str,
        handler: impl CommandHandler + 'static,
    ) -> Self {
        self.extensions.add_command(message, Arc::new(handler));
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
        let extensions = Arc::new(self.extensions.clone());
        let sessions = Sessions::new(self.session.clone(), self.limits, extensions);
        let sessions = Arc::new(sessions);
        let (stop, stopped) = watch::channel(false);
        let reception = Reception {
            sessions: Arc::clone(&sessions),
            guard: BearerToken::new(self.token.as_deref()),
        };
        let encryption = self.encryption();
        let router = runtime.block_on(async { reception.router(encryption.as_ref()) });
        let router = router.map_err(StartError::Tls)?;
        let (routers, coming) = mpsc::unbounded_channel();
        let state = Arc::new(State::default());
        let ended = Arc::clone(&state);
        runtime.spawn(serve(listener, router, coming, stopped.clone(), ended));
        runtime.spawn(sweep(Arc::clone(&sessions), stopped));
        Ok(ConnectServer {
            address,
            sessions,
            stop,
            state,
            renewal: Mutex::new(Renewal {
                reception,
                encryption,
                routers,
            }),
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

    fn encryption(&self) -> Option<Encryption> {
        let (certificate, key) = self.identity.clone()?;
        let client_ca = self.client_ca.clone();
        Some(Encryption {
            certificate,
            key,
            client_ca,
        })
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
    renewal: Mutex<Renewal>,
    runtime: Mutex<Option<Runtime>>,
}

/// What is needed to encrypt with another certificate.
struct Renewal {
    reception: Reception,
    encryption: Option<Encryption>,
    routers: mpsc::UnboundedSender<Router>,
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
            extensions: Extensions::default(),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Encrypts connections that come from now on with another certificate chain and key, as PEM, and
    /// with `client_ca` lets in clients of another authority. Clients that are connected go on with the
    /// calls that they have open, and are told to connect anew for others.
    ///
    /// # Errors
    /// [`StartError::Tls`] if the certificate or key cannot be used: the old one stays.
    /// [`StartError::NotEncrypted`] for a server that was started without one.
    pub fn renew_tls(
        &self,
        certificate: Vec<u8>,
        key: Vec<u8>,
        client_ca: Option<Vec<u8>>,
    ) -> Result<(), StartError> {
        let mut renewal = self.renewal.lock();
        let Some(old) = &renewal.encryption else {
            return Err(StartError::NotEncrypted);
        };
        let encryption = Encryption {
            certificate,
            key,
            client_ca: client_ca.or_else(|| old.client_ca.clone()),
        };
        let runtime = self.runtime.lock();
        let _entered = runtime.as_ref().map(Runtime::enter);
        let router = renewal.reception.router(Some(&encryption));
        let router = router.map_err(StartError::Tls)?;
        // A server that has stopped needs no certificate.
        let _ = renewal.routers.send(router);
        renewal.encryption = Some(encryption);
        Ok(())
    }

    /// Stops it: no new calls, running executions are interrupted, calls have some seconds to end.
    pub fn stop(&self) {
        // Nobody listens when it has ended.
        let _ = self.stop.send(true);
        let runtime = self.runtime.lock().take();
        self.sessions.end_all();
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
    listener: TcpListener,
    router: Router,
    routers: mpsc::UnboundedReceiver<Router>,
    stopped: watch::Receiver<bool>,
    state: Arc<State>,
) {
    listen(listener, router, routers, stopped).await;
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
