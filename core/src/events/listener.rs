//! Who is told of events.

use super::event::Event;

/// Is told of everything that happens in a context, one event at a time.
///
/// Calls come from one thread, in the order of posting. A slow listener delays the others of its
/// bus and, once the queue is full, makes the bus drop events; it never delays a job. A panic is
/// caught and logged, and the listener goes on being called.
///
/// A closure that takes an event is a listener:
///
/// ```
/// use flint_core::events::{DEFAULT_CAPACITY, Event, EventBus};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// let bus = EventBus::new(DEFAULT_CAPACITY);
/// bus.add_listener(Arc::new(|event: &Event| {
///     if let Event::JobEnd { job, error: Some(error), .. } = event {
///         eprintln!("job {job}: {error}");
///     }
/// }))?;
/// bus.post(Event::JobEnd { job: 0, error: None, time_ms: 0 });
/// assert!(bus.flush(Duration::from_secs(5)));
/// # Ok::<(), flint_core::Error>(())
/// ```
pub trait Listener: Send + Sync {
    /// Takes note of an event. What it wants to keep, it clones.
    fn on_event(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync> Listener for F {
    fn on_event(&self, event: &Event) {
        self(event);
    }
}
