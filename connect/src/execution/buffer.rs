//! [`Buffer`]: responses between an execution and whoever reads them.
//!
//! Responses have places, from 0. They are kept until the client has released them, so that a client
//! that lost its connection reads on where it was. What was sent long ago goes by itself: a client
//! that never releases holds no more than [`RETRY_BYTES`]. An execution whose responses nobody reads
//! waits at [`AHEAD_BYTES`]. One reader reads at a time: a newer one takes the older one's place.

use std::collections::VecDeque;

use flint_connect_protocol::spark::connect::ExecutePlanResponse;
use parking_lot::{Condvar, Mutex};
use prost::Message;
use tokio::sync::Notify;
use tonic::Status;

/// Sent responses that are kept for a client that has not released them, in bytes: Spark's
/// `spark.connect.execute.reattachable.observerRetryBufferSize`.
const RETRY_BYTES: usize = 10 << 20;

/// Responses that were not sent yet, in bytes, from which on an execution waits.
const AHEAD_BYTES: usize = 32 << 20;

/// Responses of one execution.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    state: Mutex<State>,
    /// Something came, or ended, or a reader lost its place.
    news: Notify,
    /// Something went.
    room: Condvar,
}

#[derive(Debug, Default)]
struct State {
    kept: VecDeque<Kept>,
    /// The place of the first kept response.
    first: usize,
    /// The id of the one before it: a client may release the response that it reads on after.
    before_first: Option<String>,
    /// The place after the last one that any reader got.
    sent: usize,
    /// Bytes before and from `sent` on.
    sent_bytes: usize,
    ahead_bytes: usize,
    end: Option<Result<(), Status>>,
    /// Nobody will read any more.
    closed: bool,
    /// Which reader's turn it is.
    reader: u64,
}

#[derive(Debug)]
struct Kept {
    response: ExecutePlanResponse,
    bytes: usize,
}

/// Why a response cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Another reader has taken the place.
    Displaced,
    /// It has been released.
    Released,
    /// No response has that id.
    Unknown,
}

/// What comes at a place.
#[derive(Debug)]
pub(crate) enum Next {
    /// A response.
    Response(Box<ExecutePlanResponse>),
    /// Nothing: that was all.
    End(Result<(), Status>),
}

impl Buffer {
    /// Adds a response; waits while too many have not been sent. False when nobody will read it.
    pub(crate) fn push(&self, response: ExecutePlanResponse) -> bool {
        let bytes = response.encoded_len();
        let mut state = self.state.lock();
        while state.ahead_bytes > AHEAD_BYTES && !state.closed {
            self.room.wait(&mut state);
        }
        if state.closed {
            return false;
        }
        state.ahead_bytes += bytes;
        state.kept.push_back(Kept { response, bytes });
        drop(state);
        self.news.notify_waiters();
        true
    }

    /// Adds a response that can be done without. False, and it is not added, when too many have not
    /// been sent, and when nobody will read it.
    pub(crate) fn offer(&self, response: ExecutePlanResponse) -> bool {
        let bytes = response.encoded_len();
        let mut state = self.state.lock();
        if state.closed || state.end.is_some() || state.ahead_bytes > AHEAD_BYTES {
            return false;
        }
        state.ahead_bytes += bytes;
        state.kept.push_back(Kept { response, bytes });
        drop(state);
        self.news.notify_waiters();
        true
    }

    /// Ends the responses.
    pub(crate) fn end(&self, end: Result<(), Status>) {
        self.state.lock().end.get_or_insert(end);
        self.news.notify_waiters();
    }

    /// Forgets everything: nobody will read any more.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.reader += 1;
        state.kept.clear();
        drop(state);
        self.room.notify_all();
        self.news.notify_waiters();
    }

    /// Takes the turn to read, from after a response on, or from the first.
    pub(crate) fn read_after(&self, id: Option<&str>) -> Result<Reader, Lost> {
        let mut state = self.state.lock();
        let at = match id {
            Some(id) => state.place(id).ok_or(Lost::Unknown)? + 1,
            None => 0,
        };
        if at < state.first {
            return Err(Lost::Released);
        }
        state.reader += 1;
        let turn = state.reader;
        drop(state);
        self.news.notify_waiters();
        Ok(Reader { turn, at })
    }

    /// What comes next for a reader. Waits for it.
    pub(crate) async fn next(&self, reader: &mut Reader) -> Result<Next, Lost> {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            // From here on nothing is missed.
            news.as_mut().enable();
            if let Some(next) = self.state.lock().next(reader)? {
                self.room.notify_all();
                return Ok(next);
            }
            news.await;
        }
    }

    /// Forgets the responses up to one. Ids that are not known are forgotten already.
    pub(crate) fn release_until(&self, id: &str) {
        let mut state = self.state.lock();
        if let Some(at) = state.place(id) {
            while state.first <= at {
                state.drop_first();
            }
        }
        drop(state);
        self.room.notify_all();
    }
}

impl State {
    fn place(&self, id: &str) -> Option<usize> {
        if self.before_first.as_deref() == Some(id) {
            return self.first.checked_sub(1);
        }
        let is_it = |kept: &Kept| kept.response.response_id == id;
        Some(self.first + self.kept.iter().position(is_it)?)
    }

    fn drop_first(&mut self) {
        if let Some(gone) = self.kept.pop_front() {
            if self.first < self.sent {
                self.sent_bytes -= gone.bytes;
            } else {
                self.ahead_bytes -= gone.bytes;
                self.sent = self.first + 1;
            }
            self.first += 1;
            self.before_first = Some(gone.response.response_id);
        }
    }

    fn next(&mut self, reader: &mut Reader) -> Result<Option<Next>, Lost> {
        if reader.turn != self.reader {
            return Err(Lost::Displaced);
        }
        let at = reader.at.checked_sub(self.first).ok_or(Lost::Released)?;
        let Some(kept) = self.kept.get(at) else {
            return Ok(self.end.clone().map(Next::End));
        };
        let next = Next::Response(Box::new(kept.response.clone()));
        let bytes = kept.bytes;
        reader.at += 1;
        if reader.at > self.sent {
            self.sent = reader.at;
            self.ahead_bytes -= bytes;
            self.sent_bytes += bytes;
        }
        while self.sent_bytes > RETRY_BYTES && self.first + 1 < self.sent {
            self.drop_first();
        }
        Ok(Some(next))
    }
}

/// Where somebody reads.
#[derive(Debug)]
pub(crate) struct Reader {
    turn: u64,
    at: usize,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use flint_connect_protocol::spark::connect::execute_plan_response::{ArrowBatch, ResponseType};

    use super::*;

    fn response(id: usize, bytes: usize) -> ExecutePlanResponse {
        ExecutePlanResponse {
            response_id: id.to_string(),
            response_type: Some(ResponseType::ArrowBatch(ArrowBatch {
                data: vec![0; bytes].into(),
                ..Default::default()
            })),
            ..Default::default()
        }
    }

    fn filled(count: usize, bytes: usize) -> Buffer {
        let buffer = Buffer::default();
        for id in 0..count {
            assert!(buffer.push(response(id, bytes)));
        }
        buffer.end(Ok(()));
        buffer
    }

    /// The ids that a reader gets, and how it ends.
    fn rest(buffer: &Buffer, mut reader: Reader) -> (Vec<String>, Result<Next, Lost>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            let mut ids = Vec::new();
            loop {
                match buffer.next(&mut reader).await {
                    Ok(Next::Response(response)) => ids.push(response.response_id),
                    other => return (ids, other),
                }
            }
        })
    }

    #[test]
    fn s13_reading_goes_on_after_any_response() {
        let buffer = filled(4, 1);
        for at in 0..4 {
            let reader = buffer
                .read_after(Some(&at.to_string()))
                .expect("it is kept");
            let (ids, end) = rest(&buffer, reader);
            assert_eq!(
                ids,
                (at + 1..4).map(|id| id.to_string()).collect::<Vec<_>>()
            );
            assert!(matches!(end, Ok(Next::End(Ok(())))));
        }
        assert_eq!(buffer.read_after(Some("9")).err(), Some(Lost::Unknown));
    }

    #[test]
    fn released_responses_are_gone() {
        let buffer = filled(4, 1);
        buffer.release_until("1");
        buffer.release_until("1");
        assert_eq!(buffer.read_after(None).err(), Some(Lost::Released));
        assert_eq!(buffer.read_after(Some("0")).err(), Some(Lost::Unknown));
        for (id, left) in [("1", vec!["2", "3"]), ("2", vec!["3"])] {
            let reader = buffer.read_after(Some(id)).expect("it is known");
            assert_eq!(rest(&buffer, reader).0, left);
        }
    }

    #[test]
    fn a_newer_reader_takes_the_place_of_an_older_one() {
        let buffer = filled(2, 1);
        let old = buffer.read_after(None).expect("kept");
        let new = buffer.read_after(None).expect("kept");
        assert!(matches!(rest(&buffer, old).1, Err(Lost::Displaced)));
        assert_eq!(rest(&buffer, new).0, ["0", "1"]);
    }

    #[test]
    fn what_was_sent_long_ago_goes_by_itself() {
        let buffer = filled(30, 1 << 20);
        let reader = buffer.read_after(None).expect("kept");
        assert_eq!(rest(&buffer, reader).0.len(), 30);
        assert_eq!(buffer.read_after(None).err(), Some(Lost::Released));
        assert!(buffer.read_after(Some("25")).is_ok());
        assert!(buffer.state.lock().kept.len() < 12);
    }

    #[test]
    fn an_execution_waits_for_its_readers() {
        let buffer = Arc::new(Buffer::default());
        let pushing = Arc::clone(&buffer);
        let thread = std::thread::spawn(move || {
            let pushed = (0..50).take_while(|id| pushing.push(response(*id, 4 << 20)));
            let pushed = pushed.count();
            pushing.end(Ok(()));
            pushed
        });
        let reader = buffer.read_after(None).expect("kept");
        assert_eq!(rest(&buffer, reader).0.len(), 50);
        assert_eq!(thread.join().expect("no panic"), 50);
        assert!(buffer.state.lock().kept.len() < 15);
    }

    #[test]
    fn what_can_be_done_without_never_waits() {
        let buffer = Buffer::default();
        assert!(buffer.offer(response(0, 1)));
        assert!(buffer.push(response(1, AHEAD_BYTES + 1)));
        assert!(!buffer.offer(response(2, 1)));
        buffer.end(Ok(()));
        let reader = buffer.read_after(None).expect("kept");
        assert_eq!(rest(&buffer, reader).0, ["0", "1"]);
        assert!(!buffer.offer(response(3, 1)), "the end was sent");
    }

    #[test]
    fn an_abandoned_execution_does_not_wait() {
        let buffer = Arc::new(Buffer::default());
        let pushing = Arc::clone(&buffer);
        let thread =
            std::thread::spawn(move || (0..50).all(|id| pushing.push(response(id, 4 << 20))));
        buffer.close();
        assert!(!thread.join().expect("no panic"));
    }
}
