//! A look from outside at what a router believes.

use core::cell::RefCell;
use core::net::Ipv4Addr;
use std::rc::Rc;

use super::LinkState;
use crate::link_state::Link;
use crate::link_state::database::Database;

/// A look at a router that runs in a tower: what it believes about all links.
#[derive(Clone, Debug)]
pub struct Watch(Rc<RefCell<Database>>);

impl Watch {
    /// Each router that it has heard of, with what hangs on that.
    pub fn links(&self) -> Vec<(Ipv4Addr, Vec<Link>)> {
        let database = self.0.borrow();
        let all = database.all();
        all.map(|(router, links)| (router, links.to_vec()))
            .collect()
    }
}

impl LinkState {
    /// A look at this router, also when it has become a part of a tower.
    pub fn watch(&self) -> Watch {
        Watch(Rc::clone(&self.database))
    }
}
