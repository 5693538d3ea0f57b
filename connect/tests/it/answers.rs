//! Answers of single calls, in the words that clients understand.

use flint_connect_protocol::spark::connect as proto;
use proto::add_artifacts_request::{ArtifactChunk, Batch, Payload, SingleChunkArtifact};
use proto::analyze_plan_request::{self as ask, Analyze};
use proto::analyze_plan_response::Result as Told;
use proto::get_status_response::operation_status::OperationState;
use tonic::{Code, Status};

use crate::wire::{Client, block_on, client, condition, new_id, plan, serve, sql};

async fn analyze(client: &mut Client, id: &str, analyze: Analyze) -> Result<Told, Status> {
    let request = proto::AnalyzePlanRequest {
        session_id: id.to_owned(),
        analyze: Some(analyze),
        ..Default::default()
    };
    let told = client.analyze_plan(request).await?.into_inner();
    assert_eq!(told.session_id, id);
    Ok(told.result.expect("an answer"))
}

fn range(end: i64) -> proto::relation::RelType {
    proto::relation::RelType::Range(proto::Range {
        end,
        step: 1,
        ..Default::default()
    })
}

fn relation(end: i64) -> Option<proto::Relation> {
    match plan(range(end)).op_type {
        Some(proto::plan::OpType::Root(root)) => Some(root),
        _ => None,
    }
}

#[test]
fn an_error_is_told_shortly_and_then_in_full() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let schema = |query: &str| {
            Analyze::Schema(ask::Schema {
                plan: Some(sql(query)),
            })
        };
        let asked = analyze(
            &mut client,
            &id,
            schema("SELECT nope FROM VALUES (1) AS t(a)"),
        )
        .await;
        let status = asked.expect_err("no such column");
        assert_eq!(status.code(), Code::Internal);
        let (name, info) = condition(&status);
        assert_eq!(name, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
        assert_eq!(info.metadata["sqlState"], "42703");
        assert!(info.metadata["classes"].contains("\"org.apache.spark.sql.AnalysisException\""));
        let fetch = proto::FetchErrorDetailsRequest {
            session_id: id.clone(),
            error_id: info.metadata["errorId"].clone(),
            ..Default::default()
        };
        let details = client.fetch_error_details(fetch.clone()).await;
        let details = details.expect("kept").into_inner();
        assert_eq!(details.root_error_idx, Some(0));
        let root = &details.errors[0];
        assert_eq!(root.message, status.message());
        let throwable = root.spark_throwable.as_ref().expect("Spark's");
        assert_eq!(throwable.message_parameters["objectName"], "`nope`");
        assert_eq!(throwable.query_contexts[0].fragment, "nope");
        // It is read once.
        let again = client.fetch_error_details(fetch).await.expect("answered");
        assert_eq!(again.into_inner().errors, []);
        let parse = analyze(&mut client, &id, schema("SELEC 1")).await;
        let (_, info) = condition(&parse.expect_err("no SQL"));
        assert!(info.reason.ends_with(".ParseException"), "{}", info.reason);
    });
}

#[test]
fn plans_are_analysed() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let some = |query: &str| Some(sql(query));
        macro_rules! told {
            ($kind:ident { $($field:ident: $value:expr),* }) => {
                match analyze(
                    &mut client,
                    &id,
                    Analyze::$kind(ask::$kind { $($field: $value),* }),
                )
                .await
                {
                    Ok(Told::$kind(told)) => told,
                    other => panic!("{other:?}"),
                }
            };
        }
        let nested = "SELECT 1 AS a, struct(2 AS x) AS b";
        let schema = told!(Schema { plan: some(nested) }).schema.expect("a type");
        let Some(proto::data_type::Kind::Struct(schema)) = schema.kind else {
            panic!("{schema:?}");
        };
        let names: Vec<_> = schema.fields.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["a", "b"]);
        let tree = told!(TreeString {
            plan: some(nested),
            level: Some(1)
        })
        .tree_string;
        let top = "root\n |-- a: integer (nullable = false)\n |-- b: struct (nullable = false)\n";
        assert_eq!(tree, top);
        let all = told!(TreeString {
            plan: some(nested),
            level: Some(0)
        })
        .tree_string;
        assert!(all.contains("|-- x: integer"), "{all}");
        for mode in 1..=5 {
            let text = told!(Explain {
                plan: some(nested),
                explain_mode: mode
            })
            .explain_string;
            assert!(!text.is_empty());
        }
        assert!(
            !told!(IsLocal {
                plan: Some(plan(range(3)))
            })
            .is_local
        );
        assert!(!told!(IsStreaming { plan: some(nested) }).is_streaming);
        assert_eq!(told!(InputFiles { plan: some(nested) }).files, [""; 0]);
        assert_eq!(told!(SparkVersion {}).version, "4.3.0");
        let parsed = told!(DdlParse {
            ddl_string: "a INT, b STRING NOT NULL".to_owned()
        })
        .parsed;
        let kind = parsed.and_then(|parsed| parsed.kind);
        assert!(matches!(kind, Some(proto::data_type::Kind::Struct(_))));
        let parsed = told!(DdlParse {
            ddl_string: "map<int,string>".to_owned()
        })
        .parsed;
        let kind = parsed.and_then(|parsed| parsed.kind);
        assert!(matches!(kind, Some(proto::data_type::Kind::Map(_))));
        let json = r#"{"type":"struct","fields":[{"name":"a b","type":"integer","nullable":false,
            "metadata":{"comment":"x"}}]}"#;
        let ddl = told!(JsonToDdl {
            json_string: json.to_owned()
        })
        .ddl_string;
        assert_eq!(ddl, "`a b` INT NOT NULL COMMENT 'x'");
        let same = |end| (Some(plan(range(3))), Some(plan(range(end))));
        let (target_plan, other_plan) = same(3);
        assert!(
            told!(SameSemantics {
                target_plan: target_plan,
                other_plan: other_plan
            })
            .result
        );
        let (target_plan, other_plan) = same(4);
        assert!(
            !told!(SameSemantics {
                target_plan: target_plan,
                other_plan: other_plan
            })
            .result
        );
        let hash = told!(SemanticHash {
            plan: Some(plan(range(3)))
        })
        .result;
        assert_eq!(
            told!(SemanticHash {
                plan: Some(plan(range(3)))
            })
            .result,
            hash
        );
    });
}

#[test]
fn rows_are_kept_and_forgotten() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let mut level = async |before: Option<Analyze>| {
            if let Some(before) = before {
                analyze(&mut client, &id, before).await.expect("done");
            }
            let asked = Analyze::GetStorageLevel(ask::GetStorageLevel {
                relation: relation(77),
            });
            match analyze(&mut client, &id, asked).await {
                Ok(Told::GetStorageLevel(told)) => told.storage_level.expect("a level"),
                other => panic!("{other:?}"),
            }
        };
        let none = level(None).await;
        assert!(!none.use_disk && !none.use_memory);
        let disk = proto::StorageLevel {
            use_disk: true,
            replication: 1,
            ..Default::default()
        };
        let persist = ask::Persist {
            relation: relation(77),
            storage_level: Some(disk),
        };
        assert_eq!(level(Some(Analyze::Persist(persist))).await, disk);
        let unpersist = ask::Unpersist {
            relation: relation(77),
            blocking: None,
        };
        assert_eq!(level(Some(Analyze::Unpersist(unpersist))).await, none);
    });
}

#[test]
fn questions_that_make_no_sense_are_refused_by_name() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let no_plan = Analyze::Schema(ask::Schema { plan: None });
        let mode = Analyze::Explain(ask::Explain {
            plan: Some(sql("SELECT 1")),
            explain_mode: 0,
        });
        let json = Analyze::JsonToDdl(ask::JsonToDdl {
            json_string: "\"integer\"".to_owned(),
        });
        for (asked, name) in [
            (no_plan, "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET"),
            (mode, "CONNECT_INVALID_PLAN.INVALID_ENUM"),
            (json, "INVALID_JSON_DATA_TYPE"),
        ] {
            let refused = analyze(&mut client, &id, asked).await.expect_err(name);
            assert_eq!(condition(&refused).0, name);
        }
        let request = proto::AnalyzePlanRequest {
            session_id: id.clone(),
            ..Default::default()
        };
        let refused = client.analyze_plan(request).await.expect_err("no question");
        let unknown = "CONNECT_INVALID_PLAN.UNKNOWN_ANALYZE_METHOD";
        assert_eq!(condition(&refused).0, unknown);
        let interrupt = |interrupt_type| proto::InterruptRequest {
            session_id: id.clone(),
            interrupt_type,
            ..Default::default()
        };
        for (kind, name) in [
            (0, "UNSUPPORTED_FEATURE.INTERRUPT_TYPE"),
            (2, "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_TAG_REQUIRES_TAG"),
            (
                3,
                "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID",
            ),
        ] {
            let refused = client.interrupt(interrupt(kind)).await.expect_err(name);
            assert_eq!(condition(&refused).0, name);
        }
    });
}

#[test]
fn artifacts_come_over_the_wire() {
    let server = serve(|builder| builder.artifact_quota(1_000));
    block_on(async {
        let mut client = client(&server).await;
        let id = new_id();
        let request = |name: &str, data: &[u8]| proto::AddArtifactsRequest {
            session_id: id.clone(),
            payload: Some(Payload::Batch(Batch {
                artifacts: vec![SingleChunkArtifact {
                    name: name.to_owned(),
                    data: Some(ArtifactChunk {
                        data: data.to_vec().into(),
                        crc: i64::from(crc32fast::hash(data)),
                    }),
                }],
            })),
            ..Default::default()
        };
        let stream = futures::stream::iter([request("files/a", b"a"), request("files/b", b"b")]);
        let told = client
            .add_artifacts(stream)
            .await
            .expect("taken")
            .into_inner();
        assert_eq!(told.artifacts.len(), 2);
        assert!(told.artifacts.iter().all(|one| one.is_crc_successful));
        for (name, data, condition_name) in [
            ("../x", &b"x"[..], "INVALID_ARTIFACT_PATH"),
            ("jars/x.jar", b"x", "UNSUPPORTED_FEATURE"),
            ("files/a", b"other", "ARTIFACT_ALREADY_EXISTS"),
            ("files/large", &[0; 2_000], "REQUIREMENT_FAILED"),
        ] {
            let stream = futures::stream::iter([request(name, data)]);
            let refused = client.add_artifacts(stream).await.expect_err(name);
            assert_eq!(condition(&refused).0, condition_name, "{name}");
        }
        let other = proto::AddArtifactsRequest {
            session_id: new_id(),
            ..request("files/c", b"c")
        };
        let stream = futures::stream::iter([request("files/c", b"c"), other]);
        let refused = client
            .add_artifacts(stream)
            .await
            .expect_err("two sessions");
        assert_eq!(refused.code(), Code::InvalidArgument);
        let nothing = client.add_artifacts(futures::stream::empty()).await;
        assert_eq!(nothing.expect_err("nothing").code(), Code::InvalidArgument);
    });
}

#[test]
fn a_session_is_cloned_under_a_new_id() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let (id, target) = (new_id(), new_id());
        let clone = |from: &str, to: Option<&str>| proto::CloneSessionRequest {
            session_id: from.to_owned(),
            new_session_id: to.map(str::to_owned),
            ..Default::default()
        };
        let refused = client
            .clone_session(clone(&id, None))
            .await
            .expect_err("no session");
        assert_eq!(condition(&refused).0, "INVALID_HANDLE.SESSION_NOT_FOUND");
        let version = Analyze::SparkVersion(ask::SparkVersion {});
        analyze(&mut client, &id, version).await.expect("a session");
        let cloned = client.clone_session(clone(&id, Some(&target))).await;
        let cloned = cloned.expect("cloned").into_inner();
        assert_eq!(cloned.new_session_id, target);
        assert_ne!(
            cloned.new_server_side_session_id,
            cloned.server_side_session_id
        );
        let prefix = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_";
        for (to, name) in [
            ("abc", "FORMAT"),
            (&*target, "ALREADY_EXISTS"),
            (&*id, "ALREADY_EXISTS"),
        ] {
            let refused = client
                .clone_session(clone(&id, Some(to)))
                .await
                .expect_err(name);
            assert_eq!(condition(&refused).0, format!("{prefix}{name}"));
        }
        let release = proto::ReleaseSessionRequest {
            session_id: target.clone(),
            ..Default::default()
        };
        client
            .release_session(release.clone())
            .await
            .expect("ended");
        // Ending it once more says nothing.
        let again = client.release_session(release).await.expect("ended");
        assert_eq!(again.into_inner().server_side_session_id, "");
        let refused = client
            .clone_session(clone(&id, Some(&target)))
            .await
            .expect_err("closed");
        assert_eq!(condition(&refused).0, format!("{prefix}ALREADY_CLOSED"));
    });
}

#[test]
fn states_of_executions_are_known_when_they_have_gone() {
    let server = serve(|builder| builder);
    block_on(async {
        let mut client = client(&server).await;
        let (id, good, bad) = (new_id(), new_id(), new_id());
        for (operation, query) in [(&good, "SELECT 1"), (&bad, "SELECT raise_error('no')")] {
            let request = proto::ExecutePlanRequest {
                session_id: id.clone(),
                operation_id: Some(operation.clone()),
                plan: Some(sql(query)),
                ..Default::default()
            };
            let mut responses = client
                .execute_plan(request)
                .await
                .expect("begun")
                .into_inner();
            while let Ok(Some(_)) = responses.message().await {}
        }
        let mut states = async |asked: Option<Vec<String>>| {
            let request = proto::GetStatusRequest {
                session_id: id.clone(),
                operation_status: asked.map(|operation_ids| {
                    proto::get_status_request::OperationStatusRequest {
                        operation_ids,
                        ..Default::default()
                    }
                }),
                ..Default::default()
            };
            let told = client.get_status(request).await.expect("told").into_inner();
            let states = told.operation_statuses.into_iter();
            let mut states: Vec<_> = states
                .map(|one| (one.operation_id.clone(), one.state()))
                .collect();
            states.sort();
            states
        };
        let mut all = vec![
            (good.clone(), OperationState::Succeeded),
            (bad.clone(), OperationState::Failed),
        ];
        all.sort();
        assert_eq!(states(None).await, []);
        assert_eq!(states(Some(Vec::new())).await, all);
        assert_eq!(states(Some(vec![good.clone(), bad.clone()])).await, all);
        let unknown = new_id();
        let asked = states(Some(vec![unknown.clone()])).await;
        assert_eq!(asked, [(unknown, OperationState::Unknown)]);
    });
}
