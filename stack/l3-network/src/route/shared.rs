//! A table of routes that two layers hold: one looks up, the other keeps it up to date.

use core::cell::RefCell;
use core::net::IpAddr;
use std::rc::Rc;

use super::{Route, Table};

/// A handle on a [`Table`]; its clones are handles on the same one.
///
/// A routing protocol above UDP and the network layer below have no words for routes between them:
/// interface control information travels with packets, and routes do not. Whoever composes the
/// tower gives both a handle instead.
#[derive(Clone, Debug, Default)]
pub struct SharedTable(Rc<RefCell<Table>>);

impl SharedTable {
    /// Puts a route in, if it is not there already; true when it was not.
    pub fn insert(&self, route: Route) -> bool {
        let mut table = self.0.borrow_mut();
        let news = !table.routes_to(route.prefix).contains(&route);
        if news {
            table.insert(route);
        }
        news
    }

    /// As [`Table::remove`].
    pub fn remove(&self, route: &Route) -> bool {
        self.0.borrow_mut().remove(route)
    }

    /// As [`Table::choose`].
    pub fn choose(
        &self,
        destination: IpAddr,
        hash: impl FnOnce() -> u64,
    ) -> Option<Route> {
        self.0.borrow().choose(destination, hash).copied()
    }

    /// As [`Table::routes`].
    pub fn routes(&self) -> Vec<Route> {
        self.0.borrow().routes()
    }
}

impl From<Table> for SharedTable {
    fn from(table: Table) -> Self {
        SharedTable(Rc::new(RefCell::new(table)))
    }
}
