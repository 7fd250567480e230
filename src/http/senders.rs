//! Who sends something that has not come to its end: of one address only so many.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use actix_web::HttpRequest;

/// The most bodies of one address that come at the same time.
const LIMIT: usize = 200;

/// How many bodies of each address are coming.
#[derive(Default)]
pub(super) struct Senders(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A body that is coming.
pub(super) struct Sender {
    senders: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: Option<IpAddr>,
}

impl Senders {
    /// One more body; none where its address sends too many already.
    pub(super) fn of(&self, http: &HttpRequest) -> Option<Sender> {
        let address = http.peer_addr().map(|address| address.ip());
        if let (Some(address), Ok(mut senders)) = (address, self.0.lock()) {
            let count = senders.entry(address).or_default();
            if *count >= LIMIT {
                return None;
            }
            *count += 1;
        }
        Some(Sender { senders: Arc::clone(&self.0), address })
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let (Some(address), Ok(mut senders)) = (self.address, self.senders.lock()) else { return };
        if let Some(count) = senders.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                senders.remove(&address);
            }
        }
    }
}
