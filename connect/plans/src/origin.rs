//! Where the client's program wrote something.
//!
//! Python tells a method and its call site as text. The JVM client tells a stack, whose first frame
//! is the method that was called and whose others are the call site; or a piece of SQL text by the
//! characters it spans.

use std::fmt::Write;
use std::sync::Arc;

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{CallSite, Origin, SqlText};
use proto::origin::Function;

/// The origin of a message; unknown when it is absent or says nothing.
pub fn origin(message: Option<&proto::Origin>) -> Origin {
    match message.and_then(|message| message.function.as_ref()) {
        None => Origin::Unknown,
        Some(Function::PythonOrigin(python)) => call(&python.fragment, &python.call_site),
        Some(Function::JvmOrigin(jvm)) => match &jvm.sql_text {
            Some(text) => piece(jvm, text),
            None => stack(&jvm.stack_trace),
        },
    }
}

fn call(fragment: &str, location: &str) -> Origin {
    if fragment.is_empty() && location.is_empty() {
        return Origin::Unknown;
    }
    Origin::Call(Arc::new(CallSite {
        fragment: fragment.into(),
        location: location.into(),
    }))
}

/// A piece of SQL text, whose ends are first and last UTF-16 unit.
fn piece(jvm: &proto::JvmOrigin, text: &str) -> Origin {
    let (Some(start), Some(stop)) = (jvm.start_index, jvm.stop_index) else {
        return Origin::Unknown;
    };
    let text = match (&jvm.object_type, &jvm.object_name) {
        (Some(kind), Some(name)) => SqlText::of_object(text, kind, name),
        _ => SqlText::new(text),
    };
    let start = byte_offset(&text.text, start);
    let end = byte_offset(&text.text, stop.saturating_add(1));
    Origin::sql(&text, start..end.max(start))
}

/// The byte at which the UTF-16 unit `index` is, or the text's end.
fn byte_offset(text: &str, index: i32) -> usize {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        if units >= i64::from(index) {
            return at;
        }
        units += character.len_utf16() as i64;
    }
    text.len()
}

/// The method that was called, and from where.
fn stack(frames: &[proto::StackTraceElement]) -> Origin {
    let Some((called, callers)) = frames.split_first() else {
        return Origin::Unknown;
    };
    let mut location = String::new();
    for (at, frame) in callers.iter().enumerate() {
        let line = if at > 0 { "\n" } else { "" };
        let (class, method) = (&frame.declaring_class, &frame.method_name);
        let _ = write!(location, "{line}{class}.{method}");
        let _ = match (&frame.file_name, frame.line_number) {
            (Some(file), number @ 0..) => write!(location, "({file}:{number})"),
            (Some(file), _) => write!(location, "({file})"),
            (None, _) => write!(location, "(Unknown Source)"),
        };
    }
    call(&called.method_name, &location)
}
