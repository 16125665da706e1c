//! One signed-in session, as its driver and the registry share it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_protocols::door::ShutDown;
use postern_service::door::DoorSession;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{LiveSessionInfo, Registry};

/// What the registry wants of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    /// Nothing.
    GoOn,
    /// To end when no message is on its way: the server is stopping.
    Drain,
    /// To end now.
    End(End),
}

/// An order to end now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// What the client is told.
    pub(crate) reason: ShutDown,
    /// What the log is told.
    pub(crate) cause: &'static str,
    /// When it was given.
    pub(crate) at: Instant,
}

/// What the registry holds of a session.
pub(super) struct Entry {
    pub(super) session: Arc<DoorSession>,
    orders: watch::Sender<Order>,
    from_client: AtomicU64,
    to_client: AtomicU64,
}

impl Entry {
    pub(super) fn new(session: Arc<DoorSession>, order: Order) -> Self {
        let orders = watch::Sender::new(order);
        Self { session, orders, from_client: AtomicU64::new(0), to_client: AtomicU64::new(0) }
    }

    /// Octets from and to the client.
    pub(super) fn octets(&self) -> [u64; 2] {
        [&self.from_client, &self.to_client].map(|count| count.load(Ordering::Relaxed))
    }

    /// Asks the session to end now; the first order counts.
    pub(super) fn end(&self, reason: ShutDown, cause: &'static str) {
        self.orders.send_if_modified(|order| {
            let is_first = !matches!(order, Order::End(_));
            if is_first {
                *order = Order::End(End { reason, cause, at: Instant::now() });
            }
            is_first
        });
    }

    /// Asks the session to end when no message is on its way.
    pub(super) fn drain(&self) {
        self.orders.send_if_modified(|order| {
            let is_new = matches!(order, Order::GoOn);
            if is_new {
                *order = Order::Drain;
            }
            is_new
        });
    }

    pub(super) fn info(&self) -> LiveSessionInfo {
        let session = &self.session;
        let [octets_from_client, octets_to_client] = self.octets();
        LiveSessionInfo {
            id: session.id(),
            door: session.door(),
            account: session.account().id,
            account_name: session.account().name.clone(),
            app_password: session
                .app_password()
                .map(|app_password| (app_password.id, app_password.name.clone())),
            acting_for: session.is_acting_for_another().then(|| session.mailbox().clone()),
            address: session.address(),
            client: session.client().map(str::to_owned),
            since: session.started_at(),
            octets_from_client,
            octets_to_client,
        }
    }
}

/// Counts the octets of a session.
pub(crate) struct Meter(Arc<Entry>);

impl Meter {
    /// Counts octets from the client.
    pub(crate) fn count_from_client(&self, octets: usize) {
        self.0.from_client.fetch_add(octets as u64, Ordering::Relaxed);
    }

    /// Counts octets to the client.
    pub(crate) fn count_to_client(&self, octets: usize) {
        self.0.to_client.fetch_add(octets as u64, Ordering::Relaxed);
    }
}

/// The driver's end: it is registered as long as this lives.
pub(crate) struct LiveSession {
    /// The driver's own; a session that several requests share has the first one's.
    session: Arc<DoorSession>,
    entry: Arc<Entry>,
    registry: Arc<Registry>,
    orders: watch::Receiver<Order>,
}

impl LiveSession {
    /// A driver's end of an entry of the registry. Its first order may be another than [`Order::GoOn`].
    pub(super) fn new(registry: Arc<Registry>, session: Arc<DoorSession>, entry: &Arc<Entry>) -> Self {
        Self { session, entry: Arc::clone(entry), registry, orders: entry.orders.subscribe() }
    }

    /// The proof of the sign-in.
    pub(crate) fn session(&self) -> &Arc<DoorSession> {
        &self.session
    }

    /// What counts its octets.
    pub(crate) fn meter(&self) -> Meter {
        Meter(Arc::clone(&self.entry))
    }

    /// The order in force.
    pub(crate) fn order(&self) -> Order {
        *self.orders.borrow()
    }

    /// Waits for an order that was not seen by this function yet.
    pub(crate) async fn next_order(&mut self) -> Order {
        if self.orders.changed().await.is_err() {
            // The entry, which we hold, holds the sender.
            std::future::pending::<()>().await;
        }
        *self.orders.borrow_and_update()
    }

    /// Waits for the order to end now.
    pub(crate) async fn ended(&mut self) -> End {
        loop {
            if let Order::End(end) = self.order() {
                return end;
            }
            self.next_order().await;
        }
    }

    /// The order to end now, if it was given.
    pub(crate) fn end(&self) -> Option<End> {
        match self.order() {
            Order::End(end) => Some(end),
            Order::GoOn | Order::Drain => None,
        }
    }

    /// Waits for the order to end now, for those who share the session.
    pub(crate) fn watch_end(&self) -> impl Future<Output = End> + Send + use<> {
        let mut orders = self.orders.clone();
        async move {
            loop {
                if let Order::End(end) = *orders.borrow_and_update() {
                    return end;
                }
                if orders.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Counts octets from the client.
    pub(crate) fn count_from_client(&self, octets: usize) {
        self.entry.from_client.fetch_add(octets as u64, Ordering::Relaxed);
    }

    /// Counts octets to the client.
    pub(crate) fn count_to_client(&self, octets: usize) {
        self.entry.to_client.fetch_add(octets as u64, Ordering::Relaxed);
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        self.registry.forget(&self.entry);
    }
}
