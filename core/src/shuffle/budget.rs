//! [`Budget`]: a reservation for a buffer that grows as records come in.

use crate::storage::memory::{Reservation, TaskMemory};

/// A reservation that grows ahead of its buffer, so that the manager is asked seldom, and that lets
/// a small buffer grow even when it is refused, so that spills never become tiny.
#[derive(Debug)]
pub(super) struct Budget {
    reservation: Reservation,
    /// What the buffer may hold without a grant, in bytes.
    floor: u64,
}

impl Budget {
    pub(super) fn new(memory: &TaskMemory) -> Self {
        Budget {
            reservation: memory.reservation(),
            floor: memory.manager().floor_bytes(),
        }
    }

    /// Whether the buffer may hold `bytes`. If not, it has to spill.
    #[inline]
    pub(super) fn covers(&mut self, bytes: u64) -> bool {
        bytes <= self.reservation.bytes() || self.grow(bytes)
    }

    #[cold]
    fn grow(&mut self, bytes: u64) -> bool {
        // What is beyond the need must not cost others theirs.
        let missing = bytes - self.reservation.bytes();
        self.reservation.try_grow_free(missing + bytes / 8).is_ok()
            || self.reservation.try_grow(missing)
            || bytes <= self.floor
    }

    /// Whether memory is granted for `bytes`, however few they are.
    pub(super) fn covers_strictly(&mut self, bytes: u64) -> bool {
        bytes <= self.reservation.bytes() || self.reservation.try_resize(bytes)
    }

    /// Gives back what is beyond `bytes`.
    pub(super) fn shrink_to(&mut self, bytes: u64) {
        let held = self.reservation.bytes();
        self.reservation.shrink(held.saturating_sub(bytes));
    }

    pub(super) fn into_reservation(self) -> Reservation {
        self.reservation
    }
}

/// Gives a reservation back step by step, as the records it stands for are handed out.
#[derive(Debug)]
pub(super) struct Drain {
    reservation: Reservation,
    /// Bytes to give back per record.
    per_record: u64,
}

impl Drain {
    /// `leaving` of the reservation's bytes go with the records, in equal parts; the rest stays
    /// until the end.
    pub(super) fn new(reservation: Reservation, leaving: u64, records: usize) -> Self {
        Drain {
            reservation,
            per_record: leaving / (records as u64).max(1),
        }
    }

    pub(super) fn handed_out(&mut self, records: usize) {
        self.reservation.shrink(self.per_record * records as u64);
    }
}
