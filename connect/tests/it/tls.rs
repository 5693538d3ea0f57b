//! Encrypted connections.

use flint_connect::{ConnectServer, StartError};
use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use proto::execute_plan_response::ResponseType;
use proto::spark_connect_service_client::SparkConnectServiceClient;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Identity};

use crate::wire::{block_on, condition, new_id, serve, sql};

/// An authority, and what it signs.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }

    /// A certificate and its key, as PEM.
    fn sign(&self, name: &str, usage: ExtendedKeyUsagePurpose) -> (Vec<u8>, Vec<u8>) {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.0).expect("a certificate");
        (signed.pem().into_bytes(), key.serialize_pem().into_bytes())
    }
}

/// Asks for the status of a session that there is not, which a server refuses that is reached.
async fn reaches(server: &ConnectServer, tls: Option<ClientTlsConfig>) -> bool {
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", server.address());
    let mut endpoint = Channel::from_shared(address).expect("an address");
    if let Some(tls) = tls {
        endpoint = endpoint.tls_config(tls).expect("certificates");
    }
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let request = proto::GetStatusRequest {
        session_id: new_id(),
        ..Default::default()
    };
    let mut client = SparkConnectServiceClient::new(channel);
    let refused = client.get_status(request).await.expect_err("no session");
    let told = refused.code() == Code::Internal && !refused.details().is_empty();
    told && condition(&refused).0 == "INVALID_HANDLE.SESSION_NOT_FOUND"
}

fn trusting(authority: &Authority, name: &str) -> ClientTlsConfig {
    let certificate = Certificate::from_pem(authority.pem());
    ClientTlsConfig::new()
        .ca_certificate(certificate)
        .domain_name(name)
}

#[test]
fn s3_plain_text_and_wrong_certificates_do_not_get_through() {
    let (ours, other) = (Authority::new(), Authority::new());
    let (certificate, key) = ours.sign("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let server = serve(|builder| builder.tls(certificate, key));
    block_on(async {
        assert!(reaches(&server, Some(trusting(&ours, "localhost"))).await);
        assert!(!reaches(&server, None).await, "plain text");
        assert!(!reaches(&server, Some(trusting(&other, "localhost"))).await);
        assert!(!reaches(&server, Some(trusting(&ours, "example.org"))).await);
    });
}

#[test]
fn s3_clients_need_a_certificate_where_one_is_asked_for() {
    let (ours, other) = (Authority::new(), Authority::new());
    let (certificate, key) = ours.sign("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let server = serve(|builder| builder.tls(certificate, key).client_ca(ours.pem()));
    let with = |(certificate, key): (Vec<u8>, Vec<u8>)| {
        trusting(&ours, "localhost").identity(Identity::from_pem(certificate, key))
    };
    let usage = ExtendedKeyUsagePurpose::ClientAuth;
    block_on(async {
        let known = with(ours.sign("client", usage.clone()));
        assert!(reaches(&server, Some(known)).await);
        let none = trusting(&ours, "localhost");
        assert!(!reaches(&server, Some(none)).await, "no certificate");
        let unknown = with(other.sign("client", usage.clone()));
        assert!(
            !reaches(&server, Some(unknown)).await,
            "of another authority"
        );
        let of_server = ours.sign("localhost", ExtendedKeyUsagePurpose::ServerAuth);
        assert!(
            !reaches(&server, Some(with(of_server))).await,
            "for servers"
        );
    });
}

#[test]
fn s3_certificates_are_renewed_without_a_restart() {
    let (first, second) = (Authority::new(), Authority::new());
    let server_of =
        |authority: &Authority| authority.sign("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let (certificate, key) = server_of(&first);
    let server = serve(|builder| builder.tls(certificate, key));
    block_on(async {
        let address = format!("https://{}", server.address());
        let endpoint = Channel::from_shared(address).expect("an address");
        let endpoint = endpoint.tls_config(trusting(&first, "localhost"));
        let channel = endpoint.expect("certificates").connect().await;
        let mut connected = SparkConnectServiceClient::new(channel.expect("a connection"));
        // A query that is being read while the certificate changes.
        let request = proto::ExecutePlanRequest {
            session_id: new_id(),
            plan: Some(sql("SELECT id, repeat('x', 1000) FROM range(100000)")),
            ..Default::default()
        };
        let mut responses = connected
            .execute_plan(request)
            .await
            .expect("it runs")
            .into_inner();
        let rows_of = |response: proto::ExecutePlanResponse| match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => batch.row_count,
            _ => 0,
        };
        let first_rows = responses.message().await.expect("no error");
        let mut rows = rows_of(first_rows.expect("rows"));

        let (certificate, key) = server_of(&second);
        let (_, other_key) = server_of(&second);
        let unfit = server.renew_tls(certificate.clone(), other_key, None);
        assert!(matches!(unfit, Err(StartError::Tls(_))), "{unfit:?}");
        assert!(reaches(&server, Some(trusting(&first, "localhost"))).await);
        server
            .renew_tls(certificate, key, None)
            .expect("a certificate and its key");
        assert!(reaches(&server, Some(trusting(&second, "localhost"))).await);
        assert!(!reaches(&server, Some(trusting(&first, "localhost"))).await);

        while let Some(response) = responses.message().await.expect("no error") {
            rows += rows_of(response);
        }
        assert_eq!(rows, 100_000);
    });
    let plain = serve(|builder| builder);
    let (certificate, key) = server_of(&first);
    let refused = plain.renew_tls(certificate, key, None);
    assert!(
        matches!(refused, Err(StartError::NotEncrypted)),
        "{refused:?}"
    );
}

#[test]
fn s3_certificates_that_are_none_stop_the_start() {
    let spark = SparkSession::builder().master("local[1]").create();
    let builder = ConnectServer::builder(spark.expect("a session")).port(0);
    let odd = builder.tls(b"no certificate".to_vec(), b"no key".to_vec());
    assert!(matches!(odd.start(), Err(StartError::Tls(_))));
}
