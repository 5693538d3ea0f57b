//! Definitions that go through bytes and come back, and those that must not.

use std::panic::Location;
use std::sync::Arc;

use super::*;
use crate::error::{Error, Result};

/// What a program would hold of such a definition.
type Handle = Arc<dyn Greets>;

trait Greets: Send + Sync {
    fn greet(&self, name: &str) -> String;
}

/// A definition with an environment, a closure, and a parameter of its own.
struct Greeting<F> {
    code: Shipped<Vec<String>, F>,
    times: u32,
}

impl<F: Fn(&Vec<String>, &str) -> String + Send + Sync + 'static> Greets for Greeting<F> {
    fn greet(&self, name: &str) -> String {
        (self.code.f)(&self.code.env, name).repeat(self.times as usize)
    }
}

impl<F: Send + Sync + 'static> Portable for Greeting<F> {
    fn encode(&self, out: &mut Encoder) -> Result<()> {
        self.code.encode(out)?;
        out.value(&self.times)
    }

    fn decode(input: &mut Decoder<'_>) -> Result<Self> {
        Ok(Greeting {
            code: Shipped::decode(input)?,
            times: input.value()?,
        })
    }
}

impl<F: Fn(&Vec<String>, &str) -> String + Send + Sync + 'static> Erase<Handle> for Greeting<F> {
    fn erase(self: Arc<Self>) -> Handle {
        self
    }
}

fn greeting<F>(f: F) -> Greeting<F>
where
    F: Fn(&Vec<String>, &str) -> String + Send + Sync + 'static,
{
    let env = ["hello, ", "!"].map(String::from).to_vec();
    Greeting {
        code: Shipped::new(Arc::new(env), f, Location::caller()),
        times: 2,
    }
}

fn encoded() -> EncodedDef {
    let hello = greeting(|words, name| format!("{}{name}{}", words[0], words[1]));
    encode_def::<_, Handle>(&hello).expect("nothing is captured")
}

#[test]
fn a_definition_comes_back_with_its_code_and_its_environment() {
    let def = encoded();
    for _ in 0..3 {
        let back: Handle = decode_def(&def).expect("it is of this build");
        assert_eq!(back.greet("you"), "hello, you!hello, you!");
    }
}

#[test]
fn every_entry_point_leads_to_its_own_type() {
    let defs = [
        encode_def::<_, Handle>(&greeting(|_, name| name.to_uppercase())),
        encode_def::<_, Handle>(&greeting(|_, name| name.len().to_string())),
        encode_def::<_, Handle>(&greeting(|words, _| words[1].clone())),
    ];
    let greet = |def: Result<EncodedDef>| {
        let back: Handle = decode_def(&def.expect("nothing is captured")).expect("of this build");
        back.greet("ab")
    };
    assert_eq!(defs.map(greet), ["ABAB", "22", "!!"]);
}

#[test]
fn a_definition_can_be_used_from_other_threads() {
    let back: Handle = decode_def(&encoded()).expect("it is of this build");
    let seen: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| back.greet("a"))).collect();
        threads
            .into_iter()
            .map(|t| t.join().expect("no panic"))
            .collect()
    });
    assert_eq!(seen, ["hello, a!hello, a!"; 4]);
}

#[test]
fn captures_are_refused_when_encoding() {
    let captured = std::hint::black_box(7);
    let refused = encode_def::<_, Handle>(&greeting(move |_, name| format!("{name}{captured}")));
    match refused {
        Err(Error::NotPortable { reason, .. }) => assert!(reason.contains("4 bytes"), "{reason}"),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn captures_are_refused_when_decoding() {
    fn closure_like<F: Send + Sync + 'static>(_: &F) -> Result<F> {
        Decoder::new(&[]).closure::<F>()
    }
    let captured = std::hint::black_box(7);
    let refused = closure_like(&move || captured);
    assert!(matches!(refused.map(drop), Err(Error::Internal(_))));
}

#[test]
fn cut_bytes_are_an_error_at_every_length() {
    let (entry, bytes) = encoded();
    for len in 0..bytes.len() {
        let cut = decode_def::<Handle>(&(entry, bytes[..len].to_vec()));
        assert!(cut.is_err(), "{len} of {} bytes", bytes.len());
    }
}

#[test]
fn a_definition_of_another_kind_is_an_error() {
    let wrong = decode_def::<Arc<dyn std::fmt::Debug + Send + Sync>>(&encoded());
    assert!(matches!(wrong.map(drop), Err(Error::Internal(_))));
}
