//! Who holds the connections (T30): there are so many and no more, one address has a share of
//! them, and those that only wait make room for others.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::seat::{FRESH, Seat};

/// All places, and who is on them.
pub struct Places {
    free: Arc<Semaphore>,
    share: usize,
    taken: Mutex<Taken>,
    /// Somebody has begun to wait for a request.
    idle: Notify,
    steps: AtomicU64,
}

#[derive(Default)]
struct Taken {
    number: u64,
    seats: BTreeMap<u64, Arc<Seat>>,
    of: HashMap<IpAddr, usize>,
    /// Sent away, and not gone yet.
    leaving: usize,
}

/// A place that is held; dropped, it is free again.
pub struct Place {
    seat: Arc<Seat>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// So many places; one address has a quarter.
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(places)),
            share: (places / 4).max(1),
            taken: Mutex::default(),
            idle: Notify::new(),
            steps: AtomicU64::new(1),
        })
    }

    /// Waits until there is room for one more connection, and makes some: whoever has waited
    /// longest for a request leaves.
    pub async fn room(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Some(permit);
        }
        loop {
            let idle = self.idle.notified();
            {
                let mut taken = self.lock();
                if taken.leaving == 0 {
                    taken.send_away(|_| true);
                }
            }
            tokio::select! {
                biased;
                permit = self.free.clone().acquire_owned() => return permit.ok(),
                () = idle => {}
                () = tokio::time::sleep(FRESH) => {}
            }
        }
    }

    /// Takes a place. Whoever counts to an address has that address's share; nothing where
    /// connections use it up that are all at work.
    pub fn take(self: &Arc<Self>, permit: OwnedSemaphorePermit, address: Option<IpAddr>) -> Option<Place> {
        let address = address.map(share_holder);
        let mut taken = self.lock();
        if let Some(address) = address {
            let held = taken.of.get(&address).copied().unwrap_or_default();
            if held >= self.share && !taken.send_away(|seat| seat.address == Some(address)) {
                return None;
            }
            *taken.of.entry(address).or_default() += 1;
        }
        taken.number += 1;
        let number = taken.number;
        let seat = Arc::new(Seat::new(self.clone(), number, address));
        taken.seats.insert(number, seat.clone());
        Some(Place { seat, _permit: permit })
    }

    /// The requests that are under way, their answers included.
    pub fn under_way(&self) -> Vec<String> {
        self.lock().seats.values().filter_map(|seat| seat.in_words()).collect()
    }

    /// A number that is greater than every one before it.
    pub(super) fn step(&self) -> u64 {
        self.steps.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody who waits for room may find some now.
    pub(super) fn one_is_idle(&self) {
        self.idle.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One customer of a provider has a whole network of IPv6 addresses.
fn share_holder(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

impl Taken {
    /// Sends away whichever of these has waited longest for a request. Says whether there was one.
    fn send_away(&mut self, of: impl Fn(&Seat) -> bool) -> bool {
        loop {
            let idle =
                self.seats.values().filter(|seat| of(seat)).filter_map(|seat| Some((seat.has_waited_since()?, seat)));
            let Some((since, seat)) = idle.min_by_key(|(since, _)| *since) else { return false };
            // Or else it has just been sent a request.
            if seat.send_away(since) {
                let number = seat.number;
                self.remove(number);
                self.leaving += 1;
                return true;
            }
        }
    }

    fn remove(&mut self, number: u64) -> Option<Arc<Seat>> {
        let seat = self.seats.remove(&number)?;
        if let Some(address) = seat.address {
            let held = self.of.entry(address).or_default();
            *held -= 1;
            if *held == 0 {
                self.of.remove(&address);
            }
        }
        Some(seat)
    }
}

impl Place {
    pub fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.seat.places.lock();
        if taken.remove(self.seat.number).is_none() {
            taken.leaving -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, Uri};

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 10));

    async fn take(places: &Arc<Places>, address: Option<IpAddr>) -> Option<Place> {
        places.take(places.room().await.unwrap(), address)
    }

    async fn busy(places: &Arc<Places>, address: Option<IpAddr>) -> Option<Place> {
        let place = take(places, address).await?;
        assert!(place.seat().busy());
        Some(place)
    }

    #[tokio::test]
    async fn t30_an_address_holds_its_share_and_no_more() {
        let places = Places::new(8);
        let held = [busy(&places, Some(HERE)).await, busy(&places, Some(HERE)).await];
        assert!(held.iter().all(Option::is_some));
        assert!(take(&places, Some(HERE)).await.is_none());
        assert!(take(&places, Some(THERE)).await.is_some());
        drop(held);
        assert!(take(&places, Some(HERE)).await.is_some());
    }

    #[tokio::test]
    async fn t30_an_address_of_many_people_has_no_share() {
        let places = Places::new(8);
        let mut held = vec![];
        for _ in 0..8 {
            held.push(busy(&places, None).await.unwrap());
        }
    }

    #[tokio::test]
    async fn t30_a_network_of_ipv6_addresses_is_one_holder() {
        let places = Places::new(8);
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(|text| text.parse().unwrap());
        let [one, two, three] = addresses;
        let _held = (busy(&places, Some(one)).await.unwrap(), busy(&places, Some(two)).await.unwrap());
        assert!(take(&places, Some(three)).await.is_none());
        assert!(take(&places, Some("2001:db8:0:1::1".parse().unwrap())).await.is_some());
    }

    #[tokio::test]
    async fn t30_whoever_has_waited_longest_for_a_request_makes_room() {
        let places = Places::new(4);
        let (one, two) = (busy(&places, Some(HERE)).await.unwrap(), busy(&places, Some(THERE)).await.unwrap());
        one.seat().flushed();
        two.seat().flushed();
        let _again = take(&places, Some(HERE)).await.unwrap();
        one.seat().sent_away().await;
        assert!(!one.seat().busy(), "a request begins on a connection that was sent away");
        assert!(two.seat().busy());
    }

    #[tokio::test]
    async fn t30_where_all_places_are_taken_a_connection_that_becomes_idle_makes_room() {
        let places = Places::new(1);
        let place = busy(&places, None).await.unwrap();
        let request = place.seat().begin(Method::GET, Uri::from_static("/users?q=ana"));
        assert_eq!(places.under_way(), ["GET /users"]);
        let leaves = async {
            place.seat().flushed();
            drop(request);
            place.seat().flushed();
            place.seat().sent_away().await;
            drop(place);
        };
        let ((), room) = tokio::join!(leaves, places.room());
        assert!(room.is_some());
        assert!(places.under_way().is_empty());
    }
}
